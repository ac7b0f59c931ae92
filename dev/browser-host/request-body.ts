import type { IncomingMessage } from 'node:http'

/** Bytes: an image at its limit and its JSON. */
const limit = 24 * 1024 * 1024

export async function readRequest(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > limit) return null
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}

/** The input of a bridge call, from JSON or from the framing of bridge-script.ts. Throws a SyntaxError. */
export function decodeInput(type: string, body: Buffer): unknown {
  if (!type.startsWith('application/octet-stream'))
    return (JSON.parse(body.toString('utf8')) as { input?: unknown }).input
  const length = body.length < 4 ? 0 : body.readUInt32BE(0)
  if (length === 0 || 4 + length > body.length) throw new SyntaxError('short frame')
  const { field, input } = JSON.parse(body.toString('utf8', 4, 4 + length)) as {
    field: string
    input: Record<string, unknown>
  }
  return { ...input, [field]: new Uint8Array(body.subarray(4 + length)) }
}
