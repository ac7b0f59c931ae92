import type { Readable } from 'node:stream'
import { PassThrough, pipeline } from 'node:stream'
import { streamArray } from 'stream-json/streamers/stream-array.js'
import { copyRows } from './copy-text.ts'
import { DumpError } from './dump-error.ts'
import { readLines } from './lines.ts'

/** One user of a dump, unread: what it says of the columns of `users_user`. */
export interface DumpedUser {
  /** Where it stands, for people: `line 7` or `record 7`. */
  readonly place: string
  /** A sentence instead of columns: it cannot be told what it says. */
  readonly columns: Readonly<Record<string, unknown>> | { readonly unreadable: string }
}

/** Django's name of the model, in every case that `dumpdata` writes. */
const model = 'users.user'
/** Enough to see the first sign that is not white space, of any sane file. */
const longestPeek = 64 * 1024

/**
 * Reads the users of a dump, one after the other, whatever its size: `manage.py dumpdata users.user` as JSON or JSON lines, or
 * a plain `pg_dump` with COPY. Everything else in it is passed over. Throws DumpError.
 */
export async function* readDump(file: Readable): AsyncGenerator<DumpedUser> {
  const [first, whole] = await peek(file)
  if (first === '[') yield* fromJsonArray(whole)
  else if (first === '{') yield* fromJsonLines(whole)
  else if (first === '') throw new DumpError('the file is empty')
  else yield* fromSql(whole)
}

/** The first sign that is no white space, and the stream with what was read put back. */
async function peek(file: Readable): Promise<[string, Readable]> {
  const chunks: Buffer[] = []
  let seen = ''
  for await (const chunk of file.iterator({ destroyOnReturn: false })) {
    chunks.push(Buffer.from(chunk as Uint8Array))
    seen = Buffer.concat(chunks)
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trimStart()
    if (seen !== '' || Buffer.concat(chunks).length > longestPeek) break
  }
  const whole = new PassThrough()
  for (const chunk of chunks) whole.write(chunk)
  pipeline(file, whole, () => undefined)
  return [seen[0] ?? '', whole]
}

function toUser(place: string, value: unknown): DumpedUser | null {
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  if (typeof entry['model'] !== 'string' || typeof entry['fields'] !== 'object' || entry['fields'] === null)
    return { place, columns: { unreadable: 'is no entry of dumpdata' } }
  if (entry['model'].toLowerCase() !== model) return null
  const { service_provider, ...fields } = entry['fields'] as Record<string, unknown>
  return { place, columns: { ...fields, id: entry['pk'], service_provider_id: service_provider ?? null } }
}

async function* fromJsonArray(file: Readable): AsyncGenerator<DumpedUser> {
  const values = streamArray.withParserAsStream()
  pipeline(file, values, () => undefined)
  let count = 0
  try {
    for await (const { value } of values as AsyncIterable<{ value: unknown }>) {
      const user = toUser(`record ${++count}`, value)
      if (user) yield user
    }
  } catch (cause) {
    throw new DumpError('the JSON is damaged, or ends in the middle', { cause })
  }
}

async function* fromJsonLines(file: Readable): AsyncGenerator<DumpedUser> {
  let line = 0
  for await (const text of readLines(file)) {
    line++
    if (text.replace(/^\uFEFF/, '').trim() === '') continue
    let value: unknown
    try {
      value = JSON.parse(text.replace(/^\uFEFF/, ''))
    } catch {
      yield { place: `line ${line}`, columns: { unreadable: 'is no JSON' } }
      continue
    }
    const user = toUser(`line ${line}`, value)
    if (user) yield user
  }
}

async function* fromSql(file: Readable): AsyncGenerator<DumpedUser> {
  let found = false
  for await (const row of copyRows(file, 'users_user')) {
    found = true
    if (row !== 'table') yield row
  }
  if (!found)
    throw new DumpError(
      'there are no users in it: give the JSON of "manage.py dumpdata users.user", or a plain pg_dump (not --inserts, not -Fc)',
    )
}
