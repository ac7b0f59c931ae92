import { copyRows } from './copy-text.ts'
import type { DumpEntry } from './dump-entry.ts'
import { DumpError } from './dump-entry.ts'
import { jsonEntries, jsonLineEntries } from './dumpdata.ts'

/** So much white space may stand before the first sign. */
const longestPeek = 64 * 1024
/** Signs that tell any of the kinds. */
const longestSign = 8

const textOf = (bytes: Buffer): string => bytes.toString('utf8').replace(/^\uFEFF/, '')

/** What files begin with that an operator may take for a dump: bytes in hexadecimal (the formats' signatures), or text. */
const others: readonly { readonly bytes?: readonly string[]; readonly text?: RegExp; readonly message: string }[] = [
  { text: /^PGDMP/, message: "it is in pg_dump's custom format: make it plain with pg_restore --file=-" },
  // gzip, zstd, lz4, bzip2, xz, zip
  { bytes: ['1f8b', '28b52ffd', '04224d18', '425a68', 'fd377a585a', '504b0304'], message: 'it is compressed' },
  { bytes: ['fffe', 'feff'], message: 'it is UTF-16: make it UTF-8' },
  { text: /^\s*<\?xml/, message: 'it is XML: give dumpdata --format json or jsonl' },
  { text: /^\s*- model:/, message: 'it is YAML: give dumpdata --format json or jsonl' },
]

/**
 * Reads the users of a dump, one after the other, whatever its size: `manage.py dumpdata users.user` as JSON or JSON lines, or
 * a plain `pg_dump` with COPY. Everything else in it is passed over. Throws DumpError.
 */
export async function* readDump(file: AsyncIterable<Uint8Array>): AsyncGenerator<DumpEntry> {
  const chunks = file[Symbol.asyncIterator]()
  try {
    const { begin, whole } = await peek(chunks)
    const hex = begin.toString('hex')
    const text = textOf(begin)
    const other = others.find((one) => one.bytes?.some((bytes) => hex.startsWith(bytes)) ?? one.text?.test(text))
    if (other) throw new DumpError(other.message)
    const first = text.trimStart()[0]
    if (first === undefined) throw new DumpError('it is empty')
    if (first === '[') yield* jsonEntries(whole)
    else if (first === '{') yield* jsonLineEntries(whole)
    else yield* copyRows(whole, 'users_user')
  } finally {
    await chunks.return?.()
  }
}

/** As much of the beginning as tells what it is, and the whole with that put back. */
async function peek(chunks: AsyncIterator<Uint8Array>): Promise<{ begin: Buffer; whole: AsyncGenerator<Uint8Array> }> {
  let begin = Buffer.alloc(0)
  while (begin.length < longestPeek && textOf(begin).trim().length < longestSign) {
    const next = await chunks.next()
    if (next.done === true) break
    begin = Buffer.concat([begin, next.value])
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    if (begin.length > 0) yield begin
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value
  }
  return { begin, whole: whole() }
}
