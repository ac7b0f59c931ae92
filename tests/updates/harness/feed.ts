import { createHash, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { dump } from 'js-yaml'
import type { UpdateChannel } from '../../../src/main/flavour.ts'
import { channelFileName } from '../../../src/main/updates/channel-file.ts'
import { keyIdOf, publicKeyText, signStatement, statementFormat } from '../../../src/main/updates/statement.ts'
import type { Statement, UpdateArch, UpdatePlatform } from '../../../src/main/updates/statement.ts'

export interface Key {
  readonly private: KeyObject
  readonly public: string
  readonly id: string
}

export function newKey(): Key {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { private: privateKey, public: publicKeyText(privateKey), id: keyIdOf(privateKey) }
}

/** Bytes that are the same for the same seed, and alike for none. */
export function bytesOf(seed: string, size: number): Buffer {
  const block = createHash('shake256', { outputLength: 64 * 1024 })
    .update(seed)
    .digest()
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at += block.length) {
    block.copy(bytes, at)
    bytes.writeUInt32LE(at, Math.min(at, size - 4))
  }
  return bytes
}

export const sha512 = (bytes: Buffer): string => createHash('sha512').update(bytes).digest('base64')

export interface Release {
  readonly version: string
  readonly key: Key
  readonly channel?: UpdateChannel
  readonly platform?: UpdatePlatform
  readonly arch?: UpdateArch
  readonly file?: string
  readonly bytes?: Buffer
  readonly notes?: string
  readonly blockMapSize?: number
}

type Yaml = Record<string, unknown>

/** A release as it ought to be; what is hostile is made of it. */
export interface Made {
  readonly statement: Statement
  readonly bytes: Buffer
  /** electron-updater's part and ours, to be changed before it is written. */
  readonly yaml: Yaml & { files: Yaml[]; hestami: Yaml & { signatures: Yaml[] } }
  /** Where the channel file is looked for, below the feed's folder. */
  readonly at: string
}

export function makeRelease(release: Release): Made {
  const {
    version,
    key,
    channel = 'stable',
    platform = 'linux',
    arch = 'x64',
    notes = `What is new in ${version}`,
  } = release
  const extension = { linux: 'AppImage', win32: 'exe', darwin: 'zip' }[platform]
  const { file = `Hestami-Chat-${version}.${extension}`, bytes = bytesOf(version, 4096), blockMapSize } = release
  const statement = { version, channel, platform, arch, file, sha512: sha512(bytes), size: bytes.length, notes }
  return {
    statement,
    bytes,
    yaml: {
      version,
      files: [{ url: file, sha512: statement.sha512, size: bytes.length, ...(blockMapSize ? { blockMapSize } : {}) }],
      path: file,
      sha512: statement.sha512,
      releaseDate: '2026-11-20T12:00:00.000Z',
      releaseNotes: notes,
      hestami: {
        format: statementFormat,
        channel,
        platform,
        arch,
        signatures: [{ ...signStatement(statement, key.private) }],
      },
    },
    at: `${channel}/${channelFileName(channel, platform, arch)}`,
  }
}

export const yamlOf = (made: Made): string => dump(made.yaml, { lineWidth: -1 })

/** Puts the channel file (`text`: this instead) and the file where a server has them. */
export async function writeRelease(folder: string, made: Made, text = yamlOf(made)): Promise<void> {
  const path = join(folder, made.at)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  await writeFile(join(dirname(path), made.statement.file), made.bytes)
}
