import type { Database, Queries } from '../database/database.ts'
import type { DumpedUser } from './dump.ts'
import { DumpError } from './dump-error.ts'
import type { UserRecord } from './user-record.ts'
import { columnTypes, passwordKind, unknownColumns, userColumns, userRecord } from './user-record.ts'

export interface ImportSummary {
  added: number
  /** There already, by id; with `update` those that are not there were added and these overwritten. */
  present: number
  updated: number
  /** Places and reasons, never values. */
  readonly refused: string[]
  /** Users whose password the platform cannot check: they must set a new one. */
  otherHashers: number
  unusablePasswords: number
  /** Columns that have no place here → how often. */
  readonly unknown: Map<string, number>
}

export interface ImportOptions {
  readonly batchSize: number
  readonly dryRun: boolean
  /** Overwrites users that are there, but for a LibreChat account that is kept here already. */
  readonly update: boolean
  readonly onProgress?: (read: number) => void
}

interface Placed {
  readonly place: string
  readonly record: UserRecord
}

const columnList = userColumns.join(', ')
const values = `SELECT ${columnList} FROM unnest(${userColumns
  .map((name, index) => `$${index + 1}::${columnTypes[name] ?? 'text'}[]`)
  .join(', ')}) AS dumped (${columnList})`
const kept = (name: string): boolean => name.startsWith('librechat_')
const insert = `INSERT INTO users_user (${columnList}) ${values}`
const overwrite = `UPDATE users_user SET ${userColumns
  .filter((name) => name !== 'id')
  .map((name) => `${name} = ${kept(name) ? `coalesce(users_user.${name}, dumped.${name})` : `dumped.${name}`}`)
  .join(', ')} FROM (${values}) AS dumped WHERE users_user.id = dumped.id`

const inColumns = (rows: readonly Placed[]): unknown[][] =>
  userColumns.map((name) => rows.map(({ record }) => record[name]))

/**
 * Writes the users of a dump into `users_user`, a batch a transaction; each batch is whole or not there. Throws DumpError for a
 * file that holds no user at all; one that is damaged further on is told in the summary.
 */
export async function importUsers(
  users: AsyncIterable<DumpedUser>,
  database: Database,
  options: ImportOptions,
): Promise<ImportSummary> {
  const summary: ImportSummary = {
    added: 0,
    present: 0,
    updated: 0,
    refused: [],
    otherHashers: 0,
    unusablePasswords: 0,
    unknown: new Map(),
  }
  let [batch, read] = [[] as Placed[], 0]
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await writeBatch(batch, database, options, summary)
    batch = []
    options.onProgress?.(read)
  }
  try {
    for await (const { place, columns } of users) {
      read++
      const record = readRecord(place, columns, summary)
      if (record) batch.push({ place, record })
      if (batch.length >= options.batchSize) await flush()
    }
  } catch (error) {
    // What was read before is good, and told.
    if (!(error instanceof DumpError) || read === 0) throw error
    summary.refused.push(`after ${read} users: ${error.message}`)
  }
  await flush()
  return summary
}

function readRecord(place: string, columns: DumpedUser['columns'], summary: ImportSummary): UserRecord | null {
  if ('unreadable' in columns && typeof columns.unreadable === 'string') {
    summary.refused.push(`${place} ${columns.unreadable}`)
    return null
  }
  for (const name of unknownColumns(columns)) summary.unknown.set(name, (summary.unknown.get(name) ?? 0) + 1)
  const read = userRecord.safeParse(columns)
  if (read.success) return read.data
  const fields = new Set(read.error.issues.map(({ path }) => String(path[0])))
  summary.refused.push(`${place} is not taken: ${[...fields].join(', ')}`)
  return null
}

async function writeBatch(
  batch: readonly Placed[],
  database: Database,
  { dryRun, update }: ImportOptions,
  summary: ImportSummary,
): Promise<void> {
  await database.transaction(async (on) => {
    const { fresh, known, refused } = await sort(batch, on, update)
    if (!dryRun && fresh.length > 0) await on.query(insert, inColumns(fresh))
    if (!dryRun && update && known.length > 0) await on.query(overwrite, inColumns(known))
    summary.added += fresh.length
    summary.present += update ? 0 : known.length
    summary.updated += update ? known.length : 0
    summary.refused.push(...refused)
    for (const { record } of update ? [...fresh, ...known] : fresh) {
      const kind = passwordKind(record.password)
      if (kind === 'other') summary.otherHashers++
      if (kind === 'unusable') summary.unusablePasswords++
    }
  })
}

/** Who is new and who is there; whose address or id is taken by somebody else, here or earlier in the dump, is neither. */
async function sort(
  batch: readonly Placed[],
  on: Queries,
  update: boolean,
): Promise<{ fresh: Placed[]; known: Placed[]; refused: string[] }> {
  const { rows } = await on.query(
    'SELECT id, email FROM users_user WHERE id = ANY($1::uuid[]) OR email = ANY($2::text[])',
    [batch.map(({ record }) => record.id), batch.map(({ record }) => record.email)],
  )
  const ids = new Set(rows.map((row) => String(row['id'])))
  const owners = new Map(rows.map((row) => [String(row['email']), String(row['id'])]))
  const [fresh, known, refused] = [[] as Placed[], [] as Placed[], [] as string[]]
  const seen = new Set<string>()
  for (const placed of batch) {
    const { id: given, email } = placed.record
    const id = given.toLowerCase()
    const owner = owners.get(email)
    if (seen.has(id)) refused.push(`${placed.place} has the id of an earlier user`)
    else if (ids.has(id) && !update) known.push(placed)
    else if (owner !== undefined && owner !== id)
      refused.push(`${placed.place} has an email that another user (${owner}) has already`)
    else {
      ;(ids.has(id) ? known : fresh).push(placed)
      owners.set(email, id)
    }
    seen.add(id)
  }
  return { fresh, known, refused }
}
