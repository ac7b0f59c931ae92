import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { migrations } from './migrations.ts'

export type Sqlite = Database.Database

/** The files that make up one database. */
const suffixes = ['', '-wal', '-shm'] as const

/** The only place that opens SQLite. `key` (32 bytes) encrypts the file; null keeps everything in memory. */
export function openDatabase(path: string, key: Buffer | null): Sqlite {
  if (key === null) return prepare(new Database(':memory:'))
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const database = new Database(path)
  try {
    // The key must be the very first statement. Hex only: a pragma is string interpolation.
    database.pragma("cipher='sqlcipher'")
    database.pragma(`key="x'${key.toString('hex')}'"`)
    database.pragma('journal_mode=WAL')
    database.pragma('synchronous=FULL')
    return prepare(database)
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

function prepare(database: Sqlite): Sqlite {
  const version = Number(database.pragma('user_version', { simple: true }))
  if (version > migrations.length) throw new NewerDatabase()
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue
    database.transaction(() => {
      database.exec(sql)
      database.pragma(`user_version=${index + 1}`)
    })()
  }
  return database
}

/** Written by a newer version of the app: left alone. */
export class NewerDatabase extends Error {}

/** Damaged, or not openable with this key. */
export const isDamaged = (thrown: unknown): boolean => {
  const code = (thrown as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^SQLITE_(NOTADB|CORRUPT)/.test(code)
}

/** Moves a damaged database aside, so that its unsent rows can still be looked for; keeps the newest such copy only. */
export function quarantine(path: string): void {
  for (const suffix of suffixes) {
    rmSync(`${path}.damaged${suffix}`, { force: true })
    if (existsSync(path + suffix)) renameSync(path + suffix, `${path}.damaged${suffix}`)
  }
}

/** Removes a database and its damaged copy. */
export function eraseDatabase(path: string): void {
  for (const suffix of suffixes) {
    rmSync(path + suffix, { force: true })
    rmSync(`${path}.damaged${suffix}`, { force: true })
  }
}
