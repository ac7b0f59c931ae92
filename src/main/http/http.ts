import type { Readable } from 'node:stream'
import type { AppError } from '../../contract/errors.ts'
import { Fault } from '../fault.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** From the origin's root, with its query: `/api/convos?limit=25`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly body?: { readonly stream: AsyncIterable<Uint8Array>; readonly length: number; readonly type: string }
  readonly signal?: AbortSignal
  /** Milliseconds for the whole exchange; default 30 s. */
  readonly timeout?: number
  readonly onUpload?: (sentBytes: number) => void
  /** Most bytes of the answer that are read; default 8 MiB. */
  readonly limit?: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Buffer
  /** Tells the network timeline what the app read in a refusal. */
  readonly note?: (error: AppError) => void
}

export interface HttpStream {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly stream: Readable
  readonly note?: (error: AppError) => void
}

/**
 * One server's transport: fixed origin, fixed user agent, system proxy and certificates, redirects never followed, no retries.
 * Any HTTP status is an answer; what is thrown is a Fault `unreachable` (or `cancelled`).
 */
export interface Http {
  readonly origin: string
  send(request: HttpRequest): Promise<HttpAnswer>
  /** Resolves when the headers are there. No idle time-out: LibreChat's streams have no heartbeat. */
  open(request: HttpRequest): Promise<HttpStream>
  close(): void
}

/** The fault of an answer that refuses, noted in the timeline. */
export function refused(answer: Pick<HttpAnswer, 'note'>, error: AppError): Fault {
  answer.note?.(error)
  return new Fault(error)
}

/** Parses a body whatever its Content-Type says; undefined when it is not JSON. */
export function parseJson(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
