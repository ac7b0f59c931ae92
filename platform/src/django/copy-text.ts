import type { DumpEntry } from './dump-entry.ts'
import { DumpError } from './dump-entry.ts'
import type { Line } from './lines.ts'
import { readLines } from './lines.ts'

/** PostgreSQL's text format of COPY: what follows a backslash (documentation, COPY, "Text Format"). */
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
/** Bytes written as numbers stand side by side where they make one sign. */
const escaped = /((?:\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}))+)|\\([\s\S])/g

function bytesOf(numbers: string): string {
  const each = numbers.matchAll(/\\(?:x([0-9A-Fa-f]+)|([0-7]+))/g)
  const bytes = Array.from(each, ([, hex, octal]) => Number.parseInt(hex ?? octal ?? '', hex === undefined ? 8 : 16))
  return Buffer.from(bytes).toString('utf8')
}

/** The values of one line; null for NULL. */
export function parseCopyLine(line: string): (string | null)[] {
  return line.split('\t').map((field) => {
    if (field === '\\N') return null
    if (!field.includes('\\')) return field
    return field.replaceAll(escaped, (_all, numbers: string | undefined, other: string) =>
      numbers === undefined ? (escapes[other] ?? other) : bytesOf(numbers),
    )
  })
}

const copyStatement = /^COPY\s+(?:"?([\w$]+)"?\.)?"?([\w$]+)"?\s*\(([^)]*)\)\s+FROM\s+stdin;\s*$/i
/** Its last word is what tells that rows follow, of whatever table. */
const anyCopy = /^COPY\s.*\sFROM\s+stdin;\s*$/i
const encodingStatement = /^SET\s+client_encoding\s*(?:=|TO)\s*'([^']*)'/i
const utf8Names = new Set(['UTF8', 'UTF-8', 'UNICODE', 'SQL_ASCII'])

/** Of `COPY public.users_user (a, "b") FROM stdin;` the columns; null: of another table. */
function columnsOf(statement: string, table: string): string[] | null {
  const [, schema = 'public', name, columns = ''] = copyStatement.exec(statement) ?? []
  if (schema !== 'public' || name !== table) return null
  return columns.split(',').map((column) => column.trim().replaceAll('"', ''))
}

function toEntry({ number, text, ended }: Line, columns: readonly string[]): DumpEntry {
  const place = `line ${number}`
  // The end of a last value that was cut would not be missed.
  if (!ended) return { place, problem: 'is cut off' }
  if (text === null) return { place, problem: 'is too long, or not UTF-8' }
  const values = parseCopyLine(text)
  if (values.length !== columns.length) return { place, problem: 'has not as many values as columns' }
  return { place, columns: Object.fromEntries(columns.map((name, index) => [name, values[index]])) }
}

/**
 * The rows of a table of the schema public in a plain pg_dump, whatever else stands in it. Throws DumpError: there is no such
 * table in it, it breaks off, or it has the rows in a form that is not read.
 */
export async function* copyRows(file: AsyncIterable<Uint8Array>, table: string): AsyncGenerator<DumpEntry> {
  const inserts = new RegExp(`^INSERT INTO (?:"?public"?\\.)?"?${table}"? `, 'i')
  /** Of the block that is being read; `other`: rows of another table, which may look like anything. */
  let block: readonly string[] | 'other' | null = null
  let found = false
  for await (const line of readLines(file)) {
    const { text } = line
    if (block !== null && text === '\\.') block = null
    else if (block === 'other') continue
    else if (block !== null) yield toEntry(line, block)
    else if (text === null) continue
    else if (anyCopy.test(text)) {
      const columns = columnsOf(text, table)
      found ||= columns !== null
      block = columns ?? 'other'
    } else if (inserts.test(text)) {
      throw new DumpError('its users stand in INSERT statements: make it without --inserts and --column-inserts')
    } else {
      const encoding = encodingStatement.exec(text)?.[1]?.toUpperCase()
      if (encoding !== undefined && !utf8Names.has(encoding))
        throw new DumpError(`it is encoded as ${encoding}: make it with --encoding=UTF8`)
    }
  }
  if (block !== null) throw new DumpError('it ends in the middle of a table')
  if (!found)
    throw new DumpError(
      'there are no users in it: it takes what "manage.py dumpdata users.user" writes (JSON, JSON lines), or a plain pg_dump',
    )
}
