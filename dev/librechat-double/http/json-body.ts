import type { IncomingMessage } from 'node:http'

/** Bytes of the largest JSON body. */
const limit = 3 * 1024 * 1024

/** A body that is no JSON (`syntax`) or larger than 3 MB (`size`). */
export class MalformedBody extends Error {
  readonly reason: 'syntax' | 'size'
  constructor(reason: 'syntax' | 'size') {
    super(`malformed body: ${reason}`)
    this.reason = reason
  }
}

/** As express-mongo-sanitize does: keys that could be operators or paths are dropped. */
function sanitized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sanitized)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !key.startsWith('$') && !key.includes('.'))
  return Object.fromEntries(kept.map(([key, held]) => [key, sanitized(held)]))
}

/** The body as JSON or form fields; undefined when there is none. Multipart bodies are left unread. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/')) return undefined
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    // Read to its end all the same: leaving the loop would break the connection off.
    if (size <= limit) chunks.push(chunk as Buffer)
  }
  if (size > limit) throw new MalformedBody('size')
  const text = Buffer.concat(chunks).toString('utf8')
  if (text === '') return undefined
  if (type.startsWith('application/x-www-form-urlencoded'))
    return sanitized(Object.fromEntries(new URLSearchParams(text)))
  if (!type.startsWith('application/json')) return undefined
  try {
    return sanitized(JSON.parse(text))
  } catch {
    throw new MalformedBody('syntax')
  }
}
