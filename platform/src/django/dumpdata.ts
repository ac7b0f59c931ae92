import { gen, none } from 'stream-chain'
import { parser } from 'stream-json/parser.js'
import { streamArray } from 'stream-json/streamers/stream-array.js'
import type { DumpEntry } from './dump-entry.ts'
import { DumpError } from './dump-entry.ts'
import { readLines } from './lines.ts'

/** Django's name of the model, which `dumpdata` writes in lower case. */
const model = 'users.user'

/** Null: of another model. */
function toEntry(place: string, value: unknown): DumpEntry | null {
  const { model: of, pk, fields } = (value ?? {}) as Readonly<Record<string, unknown>>
  if (typeof of !== 'string' || typeof fields !== 'object' || fields === null)
    return { place, problem: 'is no entry of dumpdata' }
  if (of.toLowerCase() !== model) return null
  const { service_provider = null, ...columns } = fields as Readonly<Record<string, unknown>>
  return { place, columns: { ...columns, id: pk, service_provider_id: service_provider } }
}

/** Text of UTF-8; throws DumpError where it is none. */
async function* decoded(file: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined })
    } catch (cause) {
      throw new DumpError('it is not UTF-8', { cause })
    }
  }
  for await (const chunk of file) yield decode(chunk)
  yield decode()
}

/** The users of `dumpdata`: one array. Throws DumpError where it breaks off. */
export async function* jsonEntries(file: AsyncIterable<Uint8Array>): AsyncGenerator<DumpEntry> {
  const read = gen(parser({ packValues: true, streamValues: false }), streamArray())
  let count = 0
  async function* entries(text: string | typeof none): AsyncGenerator<DumpEntry> {
    try {
      for await (const item of read(text as string)) {
        const entry = toEntry(`record ${++count}`, (item as { readonly value: unknown }).value)
        if (entry) yield entry
      }
    } catch (cause) {
      const where = count === 0 ? 'in its first record' : `after record ${count}`
      throw new DumpError(`its JSON is damaged or breaks off ${where}`, { cause })
    }
  }
  for await (const text of decoded(file)) yield* entries(text)
  yield* entries(none)
}

/** The users of `dumpdata --format jsonl`. */
export async function* jsonLineEntries(file: AsyncIterable<Uint8Array>): AsyncGenerator<DumpEntry> {
  for await (const { number, text } of readLines(file)) {
    const place = `line ${number}`
    if (text === null) {
      yield { place, problem: 'is too long, or not UTF-8' }
      continue
    }
    const json = text.replace(/^\uFEFF/, '').trim()
    if (json === '') continue
    let value: unknown
    try {
      value = JSON.parse(json)
    } catch {
      yield { place, problem: 'is no JSON' }
      continue
    }
    const entry = toEntry(place, value)
    if (entry) yield entry
  }
}
