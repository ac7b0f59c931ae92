import type { Readable } from 'node:stream'
import type { DumpedUser } from './dump.ts'
import { readLines } from './lines.ts'

/** PostgreSQL's text format of COPY: what follows a backslash (documentation, COPY, "Text Format"). */
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** The values of one line; null for NULL. */
export function parseCopyLine(line: string): (string | null)[] {
  return line.split('\t').map((field) =>
    field === '\\N'
      ? null
      : field.replaceAll(/\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|([\s\S]))/g, (_all, octal, hex, other: string) => {
          if (octal !== undefined) return String.fromCodePoint(Number.parseInt(String(octal), 8))
          if (hex !== undefined) return String.fromCodePoint(Number.parseInt(String(hex), 16))
          return escapes[other] ?? other
        }),
  )
}

/** `COPY public.users_user (a, "b") FROM stdin;` → the columns; null: another statement. */
export function copyColumns(line: string, table: string): string[] | null {
  const match = /^COPY\s+(?:"?[\w$]+"?\.)?"?([\w$]+)"?\s*\(([^)]*)\)\s+FROM\s+stdin;\s*$/i.exec(line)
  if (match?.[1] !== table) return null
  return (match[2] ?? '').split(',').map((name) => name.trim().replaceAll('"', ''))
}

/** The rows of a table in a plain pg_dump. `table` once for each block, so that an empty table is told from none. */
export async function* copyRows(file: Readable, table: string): AsyncGenerator<DumpedUser | 'table'> {
  let columns: string[] | null = null
  let line = 0
  for await (const text of readLines(file)) {
    line++
    if (columns === null) {
      columns = copyColumns(text, table)
      if (columns) yield 'table'
    } else if (text === '\\.') {
      columns = null
    } else {
      const values = parseCopyLine(text)
      const place = `line ${line}`
      if (values.length !== columns.length)
        yield { place, columns: { unreadable: 'has not as many values as columns' } }
      else yield { place, columns: Object.fromEntries(columns.map((name, index) => [name, values[index]])) }
    }
  }
  if (columns !== null)
    yield { place: `line ${line}`, columns: { unreadable: 'is the last: the dump ends in the middle' } }
}
