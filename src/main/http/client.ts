import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Readable } from 'node:stream'
import { rootCertificates } from 'node:tls'
import got from 'got'
import type { ServerName } from '../../contract/errors.ts'
import { Fault } from '../fault.ts'
import type { Host, Log } from '../host.ts'
import { networkFault } from './fault.ts'
import type { Http, HttpAnswer, HttpRequest, HttpStream } from './http.ts'

/** Milliseconds for an exchange that names none, and for connecting and the first byte of a stream. */
const defaultTimeout = 30_000
/** Bytes of an answer that are read at most, unless the caller says otherwise. */
const defaultLimit = 8 * 1024 * 1024

const isLoopback = (host: string): boolean =>
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
  readonly server: ServerName
  readonly userAgent: string
  readonly network: Host['network']
  readonly log: Log
  /** Told after every exchange whether the server answered at all. */
  readonly onReachable?: (reachable: boolean) => void
}

interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

export function createHttp({ origin, server, userAgent, network, log, onReachable }: Deps): Http {
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

  const open = async (request: HttpRequest, streaming: boolean): Promise<HttpStream> => {
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
    if (request.onUpload) {
      const report = request.onUpload
      stream.on('uploadProgress', (progress: { transferred: number }) => report(progress.transferred))
    }
    return await new Promise<HttpStream>((resolve, reject) => {
      stream.once('error', reject)
      stream.once('response', (response: { statusCode: number; headers: HttpStream['headers'] }) => {
        stream.off('error', reject)
        resolve({ status: response.statusCode, headers: response.headers, stream })
      })
    })
  }

  const failed = (thrown: unknown, request: HttpRequest): Fault => {
    const fault =
      thrown instanceof Error && thrown.name === 'AbortError'
        ? new Fault({ code: 'cancelled' }, thrown)
        : networkFault(thrown, server, request.signal)
    if (fault.error.code === 'unreachable') {
      onReachable?.(false)
      log({ level: 'warn', event: 'http.unreachable', fields: { server, reason: fault.error.reason } })
    }
    return fault
  }

  const readAll = async (opened: HttpStream, limit: number): Promise<Buffer> => {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of opened.stream) {
      const bytes = chunk as Buffer
      size += bytes.length
      if (size > limit) {
        opened.stream.destroy()
        throw new Fault({ code: 'unexpected-answer', server })
      }
      chunks.push(bytes)
    }
    return Buffer.concat(chunks)
  }

  return {
    origin,
    async send(request: HttpRequest): Promise<HttpAnswer> {
      try {
        const opened = await open(request, false)
        const body = await readAll(opened, request.limit ?? defaultLimit)
        onReachable?.(true)
        return { status: opened.status, headers: opened.headers, body }
      } catch (thrown) {
        throw failed(thrown, request)
      }
    },
    async open(request: HttpRequest): Promise<HttpStream> {
      try {
        const opened = await open(request, true)
        onReachable?.(true)
        return opened
      } catch (thrown) {
        throw failed(thrown, request)
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
