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
  /** Ids of users whose value no key opens. */
  readonly lost: string[]
}

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
    for (const row of rows) {
      const [userId, sealed] = [String(row['id']), String(row['sealed'])]
      after = userId
      try {
        if (fernet.isNewest(sealed)) {
          tally.already++
          continue
        }
        const renewed = fernet.rotate(sealed)
        // Guarded by the value it was made from: a password that was changed meanwhile is under the newest key already.
        const change = `UPDATE ${table} SET ${value} = $3 WHERE ${id} = $1 AND ${value} = $2`
        if (!dryRun) await database.query(change, [userId, sealed, renewed])
        tally.renewed++
      } catch (error) {
        if (!(error instanceof FernetError)) throw error
        tally.lost.push(userId)
      }
    }
    if (rows.length < batchSize) return
  }
}

function report(terminal: Terminal, tally: Tally, dryRun: boolean): number {
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
  if (!dryRun) terminal.stdout('\nThe older keys can be removed from LIBRECHAT_ENCRYPTION_KEY now.\n')
  return 0
}

export const reencrypt: Command = {
  name: 'reencrypt',
  summary: 'encrypts every LibreChat password under the newest key',
  usage: `[--dry-run] [--batch-size 500]

LIBRECHAT_ENCRYPTION_KEY holds the new key first and the old ones behind it, separated by commas; restart every platform with
it, then run this. It may run beside them, be interrupted and be run again.

  --dry-run     says how many would be changed, and changes nothing
  --batch-size  rows read together`,
  options: { 'dry-run': { type: 'boolean', default: false }, 'batch-size': { type: 'string' } },
  database: true,
  async run({ database, settings, terminal }, values) {
    if (settings.encryptionKey === null) throw new UsageError('LIBRECHAT_ENCRYPTION_KEY: must be set')
    const tally: Tally = { renewed: 0, already: 0, lost: [] }
    const dryRun = values['dry-run'] === true
    const work: Work = {
      database,
      fernet: createFernet(settings.encryptionKey),
      batchSize: count(values['batch-size'], 'batch-size', 500),
      dryRun,
      interrupted: terminal.interrupted,
    }
    for (const column of columns) await reencryptColumn(column, work, tally)
    return report(terminal, tally, dryRun)
  },
}
