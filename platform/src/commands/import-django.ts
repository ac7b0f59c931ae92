import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { readDump } from '../django/dump.ts'
import type { ImportSummary } from '../django/import-users.ts'
import { importUsers } from '../django/import-users.ts'
import type { Command } from './command.ts'
import { count, UsageError } from './command.ts'

/** Every address of a batch takes a lock of PostgreSQL, which has room for some thousands. */
const largestBatch = 1000

function describe(summary: ImportSummary, dryRun: boolean): string {
  const { added, present, updated, refused, conflicts, problems, otherHashers, unusablePasswords, unknown } = summary
  const lines = [
    `${dryRun ? 'Would be added' : 'Added'}: ${added}`,
    `${dryRun ? 'Would be overwritten' : 'Overwritten'}: ${updated}`,
    `There already: ${present}`,
    `Not taken: ${refused}`,
    `Conflicts: ${conflicts}`,
  ]
  if (problems.length > 0) lines.push('', ...problems.map((one) => `  ${one}`))
  const more = refused + conflicts - problems.length
  if (more > 0) lines.push(`  and ${more} more`)
  if (otherHashers > 0)
    lines.push(
      '',
      `Warning: ${otherHashers} have a password of another hasher than pbkdf2_sha256: they need a new one.`,
    )
  if (unusablePasswords > 0)
    lines.push('', `Warning: ${unusablePasswords} have no usable password, as in Django: they cannot sign in.`)
  if (unknown.size > 0) {
    const columns = [...unknown].toSorted(([one], [other]) => one.localeCompare(other))
    lines.push('', `Left out, having no place here: ${columns.map(([name, times]) => `${name} (${times})`).join(', ')}`)
  }
  if (summary.interrupted) lines.push('', 'Interrupted: run it again for the others.')
  else if (dryRun) lines.push('', 'Nothing was changed.')
  else if (added + updated > 0) lines.push('', 'Who has no LibreChat account yet: sync-status, sync-legacy.')
  return `${lines.join('\n')}\n`
}

export const importDjango: Command = {
  name: 'import-django',
  summary: 'takes the users of a Django service',
  usage: `[--dry-run] [--update] [--batch-size 500] FILE

FILE is what "manage.py dumpdata users.user" wrote (JSON, or JSON lines with --format jsonl), or a plain pg_dump of the
database (as it is, without --inserts or --column-inserts); - is standard input. Password hashes and encrypted LibreChat
passwords are taken as they are. Run again, it leaves users alone that are there by id.

  --dry-run     reads and checks everything, and changes nothing
  --update      overwrites users that are there, passwords too; a LibreChat account that is kept here is replaced by a
                newer one, whole (id and password), never by less
  --batch-size  users written together, at most ${largestBatch}`,
  options: {
    'dry-run': { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    'batch-size': { type: 'string' },
  },
  positionals: true,
  database: true,
  async run({ database, terminal }, values, [file, ...more]) {
    if (file === undefined || more.length > 0) throw new UsageError('import-django takes one file; - is standard input')
    const batchSize = count(values['batch-size'], 'batch-size', 500)
    if (batchSize > largestBatch) throw new UsageError(`--batch-size takes at most ${largestBatch}`)
    if (file !== '-' && !(await stat(file).catch(() => null))?.isFile())
      throw new UsageError(`there is no file ${file}`)
    const dryRun = values['dry-run'] === true
    const input = addAbortSignal(terminal.interrupted, file === '-' ? process.stdin : createReadStream(file))
    const summary = await importUsers(readDump(input), database, {
      batchSize,
      dryRun,
      update: values['update'] === true,
      interrupted: terminal.interrupted,
      onProgress: (read) => {
        if (terminal.isTty) terminal.stderr(`\r\u001B[K${read} read`)
      },
    })
    if (terminal.isTty) terminal.stderr('\n')
    terminal.stdout(describe(summary, dryRun))
    return summary.refused + summary.conflicts === 0 && !summary.interrupted ? 0 : 1
  },
}
