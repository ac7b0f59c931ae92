import { isUtf8 } from 'node:buffer'

/** One line of a file, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number
  /** Null: longer than any row of a user, or not UTF-8. */
  readonly text: string | null
  /** False: the file ends in it, without a line feed. */
  readonly ended: boolean
}

const lineFeed = 0x0a
/** A row of users_user has a few KB at most. Other tables may have rows of a GB, which are not to be kept. */
const longest = 1024 * 1024

/** The lines of a text. Not readline's, which also end at signs that stand inside of names (U+2028). */
export async function* readLines(file: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let parts: Uint8Array[] = []
  let [length, number] = [0, 0]

  const keep = (part: Uint8Array): void => {
    length += part.length
    if (length <= longest) parts.push(part)
    else parts = []
  }
  const take = (ended: boolean): Line => {
    const bytes = Buffer.concat(parts)
    const readable = length <= longest && isUtf8(bytes)
    const text = readable ? bytes.toString('utf8').replace(/\r$/, '') : null
    parts = []
    length = 0
    return { number: ++number, text, ended }
  }

  for await (const chunk of file) {
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      keep(chunk.subarray(start, end))
      yield take(true)
      start = end + 1
    }
    if (start < chunk.length) keep(chunk.subarray(start))
  }
  if (length > 0) yield take(false)
}
