import { randomBytes } from 'node:crypto'
import { chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.ts'
import { runToEnd } from './server-process.ts'

interface Initialise {
  readonly initdb: string
  /** The folder that gets the database folder `data`. */
  readonly home: string
  readonly role: string
  readonly password: string
  readonly account: Account
  readonly durable: boolean
}

/** Makes the database folder `home/data` unless it is there. It is made aside and renamed: it is there whole or not at all. */
export async function initialise({ initdb, home, role, password, account, durable }: Initialise): Promise<void> {
  const data = join(home, 'data')
  if (await exists(data)) return
  const draft = join(home, `data-${randomBytes(6).toString('hex')}`)
  // The server's account must read the password, nobody else may.
  const passwordFile = `${draft}.password`
  try {
    await mkdir(draft, { mode: 0o700 })
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' })
    if (account) for (const path of [draft, passwordFile]) await chown(path, account.uid, account.gid)
    const access = [`--username=${role}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
    // PostgreSQL's own collation: the same on every system, whatever its locales.
    const text = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    await runToEnd(initdb, [`--pgdata=${draft}`, ...access, ...text, ...(durable ? [] : ['--no-sync'])], account)
    await rename(draft, data)
  } finally {
    await rm(passwordFile, { force: true })
    await rm(draft, { recursive: true, force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
