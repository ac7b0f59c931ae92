import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The bytes behind `/images/<user>/<name>`. */
export interface ImageBytes {
  put(userId: string, name: string, bytes: Buffer): Promise<void>
  get(userId: string, name: string): Promise<Buffer | null>
  remove(userId: string, name: string): Promise<void>
}

/** Names are made by the server itself; anything that could leave the folder is nobody's image. */
const plain = (part: string): boolean => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part)

const isMissing = (thrown: unknown): boolean => (thrown as NodeJS.ErrnoException).code === 'ENOENT'

/** In `folder`, or in memory when it is null. */
export function openImages(folder: string | null): ImageBytes {
  if (folder === null) {
    const held = new Map<string, Buffer>()
    return {
      put: async (userId, name, bytes) => void held.set(`${userId}/${name}`, bytes),
      get: async (userId, name) => held.get(`${userId}/${name}`) ?? null,
      remove: async (userId, name) => void held.delete(`${userId}/${name}`),
    }
  }
  const place = (userId: string, name: string): string | null =>
    plain(userId) && plain(name) ? join(folder, userId, name) : null
  return {
    async put(userId, name, bytes) {
      const path = place(userId, name)
      if (path === null) throw new Error(`not an image name: ${name}`)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.new`, bytes)
      await rename(`${path}.new`, path)
    },
    async get(userId, name) {
      const path = place(userId, name)
      if (path === null) return null
      try {
        return await readFile(path)
      } catch (thrown) {
        if (isMissing(thrown)) return null
        throw thrown
      }
    },
    async remove(userId, name) {
      const path = place(userId, name)
      if (path !== null) await rm(path, { force: true })
    },
  }
}
