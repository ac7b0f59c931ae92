import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'

const answers: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request header fields are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Request body is too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request timed out.'],
}

/** Answers what is no request, or too slow a one, as other bad requests are answered, and ends the connection. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  const [status, detail] = answers[error.code ?? ''] ?? [400, 'Bad request.']
  const body = JSON.stringify({ detail })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'cache-control: no-store',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  // Not `end`, which waits for the other side to read.
  socket.destroy()
}
