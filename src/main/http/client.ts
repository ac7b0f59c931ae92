import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Readable } from 'node:stream'
import { rootCertificates } from 'node:tls'
import got from 'got'
import type { Request as GotRequest } from 'got'
import type { ServerName } from '../../contract/errors.ts'
import { Fault } from '../fault.ts'
import type { Host, Log } from '../host.ts'
import { networkFault } from './fault.ts'
import type { Http, HttpAnswer, HttpRequest, HttpStream } from './http.ts'
import { withInjection } from './injection.ts'
import type { Injector } from './injection.ts'
import { createTimeline } from './timeline.ts'
import type { Recording, Timeline } from './timeline.ts'

/** Milliseconds for an exchange that names none, and for connecting and the first byte of a stream. */
const defaultTimeout = 30_000
/** Bytes of an answer that are read at most, unless the caller says otherwise. */
const defaultLimit = 8 * 1024 * 1024

/** Whether a URL's host name is this computer. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)

/** The origin of a configured server. HTTPS only, but for loopback. Throws a TypeError that names what is wrong, not the URL. */
export function serverOrigin(url: string): string {
  const parsed = new URL(url)
  if (parsed.username !== '' || parsed.password !== '')
    throw new TypeError('a server address must not hold a user name')
  const secure = parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback(parsed.hostname))
  if (!secure) throw new TypeError('a server address must start with https://')
  return parsed.origin
}

interface Deps {
  readonly origin: string
  /** For the log; a fault of the update server names the platform's, and never leaves src/main/updates. */
  readonly server: ServerName | 'updates'
  readonly userAgent: string
  readonly network: Host['network']
  readonly log: Log
  /** Where each exchange is noted; default: one of its own, for nobody. */
  readonly timeline?: Timeline
  /** In developer builds alone. */
  readonly injector?: Injector | null
  /** Told after every exchange whether the server answered at all. */
  readonly onReachable?: (reachable: boolean) => void
}

interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

/** When the connection stood, in milliseconds since the request; null when it was there already. */
function connectTime({ timings, reusedSocket }: Pick<GotRequest, 'timings' | 'reusedSocket'>): number | null {
  const stood = timings?.secureConnect ?? timings?.connect
  return stood === undefined || reusedSocket === true ? null : Math.max(0, stood - timings!.start)
}

/** The fault of an exchange as its timeline names it. */
const nameOf = ({ error }: Fault): string =>
  error.code === 'unreachable' ? error.reason : error.code === 'unexpected-answer' ? 'too-large' : error.code

export function createHttp(deps: Deps): Http {
  const { origin, server, userAgent, network, log, timeline = createTimeline(), injector = null, onReachable } = deps
  const named: ServerName = server === 'updates' ? 'platform' : server
  const agents = new Map<string, Agents>()
  let certificates: Promise<string[]> | null = null

  const trusted = async (): Promise<string[]> => {
    certificates ??= network.certificates().then(
      (extra) => [...rootCertificates, ...extra],
      () => [...rootCertificates],
    )
    return await certificates
  }

  const agentsFor = (proxy: string | null): Agents => {
    const key = proxy ?? ''
    const found = agents.get(key)
    if (found) return found
    const proxyEnv = proxy === null ? {} : { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }
    const options = { keepAlive: true, keepAliveMsecs: 20_000, ...proxyEnv }
    const made = { http: new HttpAgent(options), https: new HttpsAgent(options) }
    agents.set(key, made)
    return made
  }

  const connect = async (
    request: HttpRequest,
    streaming: boolean,
    exchange: Recording,
    counted: boolean,
  ): Promise<HttpStream> => {
    const url = origin + request.path
    if (new URL(url).origin !== origin) throw new Fault({ code: 'invalid-input', field: null })
    const ca = await trusted()
    const proxy = await network.resolveProxy(url).catch(() => null)
    request.signal?.throwIfAborted()
    const whole = request.timeout ?? defaultTimeout
    const headers: Record<string, string> = { 'user-agent': userAgent, accept: 'application/json', ...request.headers }
    if (request.body) {
      headers['content-type'] = request.body.type
      headers['content-length'] = String(request.body.length)
    }
    const stream = got.stream(url, {
      method: request.method,
      headers,
      agent: agentsFor(proxy),
      https: { certificateAuthority: ca, minVersion: 'TLSv1.2' },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      allowGetBody: false,
      // A stream may be silent for minutes (LibreChat sends no heartbeat): only its beginning is timed.
      timeout: streaming ? { connect: defaultTimeout, response: whole } : { request: whole },
      ...(request.signal ? { signal: request.signal } : {}),
      ...(request.json === undefined ? {} : { json: request.json }),
      ...(request.body ? { body: Readable.from(request.body.stream, { objectMode: false }) } : {}),
    })
    // A got stream whose method may have a body waits for one until it is told that there is none.
    if (request.method !== 'GET' && request.json === undefined && !request.body) stream.end()
    stream.on('uploadProgress', ({ transferred }: { transferred: number }) => {
      exchange.sent(transferred)
      request.onUpload?.(transferred)
    })
    if (counted)
      stream.on('downloadProgress', ({ transferred }: { transferred: number }) => exchange.received(transferred))
    return await new Promise<HttpStream>((resolve, reject) => {
      stream.once('error', reject)
      stream.once('response', (response: { statusCode: number; headers: HttpStream['headers'] }) => {
        stream.off('error', reject)
        exchange.answered(response.statusCode, response.headers['content-type'], connectTime(stream))
        resolve({ status: response.statusCode, headers: response.headers, stream })
      })
    })
  }

  const open = async (request: HttpRequest, streaming: boolean, exchange: Recording): Promise<HttpStream> => {
    const direct = async (counted: boolean): Promise<HttpStream> => await connect(request, streaming, exchange, counted)
    if (injector === null || server === 'updates') return await direct(true)
    const { method, signal, timeout = defaultTimeout } = request
    return await withInjection({ injector, server, method, exchange, signal, timeout, open: direct })
  }

  const failed = (thrown: unknown, request: HttpRequest, exchange: Recording): Fault => {
    const fault =
      thrown instanceof Error && thrown.name === 'AbortError'
        ? new Fault({ code: 'cancelled' }, thrown)
        : networkFault(thrown, named, request.signal)
    exchange.end(nameOf(fault))
    if (fault.error.code === 'unreachable') {
      onReachable?.(false)
      log({ level: 'warn', event: 'http.unreachable', fields: { server, reason: fault.error.reason } })
    }
    return fault
  }

  const answered = (method: string, path: string, status: number, began: number, bytes?: number): void => {
    const ms = Math.round(performance.now() - began)
    log({ level: 'debug', event: 'http.answer', fields: { server, method, path, status, ms, bytes } })
  }

  const begin = ({ method, path }: HttpRequest): Recording => timeline.begin({ server, method }, path)

  const noted = (opened: HttpStream, exchange: Recording): HttpStream => ({
    ...opened,
    note: (error) => exchange.said(error),
  })

  /** The end of a body that its reader takes from here. */
  const followBody = ({ stream }: HttpStream, request: HttpRequest, exchange: Recording): void => {
    // Closed without an end, or with an abort that nobody asked for: whoever read it had enough.
    const left = (): void => exchange.end(request.signal?.aborted === true ? 'cancelled' : null)
    stream.once('end', () => exchange.end(null))
    stream.once('close', left)
    stream.once('error', (thrown) => {
      if ((thrown as NodeJS.ErrnoException).code === 'ABORT_ERR') left()
      else exchange.end(nameOf(networkFault(thrown, named, request.signal)))
    })
  }

  const readAll = async (opened: HttpStream, limit: number): Promise<Buffer> => {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of opened.stream) {
      const bytes = chunk as Buffer
      size += bytes.length
      if (size > limit) {
        opened.stream.destroy()
        throw new Fault({ code: 'unexpected-answer', server: named })
      }
      chunks.push(bytes)
    }
    return Buffer.concat(chunks)
  }

  return {
    origin,
    async send(request: HttpRequest): Promise<HttpAnswer> {
      const began = performance.now()
      const exchange = begin(request)
      try {
        const opened = noted(await open(request, false, exchange), exchange)
        const body = await readAll(opened, request.limit ?? defaultLimit)
        onReachable?.(true)
        exchange.end(null)
        const { status, headers, note } = opened
        answered(request.method, exchange.route, status, began, body.length)
        return { status, headers, body, note }
      } catch (thrown) {
        throw failed(thrown, request, exchange)
      }
    },
    async open(request: HttpRequest): Promise<HttpStream> {
      const began = performance.now()
      const exchange = begin(request)
      try {
        const opened = noted(await open(request, true, exchange), exchange)
        followBody(opened, request, exchange)
        onReachable?.(true)
        answered(request.method, exchange.route, opened.status, began)
        return opened
      } catch (thrown) {
        throw failed(thrown, request, exchange)
      }
    },
    close(): void {
      for (const pair of agents.values()) {
        pair.http.destroy()
        pair.https.destroy()
      }
      agents.clear()
    },
  }
}
