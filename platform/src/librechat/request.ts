import type { LimitFunction } from 'p-limit'
import pLimit from 'p-limit'
import type { Log } from '../log.ts'
import { ProvisioningFault } from './fault.ts'

export interface LibreChatAnswer {
  readonly status: number
  /** Undefined: not JSON. */
  readonly body: unknown
  /** Milliseconds. */
  readonly retryAfter: number | null
}

/**
 * Asks the server: with `json` a POST, without a GET. Throws ProvisioningFault `unreachable` when no answer came, or none
 * worth having.
 */
export type LibreChatRequest = (
  path: string,
  options?: { readonly json?: unknown; readonly bearer?: string; readonly signal?: AbortSignal },
) => Promise<LibreChatAnswer>

export interface LibreChatServer {
  readonly url: string
  readonly userAgent: string
  readonly log: Log
  /** Milliseconds. */
  readonly timeout?: number
  /** Calls at once; the others wait. */
  readonly concurrency?: number
}

/** More than any answer to these calls. */
const bodyLimit = 256 * 1024

export function createLibreChatRequest(server: LibreChatServer): LibreChatRequest {
  const { url, userAgent, log, timeout = 30_000, concurrency = 8 } = server
  const base = url.endsWith('/') ? url : `${url}/`
  const limit: LimitFunction = pLimit(concurrency)

  return (path, { json, bearer, signal } = {}) =>
    limit(async () => {
      const started = performance.now()
      const told = (status: number | null): void =>
        log({
          level: 'info',
          event: 'librechat.call',
          fields: { path, status, milliseconds: Math.round(performance.now() - started) },
        })
      // Unlike AbortSignal.timeout, which is kept, with all of the call, until its time is over.
      const limit = new AbortController()
      const timer = setTimeout(() => limit.abort(new DOMException('no answer in time', 'TimeoutError')), timeout)
      try {
        const response = await fetch(new URL(path.replace(/^\//, ''), base), {
          method: json === undefined ? 'GET' : 'POST',
          headers: {
            accept: 'application/json',
            'user-agent': userAgent,
            ...(json === undefined ? {} : { 'content-type': 'application/json' }),
            ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          },
          body: json === undefined ? null : JSON.stringify(json),
          // LibreChat redirects no API call: whoever does is somebody else.
          redirect: 'manual',
          signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
        })
        const body = await readJson(response)
        told(response.status)
        return { status: response.status, body, retryAfter: retryAfter(response.headers.get('retry-after')) }
      } catch (cause) {
        told(null)
        throw new ProvisioningFault('unreachable', { cause })
      } finally {
        clearTimeout(timer)
      }
    })
}

async function readJson(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > bodyLimit) throw new Error('the answer is too long')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

/** Milliseconds, from seconds or a date. */
function retryAfter(header: string | null): number | null {
  if (header === null) return null
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isFinite(wait) ? Math.max(0, wait) : null
}
