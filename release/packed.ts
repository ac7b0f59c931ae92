import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FAILSAFE_SCHEMA, load } from 'js-yaml'
import { z } from 'zod'
import type { UpdateChannel } from '../src/main/flavour.ts'
import { channelFileName } from '../src/main/updates/channel-file.ts'
import { fileNamePattern } from '../src/main/updates/statement.ts'
import type { UpdateArch, UpdatePlatform } from '../src/main/updates/statement.ts'

/** One file that people download. */
export interface PackedFile {
  readonly name: string
  readonly path: string
  readonly sha512: string
  readonly size: number
  readonly blockMapSize: number | null
}

/** What electron-builder packed for one system, as its channel file says. */
export interface Packed {
  readonly platform: UpdatePlatform
  readonly arch: UpdateArch
  readonly version: string
  readonly files: readonly PackedFile[]
}

/** The systems that a release is for, and the architecture that one channel file speaks for. */
const systems: readonly { readonly platform: UpdatePlatform; readonly arch: UpdateArch }[] = [
  { platform: 'win32', arch: 'x64' },
  { platform: 'darwin', arch: 'universal' },
  { platform: 'linux', arch: 'x64' },
  { platform: 'linux', arch: 'arm64' },
]

const written = z.object({
  version: z.string(),
  files: z
    .array(z.object({ url: z.string(), sha512: z.string(), size: z.string(), blockMapSize: z.string().optional() }))
    .min(1),
})

/** Base64 SHA-512 of a file. */
export async function sha512Of(path: string): Promise<string> {
  const hash = createHash('sha512')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('base64')
}

async function readPacked(path: string, system: (typeof systems)[number]): Promise<Packed> {
  const parsed = written.parse(load(readFileSync(path, 'utf8'), { schema: FAILSAFE_SCHEMA }))
  const files: PackedFile[] = []
  for (const { url, sha512, size, blockMapSize } of parsed.files) {
    if (!fileNamePattern.test(url)) throw new Error(`${url}: not a name that an app would take; see artifactName`)
    const file = join(dirname(path), url)
    if (!existsSync(file)) throw new Error(`${url} is named by ${path} and is not beside it`)
    if (statSync(file).size !== Number(size) || (await sha512Of(file)) !== sha512)
      throw new Error(`${url} is not the file that was packed: pack again`)
    files.push({ name: url, path: file, sha512, size: Number(size), blockMapSize: Number(blockMapSize) || null })
  }
  return { ...system, version: parsed.version, files }
}

/** Everything under `folder` that was packed for a channel. Throws an Error that says what is missing or wrong. */
export async function findPacked(folder: string, channel: UpdateChannel): Promise<Packed[]> {
  const all = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  const found: Packed[] = []
  for (const system of systems) {
    const name = channelFileName(channel, system.platform, system.arch)
    const paths = all.filter((path) => path.split(/[\\/]/).at(-1) === name)
    if (paths.length > 1) throw new Error(`${name} is there ${paths.length} times under ${folder}: remove old packings`)
    for (const path of paths) found.push(await readPacked(join(folder, path), system))
  }
  if (found.length === 0)
    throw new Error(`nothing is packed for the channel ${channel} under ${folder}: npm run package`)
  return found
}
