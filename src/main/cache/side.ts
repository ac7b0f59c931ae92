import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Sqlite } from './database.ts'

/**
 * Beside a database that was migrated lies one of the schema before, with what no server has: drafts, their images and the outbox.
 * An app of the version before, to which one may have to go back, opens that; what it changes there comes with the next version.
 */
export const sidePath = (path: string, schema: number): string => `${path}.v${schema}`

/** Milliseconds after which nobody goes back any more, and old drafts need not be kept twice. */
const keptFor = 14 * 24 * 3_600_000

/** In the header of the file: an older version has worked with it since it was made. */
const used = { pragma: 'application_id', yes: 1, no: 0 } as const
export const markUsed = (side: Sqlite): void => void side.pragma(`${used.pragma}=${used.yes}`)

const unsent = ['drafts', 'draft_files', 'outbox'] as const

/** Copies what no server has; columns that only one of the two knows are left out. */
export function copyUnsent(from: Sqlite, to: Sqlite): void {
  const columns = (database: Sqlite, table: string): string[] =>
    (database.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name)
  to.transaction(() => {
    for (const table of unsent) {
      const known = columns(to, table)
      const names = columns(from, table).filter((name) => known.includes(name))
      const insert = to.prepare(
        `INSERT OR REPLACE INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      )
      for (const row of from
        .prepare(`SELECT ${names.join(', ')} FROM ${table}`)
        .raw()
        .all() as unknown[][])
        insert.run(...row)
    }
  })()
}

/** Takes over what older versions changed in the databases that were left for them, and removes those that are old. */
export function takeFromSides(database: Sqlite, path: string, schema: number, open: (path: string) => Sqlite): void {
  for (let version = 1; version < schema; version++) {
    const at = sidePath(path, version)
    if (!existsSync(at)) continue
    const side = open(at)
    try {
      if (Number(side.pragma(used.pragma, { simple: true })) === used.yes) {
        copyUnsent(side, database)
        side.pragma(`${used.pragma}=${used.no}`)
      }
    } finally {
      side.close()
    }
    if (Date.now() - statSync(at).mtimeMs > keptFor) removeSides(path, version)
  }
}

/** Removes what lies beside a database for older versions: of one schema, or all. */
export function removeSides(path: string, schema: number | null = null): void {
  const folder = dirname(path)
  if (!existsSync(folder)) return
  const begin = `${basename(path)}.v`
  const which = schema === null ? '\\d+' : String(schema)
  const pattern = new RegExp(`^${which}(\\.damaged)?(-wal|-shm)?$`)
  for (const name of readdirSync(folder))
    if (name.startsWith(begin) && pattern.test(name.slice(begin.length))) rmSync(join(folder, name), { force: true })
}
