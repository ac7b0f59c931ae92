import type { Database } from '../database/database.ts'
import { errorFields } from '../log.ts'
import type { DumpEntry } from './dump-entry.ts'
import { DumpError } from './dump-entry.ts'
import type { UserRecord } from './user-record.ts'
import { passwordKind, unknownColumns, userRecord } from './user-record.ts'
import type { PlacedUser, WriteUsers } from './write-users.ts'
import { createWriteUsers, writeNothing } from './write-users.ts'

export interface ImportSummary {
  added: number
  /** There already, by id, and left as they are. */
  present: number
  /** The same, overwritten. */
  updated: number
  /** Rows that cannot be taken, and a dump that breaks off. */
  refused: number
  /** Users whose address, in whatever case, another user has. */
  conflicts: number
  /** Of the first refusals and conflicts: the place and the reason, never a value of the dump. */
  readonly problems: string[]
  /** Of users that were taken: the platform cannot check their password, they must be given a new one. */
  otherHashers: number
  unusablePasswords: number
  /** Columns that have no place here → how often. */
  readonly unknown: Map<string, number>
  /** Not all of it was read. */
  interrupted: boolean
}

export interface ImportOptions {
  /** Users written together, in one transaction. */
  readonly batchSize: number
  /** Reads and checks everything, writes nothing. */
  readonly dryRun: boolean
  /** Overwrites users that are there. */
  readonly update: boolean
  readonly interrupted?: AbortSignal
  /** After each batch: how many rows were read. */
  readonly onProgress?: (read: number) => void
}

/** So many problems and unknown columns are kept, however bad the dump is. */
const longestList = 100

/** PostgreSQL's classes of errors (documentation, appendix A) that are a matter of the row: its data, its constraints. */
const rowErrors = /^(22|23)/

/**
 * Writes the users of a dump into `users_user`; each batch is whole or not there. Throws DumpError for a file that holds no user
 * at all; one that breaks off later is told in the summary.
 */
export async function importUsers(
  entries: AsyncIterable<DumpEntry>,
  database: Database,
  options: ImportOptions,
): Promise<ImportSummary> {
  const { dryRun, update } = options
  if (dryRun) return writeNothing(database, update, (write) => importAll(entries, write, options))
  return importAll(entries, createWriteUsers(database, update), options)
}

async function importAll(
  entries: AsyncIterable<DumpEntry>,
  write: WriteUsers,
  { batchSize, update, interrupted, onProgress }: ImportOptions,
): Promise<ImportSummary> {
  const summary: ImportSummary = {
    added: 0,
    present: 0,
    updated: 0,
    refused: 0,
    conflicts: 0,
    problems: [],
    otherHashers: 0,
    unusablePasswords: 0,
    unknown: new Map(),
    interrupted: false,
  }
  let read = 0
  let batch: PlacedUser[] = []
  /** Ids and addresses of the batch. */
  const inBatch = new Set<string>()
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await writeBatch(batch, write, update, summary)
    batch = []
    inBatch.clear()
    onProgress?.(read)
  }
  try {
    for await (const entry of entries) {
      if (interrupted?.aborted === true) break
      read++
      const user = readUser(entry, summary)
      if (!user) continue
      const names = [user.id, user.email.toLowerCase()]
      // Whoever is twice in a dump meets itself in the database, as it would in another batch.
      if (names.some((name) => inBatch.has(name))) await flush()
      for (const name of names) inBatch.add(name)
      batch.push({ place: entry.place, user })
      if (batch.length >= batchSize) await flush()
    }
  } catch (error) {
    const cut = interrupted?.aborted === true
    if (!cut && (!(error instanceof DumpError) || read === 0)) throw error
    // What was read before is good.
    if (!cut && error instanceof DumpError) refuse(summary, `the dump: ${error.message}`)
  }
  await flush()
  summary.interrupted = interrupted?.aborted === true
  return summary
}

function tell(summary: ImportSummary, problem: string): void {
  if (summary.problems.length < longestList) summary.problems.push(problem)
}
function refuse(summary: ImportSummary, problem: string): void {
  summary.refused++
  tell(summary, problem)
}

function readUser(entry: DumpEntry, summary: ImportSummary): UserRecord | null {
  const { place } = entry
  if ('problem' in entry) {
    refuse(summary, `${place} ${entry.problem}`)
    return null
  }
  for (const name of unknownColumns(entry.columns))
    if (summary.unknown.has(name) || summary.unknown.size < longestList)
      summary.unknown.set(name, (summary.unknown.get(name) ?? 0) + 1)
  const user = userRecord.safeParse(entry.columns)
  if (user.success) return user.data
  const fields = new Set(user.error.issues.map(({ path }) => String(path[0])))
  refuse(summary, `${place} is not right in: ${[...fields].join(', ')}`)
  return null
}

async function writeBatch(
  batch: readonly PlacedUser[],
  write: WriteUsers,
  update: boolean,
  summary: ImportSummary,
): Promise<void> {
  try {
    const { added, known, conflicts } = await write(batch)
    summary.added += added.length
    summary[update ? 'updated' : 'present'] += known.length
    summary.conflicts += conflicts.length
    for (const { place, other } of conflicts) tell(summary, `${place} has the email of another user (${other})`)
    for (const { user } of update ? [...added, ...known] : added) {
      const kind = passwordKind(user.password)
      if (kind === 'other') summary.otherHashers++
      if (kind === 'unusable') summary.unusablePasswords++
    }
  } catch (error) {
    const { code } = errorFields(error)
    if (code === null || code === undefined || !rowErrors.test(code)) throw error
    if (batch.length > 1) for (const one of batch) await writeBatch([one], write, update, summary)
    else refuse(summary, `${batch[0]?.place} is refused by the database (${constraintOf(error) ?? code})`)
  }
}

/** PostgreSQL's name of the rule that was broken; its message would quote values. */
function constraintOf(error: unknown): string | null {
  const { constraint } = error as { readonly constraint?: unknown }
  return typeof constraint === 'string' ? constraint : null
}
