import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Fault } from '../fault.ts'

const beside = (path: string): string => `${path}.${randomBytes(6).toString('hex')}.tmp`

/** A small file of the app's own, whole or not at all; only its owner may read it. Throws what the file system throws. */
export function writeWhole(path: string, bytes: Uint8Array): void {
  const temporary = beside(path)
  try {
    const file = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(file, bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (thrown) {
    rmSync(temporary, { force: true })
    throw thrown
  }
}

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
const refused = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EISDIR'])

/** A file where the user said: whole or not at all, over what was there. Fault not-saved. */
export async function saveWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = beside(path)
  try {
    const file = await open(temporary, 'wx', 0o666)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined)
    const code = (thrown as NodeJS.ErrnoException).code ?? ''
    const reason = full.has(code) ? 'full' : refused.has(code) ? 'refused' : 'failed'
    throw new Fault({ code: 'not-saved', reason }, thrown)
  }
}
