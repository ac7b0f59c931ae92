import type { IncomingMessage, ServerResponse } from 'node:http'
import { readJson } from './json-body.ts'
import type { BodyEdits, Output } from './output.ts'
import { createOutput } from './output.ts'

export type Headers = Readonly<Record<string, string | readonly string[]>>

/** What a fault asks of the chat routes, which alone know how to say it in their style. */
export interface Wanted {
  denial?: 'message_limit' | 'moderation' | 'convo_access' | 'concurrent'
  streamError?: string
}

/** One request and its answer. The answering functions may be called once; `stream` keeps writing. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** The caller's address. */
  readonly address: string
  readonly userAgent: string
  readonly wanted: Wanted
  header(name: string): string
  cookie(name: string): string | null
  /** The JSON body; undefined when there is none. Throws MalformedBody. Read once, remembered. */
  body(): Promise<unknown>
  setHeader(name: string, value: string | readonly string[]): void
  edit(edits: BodyEdits): void
  json(status: number, value: unknown, headers?: Headers): void
  /** As Express sends a string: `text/html` unless told otherwise; null: no Content-Type at all. */
  text(status: number, text: string, type?: string | null): void
  bytes(status: number, bytes: Buffer, type: string): void
  empty(status: number, headers?: Headers): void
  stream(status: number, headers: Headers): Output
  /** Aborted when the other side has gone before the answer was whole. */
  readonly gone: AbortSignal
  /** Whether an answer was begun, or can no longer be given. */
  answered(): boolean
  /** Breaks the connection off. */
  destroy(): void
}

export function createExchange(
  request: IncomingMessage,
  response: ServerResponse,
  onStatus: (status: number) => void,
): Exchange {
  const target = request.url?.startsWith('/') === true ? request.url : '/'
  const url = new URL(`http://localhost${target}`)
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  let edits: BodyEdits = {}
  let body: Promise<unknown> | null = null

  const header = (name: string): string => {
    const value = request.headers[name]
    return Array.isArray(value) ? value.join(', ') : (value ?? '')
  }

  const open = (status: number, headers: Headers, bodyEdits: BodyEdits): Output => {
    onStatus(status)
    response.writeHead(
      status,
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
      ),
    )
    return createOutput(response, bodyEdits)
  }

  const whole = (status: number, bytes: Buffer, headers: Headers): void => {
    const out = open(status, { ...headers, 'content-length': String(bytes.length) }, { ...edits, malformed: false })
    out.write(bytes)
    out.end()
  }

  return {
    request,
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    address: request.socket.remoteAddress ?? '',
    userAgent: header('user-agent'),
    wanted: {},
    header,
    cookie(name) {
      const pairs = header('cookie').split(';')
      const found = pairs.map((pair) => pair.trim()).find((pair) => pair.startsWith(`${name}=`))
      return found === undefined || found.length === name.length + 1 ? null : found.slice(name.length + 1)
    },
    body: () => (body ??= readJson(request)),
    setHeader(name, value) {
      response.setHeader(name, typeof value === 'string' ? value : [...value])
    },
    edit(more) {
      edits = { ...edits, ...more }
    },
    json(status, value, headers = {}) {
      whole(status, Buffer.from(JSON.stringify(value)), {
        'content-type': 'application/json; charset=utf-8',
        ...headers,
      })
    },
    text(status, text, type = 'text/html; charset=utf-8') {
      whole(status, Buffer.from(text), type === null ? {} : { 'content-type': type })
    },
    bytes: (status, bytes, type) => whole(status, bytes, { 'content-type': type }),
    empty(status, headers = {}) {
      open(status, status === 204 ? headers : { 'content-length': '0', ...headers }, {}).end()
    },
    stream(status, headers) {
      const out = open(status, headers, edits)
      // A stream is there as soon as it is open, however long its first frame takes.
      response.flushHeaders()
      return out
    },
    gone: gone.signal,
    answered: () => response.headersSent || response.destroyed,
    destroy: () => void response.destroy(),
  }
}
