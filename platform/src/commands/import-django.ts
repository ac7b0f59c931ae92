import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { readDump } from '../django/dump.ts'
import type { ImportSummary } from '../django/import-users.ts'
import { importUsers } from '../django/import-users.ts'
import type { Command } from './command.ts'
import { count, UsageError } from './command.ts'

/** So many refusals are told one by one. */
const longestList = 100

function describe(summary: ImportSummary, dryRun: boolean): string {
  const { added, present, updated, refused, otherHashers, unusablePasswords, unknown } = summary
  const lines = [
    `${dryRun ? 'Would be added' : 'Added'}: ${added}`,
    `${dryRun ? 'Would be overwritten' : 'Overwritten'}: ${updated}`,
    `There already: ${present}`,
    `Not taken: ${refused.length}`,
    ...refused.slice(0, longestList).map((one) => `  ${one}`),
  ]
  if (refused.length > longestList) lines.push(`  and ${refused.length - longestList} more`)
  if (otherHashers > 0)
    lines.push(
      '',
      `${otherHashers} have a password of another hasher than pbkdf2_sha256: they must be given a new one.`,
    )
  if (unusablePasswords > 0) lines.push('', `${unusablePasswords} have no usable password, as in Django.`)
  if (unknown.size > 0)
    lines.push('', `Columns without a place here, left out: ${[...unknown.keys()].toSorted().join(', ')}`)
  if (!dryRun && added > 0)
    lines.push('', 'Who has no LibreChat account yet: npm run platform -- sync-status, sync-legacy.')
  return `${lines.join('\n')}\n`
}

export const importDjango: Command = {
  name: 'import-django',
  summary: 'takes the users of a Django service',
  usage: `[--dry-run] [--update] [--batch-size 500] FILE

FILE is what "manage.py dumpdata users.user" wrote (JSON, or JSON lines with --format jsonl), or a plain pg_dump of the
database (with COPY, as pg_dump writes by itself); - is standard input. Password hashes and encrypted LibreChat passwords are
taken as they are. It may be run again: users that are there by id are left as they are.

  --dry-run     reads and checks everything, and changes nothing
  --update      overwrites users that are there, but never a LibreChat account that is kept here
  --batch-size  users written together`,
  options: {
    'dry-run': { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    'batch-size': { type: 'string' },
  },
  positionals: true,
  database: true,
  async run({ database, terminal }, values, [file, ...more]) {
    if (file === undefined || more.length > 0) throw new UsageError('import-django takes one file; - is standard input')
    if (file !== '-' && !(await stat(file).catch(() => null))?.isFile())
      throw new UsageError(`there is no file ${file}`)
    const dryRun = values['dry-run'] === true
    const input = file === '-' ? process.stdin : createReadStream(file)
    const summary = await importUsers(readDump(input), database, {
      batchSize: count(values['batch-size'], 'batch-size', 500),
      dryRun,
      update: values['update'] === true,
      onProgress: (read) => {
        if (terminal.isTty) terminal.stderr(`\r${read} read`)
      },
    })
    if (terminal.isTty) terminal.stderr('\n')
    terminal.stdout(describe(summary, dryRun))
    return summary.refused.length === 0 ? 0 : 1
  },
}
