import { Refusal } from './route.ts'

/** The JSON of a request body; an empty body is an empty object. Throws a 400 Refusal worded like Django REST framework's. */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return {}
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw refused('the body is not UTF-8')
  }
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    // The engine's own message repeats part of the body, which may be a password: only its position is told.
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
    throw refused(position === undefined ? 'Expecting value' : `Expecting value: ${place(text, Number(position))}`)
  }
}

const refused = (why: string): Refusal => new Refusal(400, { detail: `JSON parse error - ${why}` })

/** Python's way to tell a place in a text. */
function place(text: string, position: number): string {
  const before = text.slice(0, position)
  const column = position - before.lastIndexOf('\n')
  return `line ${before.split('\n').length} column ${column} (char ${position})`
}
