import type { IncomingMessage, ServerResponse } from 'node:http'
import { withBrowser } from '../account/guard.ts'
import type { Context } from '../context.ts'
import type { Exchange } from './exchange.ts'
import { createExchange } from './exchange.ts'
import type { FaultAction } from './faults.ts'
import { inject } from './inject.ts'
import { MalformedBody } from './json-body.ts'
import type { RecordedRequest } from './record.ts'
import type { Route } from './router.ts'
import { findRoute } from './router.ts'
import { webApp } from './web-app.ts'

const unknownError = 'An unknown error occurred.'

export interface Dispatch {
  readonly context: Context
  readonly routes: readonly Route[]
  /** Routes of the double itself: never recorded, never disturbed. */
  readonly control: readonly Route[]
  readonly take: (method: string, path: string, query: string) => FaultAction[]
  readonly record: (request: RecordedRequest) => void
}

export function createListener({ context, routes, control, take, record }: Dispatch) {
  const { settings } = context

  const missing = (exchange: Exchange): void => {
    const json = settings.style === 'resumable' && exchange.path.startsWith('/api/')
    if (json) exchange.json(404, { message: 'Endpoint not found' })
    else if (exchange.path.startsWith('/__double/')) exchange.json(404, { message: 'Endpoint not found' })
    else exchange.text(200, webApp)
  }

  /** Paths under these two are guarded before anybody looks whether they exist. */
  const isGuarded = (path: string): boolean => /^\/api\/(agents|files)(\/|$)/.test(path)

  /** A mistake of the double, or a caller that left in the middle of its body. */
  const warn = (thrown: unknown): void => {
    if ((thrown as NodeJS.ErrnoException | undefined)?.code !== 'ECONNRESET') process.emitWarning(thrown as Error)
  }

  const broken = (exchange: Exchange, thrown: unknown): void => {
    // What was begun cannot be taken back: breaking off says that it is not whole.
    if (exchange.answered()) {
      exchange.destroy()
      return warn(thrown)
    }
    if (thrown instanceof MalformedBody && thrown.reason === 'syntax' && settings.style === 'resumable') {
      const message = 'The request body contains malformed JSON'
      return exchange.json(400, { error: 'Invalid JSON format', message })
    }
    if (!(thrown instanceof MalformedBody)) warn(thrown)
    exchange.text(500, unknownError)
  }

  const answer = async (exchange: Exchange, query: string): Promise<void> => {
    const ours = exchange.path.startsWith('/__double/')
    if (!ours) {
      exchange.setHeader('Access-Control-Allow-Origin', '*')
      if (await inject(context, exchange, take(exchange.method, exchange.path, query))) return
      if (exchange.method === 'OPTIONS')
        return exchange.empty(204, { 'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE' })
    }
    const found = findRoute(ours ? control : routes, settings.style, exchange.method, exchange.path)
    if (found) await found.handler(exchange, found.params)
    else if (isGuarded(exchange.path)) await withBrowser(context, missing)(exchange, {})
    else missing(exchange)
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('X-LibreChat-Double', '1')
    const entry: RecordedRequest = {
      method: request.method ?? '',
      path: (request.url ?? '').split('?')[0] ?? '',
      query: /\?.*$/.exec(request.url ?? '')?.[0] ?? '',
      userAgent: request.headers['user-agent'] ?? '',
      at: Date.now(),
      status: 0,
    }
    if (!entry.path.startsWith('/__double/')) record(entry)
    const exchange = createExchange(request, response, (status) => {
      entry.status = status
    })
    answer(exchange, entry.query).catch((thrown: unknown) => broken(exchange, thrown))
  }
}
