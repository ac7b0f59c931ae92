import { randomBytes } from 'node:crypto'

/** Bytes handed to the socket at once: what progress and cancelling are as fine as. */
const chunkSize = 64 * 1024

const quoted = (value: string): string => value.replace(/["\r\n]/g, '_')

export type FormPart =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly filename: string; readonly type: string; readonly bytes: Uint8Array }

/** A multipart body whose parts keep their order and whose length is known, so that progress is in real bytes. */
export function multipart(parts: readonly FormPart[]): {
  stream: AsyncIterable<Uint8Array>
  length: number
  type: string
} {
  const boundary = `hestami-${randomBytes(16).toString('hex')}`
  const pieces: Uint8Array[] = []
  for (const part of parts) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(part.name)}"`
    if ('value' in part) {
      pieces.push(Buffer.from(`${head}\r\n\r\n${part.value}\r\n`))
      continue
    }
    pieces.push(
      Buffer.from(`${head}; filename="${quoted(part.filename)}"\r\nContent-Type: ${quoted(part.type)}\r\n\r\n`),
      part.bytes,
      Buffer.from('\r\n'),
    )
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`))
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces)
      for (let at = 0; at < piece.length; at += chunkSize) yield piece.subarray(at, at + chunkSize)
  }
  // Iterable more than once: a retry after a token renewal sends the same body again.
  return {
    stream: { [Symbol.asyncIterator]: body },
    length: pieces.reduce((sum, piece) => sum + piece.length, 0),
    type: `multipart/form-data; boundary=${boundary}`,
  }
}
