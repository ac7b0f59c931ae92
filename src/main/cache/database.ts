import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { migrations } from './migrations.ts'
import { copyUnsent, markUsed, removeSides, sidePath, takeFromSides } from './side.ts'

export type Sqlite = Database.Database

/** The files that make up one database. */
const suffixes = ['', '-wal', '-shm'] as const

/**
 * The only place that opens SQLite. `key` (32 bytes) encrypts the file; null keeps everything in memory. Before a schema is migrated,
 * what no server has is kept for the version before (side.ts). Throws NewerDatabase for a schema beyond `schema`.
 */
export function openDatabase(path: string, key: Buffer | null, schema: readonly string[] = migrations): Sqlite {
  if (key === null) return migrate(new Database(':memory:'), schema)
  const database = openFile(path, key)
  try {
    const version = versionOf(database)
    if (version > schema.length) throw new NewerDatabase()
    if (version > 0 && version < schema.length) keepFor(schema.slice(0, version), database, path, key)
    migrate(database, schema)
    whereItCan(() => takeFromSides(database, path, schema.length, (side) => openFile(side, key)))
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

/** For a database that a newer version has migrated: the one that it left for this one, or a new one in its place. */
export function openSide(path: string, key: Buffer, schema: readonly string[] = migrations): Sqlite {
  const side = openFile(sidePath(path, schema.length), key)
  try {
    migrate(side, schema)
    markUsed(side)
    return side
  } catch (thrown) {
    side.close()
    throw thrown
  }
}

function openFile(path: string, key: Buffer): Sqlite {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const database = new Database(path)
  try {
    // The key must be the very first statement. Hex only: a pragma is string interpolation.
    database.pragma("cipher='sqlcipher'")
    database.pragma(`key="x'${key.toString('hex')}'"`)
    database.pragma('journal_mode=WAL')
    database.pragma('synchronous=FULL')
    return database
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

function keepFor(schema: readonly string[], database: Sqlite, path: string, key: Buffer): void {
  whereItCan(() => {
    removeSides(path, schema.length)
    const side = openFile(sidePath(path, schema.length), key)
    try {
      migrate(side, schema)
      copyUnsent(database, side)
    } finally {
      side.close()
    }
  })
}

/** What lies beside a database is a help; the database itself must open without it. */
function whereItCan(work: () => void): void {
  try {
    work()
  } catch {
    // A full disk, or a damaged side: the next version goes on without it.
  }
}

const versionOf = (database: Sqlite): number => Number(database.pragma('user_version', { simple: true }))

function migrate(database: Sqlite, schema: readonly string[]): Sqlite {
  const version = versionOf(database)
  for (const [index, sql] of schema.entries()) {
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

/** Removes a database, its damaged copy, and what lies beside it. */
export function eraseDatabase(path: string): void {
  for (const suffix of suffixes) {
    rmSync(path + suffix, { force: true })
    rmSync(`${path}.damaged${suffix}`, { force: true })
  }
  removeSides(path)
}
