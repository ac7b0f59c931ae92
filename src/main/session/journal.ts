import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** File: magic (8) · key id (8) · nonce (12) · tag (16) · AES-256-GCM ciphertext. Magic, key id and channel are authenticated. */
const magic = Buffer.from('HESTVLT1')
const keyIdBytes = 8
const nonceBytes = 12
const tagBytes = 16
const headBytes = magic.length + keyIdBytes

const aad = (head: Buffer, channel: string): Buffer => Buffer.concat([head, Buffer.from(channel)])

export function seal(key: Buffer, keyId: string, channel: string, plain: Buffer): Buffer {
  const head = Buffer.concat([magic, Buffer.from(keyId, 'hex')])
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad(head, channel))
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([head, nonce, cipher.getAuthTag(), body])
}

/** Null: damaged, truncated, or sealed under another key or channel. */
export function unseal(key: Buffer, channel: string, file: Buffer): Buffer | null {
  if (file.length < headBytes + nonceBytes + tagBytes || !file.subarray(0, magic.length).equals(magic)) return null
  const nonce = file.subarray(headBytes, headBytes + nonceBytes)
  const tag = file.subarray(headBytes + nonceBytes, headBytes + nonceBytes + tagBytes)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce)
      .setAAD(aad(file.subarray(0, headBytes), channel))
      .setAuthTag(tag)
    return Buffer.concat([decipher.update(file.subarray(headBytes + nonceBytes + tagBytes)), decipher.final()])
  } catch {
    return null
  }
}

/** The key id in a file's head (hex), or null when the file is not one of ours. */
export const keyIdOf = (file: Buffer): string | null =>
  file.length >= headBytes && file.subarray(0, magic.length).equals(magic)
    ? file.subarray(magic.length, headBytes).toString('hex')
    : null

/** The bytes of a file, or null where there is none. */
export async function read(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}

/** Writes so that a crash at any point leaves the old or the new file whole; the old one is kept as `.prev`. */
export async function writeAtomically(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}.tmp`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  const old = await read(path)
  if (old !== null) await copy(old, `${path}.prev`)
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

async function copy(bytes: Buffer, path: string): Promise<void> {
  const file = await open(`${path}.tmp`, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.tmp`, path)
}

export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch {
    // Windows cannot open a folder; the rename is durable there by itself.
  }
}

/** Removes a journal with all that was ever written beside it: earlier versions, and what a crash left. */
export async function erase(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => [])
  for (const name of names) if (name.startsWith(basename(path))) await rm(join(dirname(path), name), { force: true })
  await syncFolder(dirname(path))
}
