import { randomBytes } from 'node:crypto'
import { link, open, readFile, rm } from 'node:fs/promises'

/**
 * The secret kept in `file` (mode 0600), made on first use: 32 random bytes in base64url (43 characters). Written whole or
 * not at all; of two makers at once both get the same.
 */
export async function secretFile(file: string): Promise<string> {
  const kept = await readSecret(file)
  if (kept !== null) return kept
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(`${randomBytes(32).toString('base64url')}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  const secret = await readSecret(file)
  if (secret === null) throw new Error(`${file} is empty or gone`)
  return secret
}

async function readSecret(file: string): Promise<string | null> {
  try {
    const text = (await readFile(file, 'utf8')).trim()
    return text === '' ? null : text
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
