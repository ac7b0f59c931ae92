import type { Database } from '../database/database.ts'
import type { Fernet } from '../fernet.ts'
import { createFernet, FernetError } from '../fernet.ts'
import type { Command, Terminal } from './command.ts'
import { count, UsageError } from './command.ts'

interface Column {
  readonly table: string
  readonly id: string
  readonly value: string
}

/** Every place that keeps a LibreChat password. */
const columns: readonly Column[] = [
  { table: 'users_user', id: 'id', value: 'librechat_password_encrypted' },
  { table: 'hestami_platform_librechat', id: 'user_id', value: 'next_password_encrypted' },
]

interface Tally {
  renewed: number
  already: number
  /** Were changed by somebody else between the read and the write. */
  missed: number
  /** Ids of users whose value no key opens. */
  readonly lost: string[]
}

/** Rounds after which whoever goes on storing under an older key is a platform that was not restarted. */
const rounds = 3

interface Work {
  readonly database: Database
  readonly fernet: Fernet
  readonly batchSize: number
  readonly dryRun: boolean
  readonly interrupted: AbortSignal
}

async function reencryptColumn({ table, id, value }: Column, work: Work, tally: Tally): Promise<void> {
  const { database, fernet, batchSize, dryRun, interrupted } = work
  let after = '00000000-0000-0000-0000-000000000000'
  while (!interrupted.aborted) {
    const { rows } = await database.query(
      `SELECT ${id}::text AS id, ${value} AS sealed FROM ${table}
       WHERE ${id} > $1::uuid AND coalesce(${value}, '') <> '' ORDER BY ${id} LIMIT $2`,
      [after, batchSize],
    )
    const changes: { userId: string; sealed: string; renewed: string }[] = []
    for (const row of rows) {
      const [userId, sealed] = [String(row['id']), String(row['sealed'])]
      after = userId
      try {
        if (fernet.isNewest(sealed)) tally.already++
        else changes.push({ userId, sealed, renewed: fernet.rotate(sealed) })
      } catch (error) {
        if (!(error instanceof FernetError)) throw error
        tally.lost.push(userId)
      }
    }
    if (dryRun) tally.renewed += changes.length
    else if (changes.length > 0) {
      // Guarded by the value it was made from: a password that was changed meanwhile stays.
      const { rowCount } = await database.query(
        `UPDATE ${table} SET ${value} = renewed
         FROM unnest($1::uuid[], $2::text[], $3::text[]) AS changes (changed, sealed, renewed)
         WHERE ${id} = changed AND ${value} = sealed`,
        [changes.map(({ userId }) => userId), changes.map(({ sealed }) => sealed), changes.map((one) => one.renewed)],
      )
      tally.renewed += rowCount
      tally.missed += changes.length - rowCount
    }
    if (rows.length < batchSize) return
  }
}

async function reencryptAll(work: Work): Promise<Tally> {
  const tally: Tally = { renewed: 0, already: 0, missed: 0, lost: [] }
  for (const column of columns) await reencryptColumn(column, work, tally)
  return tally
}

function report(terminal: Terminal, tally: Tally, dryRun: boolean, clean: boolean): number {
  const { renewed, already, lost } = tally
  terminal.stdout(
    `${dryRun ? 'Would be encrypted anew' : 'Encrypted anew'}: ${renewed}\nUnder the newest key: ${already}\n`,
  )
  if (terminal.interrupted.aborted) {
    terminal.stdout('\nInterrupted: run it again for the others; keep the old keys until then.\n')
    return 1
  }
  if (lost.length > 0) {
    terminal.stdout(
      `\nNo key opens the LibreChat password of ${lost.length} users; their values were left as they are:\n` +
        lost.map((userId) => `  ${userId}\n`).join('') +
        'Add the key they were made with behind the others and run this again. If it is gone for good, give them new\n' +
        'passwords with sync-legacy --force (docs/provisioning.md).\n',
    )
    return 1
  }
  if (dryRun) return 0
  if (!clean) {
    terminal.stdout(
      '\nPasswords are still being stored under an older key: restart every platform with the new key in front, then run\n' +
        'this again; keep the old keys until then.\n',
    )
    return 1
  }
  terminal.stdout('\nThe older keys can be removed from LIBRECHAT_ENCRYPTION_KEY now.\n')
  return 0
}

export const reencrypt: Command = {
  name: 'reencrypt',
  summary: 'encrypts every LibreChat password under the newest key',
  usage: `[--dry-run] [--batch-size 500]

LIBRECHAT_ENCRYPTION_KEY holds the new key first and the old ones behind it, separated by commas, in every platform; how to
get there is in docs/operations.md, Keys. It may run beside them, be interrupted and be run again.

  --dry-run     says how many would be changed, and changes nothing
  --batch-size  rows read together`,
  options: { 'dry-run': { type: 'boolean', default: false }, 'batch-size': { type: 'string' } },
  database: true,
  async run({ database, settings, terminal }, values) {
    if (settings.encryptionKey === null) throw new UsageError('LIBRECHAT_ENCRYPTION_KEY: must be set')
    const dryRun = values['dry-run'] === true
    const work: Work = {
      database,
      fernet: createFernet(settings.encryptionKey),
      batchSize: count(values['batch-size'], 'batch-size', 500),
      dryRun,
      interrupted: terminal.interrupted,
    }
    const first = await reencryptAll(work)
    if (dryRun) return report(terminal, first, dryRun, false)
    // What was stored behind the cursor meanwhile is found by looking again, until nothing is found.
    let [renewed, last] = [first.renewed, first]
    for (let round = 1; round < rounds && last.renewed + last.missed > 0 && !terminal.interrupted.aborted; round++) {
      last = await reencryptAll(work)
      renewed += last.renewed
    }
    const tally = { ...first, renewed, lost: last.lost }
    return report(terminal, tally, dryRun, last.renewed + last.missed === 0)
  },
}
