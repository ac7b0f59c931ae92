import type { AppError } from '../../contract/errors.ts'
import type { Exchange, ExchangeContent } from '../../contract/support.ts'
import { routeTemplate } from '../support/route-template.ts'

/** Exchanges that are remembered of both servers; and of updates, whose downloads can be hundreds of small requests. */
const mostExchanges = 500
const mostUpdates = 100
/** Milliseconds between two notices about a body that is still arriving. */
const noticeEvery = 500

/** What is known of one exchange while it goes on. Totals, never pieces of content. */
export interface Recording {
  /** The path as a template. */
  readonly route: string
  /** Bytes of the request's body so far. */
  sent(total: number): void
  /** `connectMs`: null when an open connection was used. */
  answered(status: number, contentType: string | readonly string[] | undefined, connectMs: number | null): void
  /** Bytes of the answer's body so far. */
  received(total: number): void
  injected(): void
  /** What the app read in a refusal. Null: nothing was refused. */
  said(error: AppError | null): void
  /** The first call counts. */
  end(fault: string | null): void
}

/** The newest exchanges with all servers: routes as templates, times, sizes and codes; nothing that was sent or received. */
export interface Timeline {
  begin(exchange: Pick<Exchange, 'server' | 'method'>, path: string): Recording
  /** Oldest first. */
  list(): readonly Exchange[]
  /** Told when an exchange begins, is answered, goes on arriving and ends. Returns its unsubscribe. */
  subscribe(listener: (exchange: Exchange) => void): () => void
}

type Written = { -readonly [K in keyof Exchange]: Exchange[K] }

export function contentOf(type: string | readonly string[] | undefined): ExchangeContent {
  const name = (typeof type === 'string' ? type : (type?.[0] ?? '')).split(';', 1)[0]!.trim().toLowerCase()
  if (name === '') return 'none'
  if (name === 'text/event-stream') return 'events'
  if (name === 'text/html') return 'html'
  if (/[/+]json$/.test(name)) return 'json'
  if (name.startsWith('image/')) return 'image'
  return name.startsWith('text/') ? 'text' : 'other'
}

/** An error's reason where that says more than its code. */
const verdictOf = (error: AppError): Exchange['said'] =>
  error.code === 'turn-failed' || error.code === 'account-refused'
    ? error.reason
    : error.code === 'unreachable' && error.reason === 'intercepted'
      ? 'intercepted'
      : error.code

export function createTimeline(): Timeline {
  const kept: Record<'servers' | 'updates', Written[]> = { servers: [], updates: [] }
  const listeners = new Set<(exchange: Exchange) => void>()
  let nextId = 1

  return {
    begin({ server, method }, path) {
      const began = performance.now()
      const since = (): number => Math.round(performance.now() - began)
      let lastPiece = began
      let lastNotice = began
      const exchange: Written = {
        id: nextId++,
        server,
        method,
        route: routeTemplate(path),
        startedAt: Date.now(),
        connectMs: null,
        headersMs: null,
        firstByteMs: null,
        endMs: null,
        longestGapMs: null,
        chunks: 0,
        status: null,
        content: null,
        sentBytes: 0,
        receivedBytes: 0,
        fault: null,
        said: null,
        injected: false,
      }
      const ring = server === 'updates' ? kept.updates : kept.servers
      ring.push(exchange)
      if (ring.length > (server === 'updates' ? mostUpdates : mostExchanges)) ring.shift()
      const tell = (): void => {
        for (const listener of listeners) listener({ ...exchange })
      }
      tell()

      return {
        route: exchange.route,
        sent(total) {
          exchange.sentBytes = total
        },
        answered(status, contentType, connectMs) {
          exchange.status = status
          exchange.content = contentOf(contentType)
          exchange.connectMs = connectMs
          exchange.headersMs = since()
          tell()
        },
        received(total) {
          if (total <= exchange.receivedBytes) return
          const now = performance.now()
          if (exchange.chunks === 0) exchange.firstByteMs = Math.round(now - began)
          else exchange.longestGapMs = Math.max(exchange.longestGapMs ?? 0, Math.round(now - lastPiece))
          exchange.chunks++
          exchange.receivedBytes = total
          lastPiece = now
          if (listeners.size === 0 || now - lastNotice < noticeEvery) return
          lastNotice = now
          tell()
        },
        injected() {
          exchange.injected = true
        },
        said(error) {
          if (error === null) return
          exchange.said = verdictOf(error)
          if (exchange.endMs !== null) tell()
        },
        end(fault) {
          if (exchange.endMs !== null) return
          exchange.endMs = since()
          exchange.fault = fault
          tell()
        },
      }
    },
    list: () => [...kept.servers, ...kept.updates].sort((a, b) => a.id - b.id).map((exchange) => ({ ...exchange })),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
