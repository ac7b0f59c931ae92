import type { Readable } from 'node:stream'
import { DumpError } from './dump-error.ts'

/** The lines of UTF-8 text. Not readline's, which also ends lines at signs that stand inside of names. Throws DumpError. */
export async function* readLines(file: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
    } catch (cause) {
      throw new DumpError('the file is not UTF-8', { cause })
    }
  }
  for await (const chunk of file) {
    const lines = (rest + decode(chunk as Uint8Array)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line
  }
  rest += decode()
  if (rest !== '') yield rest
}
