import type { FastifyReply, FastifyRequest } from 'fastify'
import fastify from 'fastify'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import { FieldsRefused } from '../users/fields.ts'
import type { UserRow } from '../users/users.ts'
import type { Authenticate } from './bearer.ts'
import { toCall } from './call.ts'
import { trackConnections } from './connections.ts'
import { answerTo } from './errors.ts'
import { parseJsonBody } from './json-body.ts'
import { addRequestLog, requestId, warnOfProxy } from './request-log.ts'
import type { Answer, Route } from './route.ts'
import { Refusal } from './route.ts'
import { answerUnreadable } from './unreadable.ts'

export interface HttpApp {
  /** Resolves to the origin. */
  listen(at: { readonly port: number; readonly host: string }): Promise<string>
  /** No new connections; requests that are being answered get their answer, those that take longer than `grace` are cut. */
  close(): Promise<void>
}

export interface HttpAppParts {
  readonly routes: readonly Route[]
  readonly authenticate: Authenticate
  readonly log: Log
  /** Whose `X-Forwarded-For` is believed: addresses, networks, `loopback`, `linklocal`, `uniquelocal`. Default: nobody's. */
  readonly trustedProxies?: readonly string[]
  /** True: every answer asks its client to connect anew for the next call, which then reaches another process. */
  readonly draining?: () => boolean
  /** Milliseconds that `close` waits for answers. */
  readonly grace?: number
  readonly times?: HttpTimes
}

/** Milliseconds in which a request must have come: its headers, and all of it. Whoever is slower gets a 408. */
export interface HttpTimes {
  readonly headers: number
  readonly request: number
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const bodyLimit = 64 * 1024

/** The endpoints over HTTP, with Django's rules for slashes, methods, bodies and errors around them. Not listening yet. */
export function createHttpApp(parts: HttpAppParts): HttpApp {
  const { routes, authenticate, log, trustedProxies = [], draining = () => false, grace = 10_000 } = parts
  const { headers, request } = parts.times ?? { headers: 15_000, request: 30_000 }
  const app = fastify({
    bodyLimit,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    // What still comes in on a connection that is being answered on is answered too.
    return503OnClosing: false,
    genReqId: requestId,
    // The router answers a path that is no text past all hooks, in words of its own.
    rewriteUrl: ({ url = '/' }) => (isText(url) ? url : '/-'),
    clientErrorHandler: answerUnreadable,
    requestTimeout: request,
    http: {
      headersTimeout: headers,
      requestTimeout: request,
      connectionsCheckingInterval: Math.min(5000, headers / 2),
    },
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
  })
  const connections = trackConnections(app.server)
  let closing = false

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, bytes: Buffer) =>
    parseJsonBody(bytes),
  )
  app.decorateRequest('user', null)
  // Answers carry tokens and passwords.
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'))
  app.addHook('onSend', async (_request, reply) => {
    if (closing || draining()) reply.header('connection', 'close')
  })
  addRequestLog(app, routes, log)
  if (trustedProxies.length === 0) warnOfProxy(app, log)

  const watched = async <T>(route: Route, request: FastifyRequest, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Refusal || error instanceof FieldsRefused) throw error
      const fields = { path: route.path, requestId: request.id, ...errorFields(error) }
      log({ level: 'error', event: 'http.failed', fields })
      throw new Refusal(500, route.failure)
    }
  }

  for (const route of routes) {
    app.route({
      method: methods,
      url: route.path,
      // Before the body is looked at: Django REST framework authenticates first, then asks for the method.
      async onRequest(request, reply) {
        if (route.bearer) {
          const authenticated = (): Promise<UserRow> => authenticate(request.headers.authorization)
          request.setDecorator('user', await watched(route, request, authenticated))
        }
        const method = request.method === 'HEAD' ? 'GET' : request.method
        if (method === route.method) return
        reply.header('allow', route.method)
        throw new Refusal(405, { detail: `Method "${request.method}" not allowed.` })
      },
      async handler(request, reply) {
        const call = toCall(request)
        const answer = await watched(route, request, () =>
          route.bearer ? route.handle(call, request.getDecorator<UserRow>('user')) : route.handle(call),
        )
        return send(reply, answer)
      },
    })
  }

  const paths = new Set(routes.map(({ path }) => path))
  app.setNotFoundHandler(async (request, reply) => {
    const [path = '', ...query] = request.url.split('?')
    if ((request.method === 'GET' || request.method === 'HEAD') && paths.has(`${path}/`))
      return reply.redirect([`${path}/`, ...query].join('?'), 301)
    return send(reply, { status: 404, body: { detail: 'Not found.' } })
  })
  app.setErrorHandler(async (error, request, reply) => send(reply, answerTo(error, request, reply, log)))

  return {
    listen: (at) => app.listen(at),
    async close() {
      closing = true
      const cut = setTimeout(() => connections.cut(), grace)
      try {
        const closed = app.close()
        connections.endWhenIdle()
        await closed
      } finally {
        clearTimeout(cut)
      }
    },
  }
}

function isText(url: string): boolean {
  try {
    decodeURI(url.split('?')[0] ?? '')
    return true
  } catch {
    return false
  }
}

async function send(reply: FastifyReply, { status, body, cookies, headers }: Answer): Promise<FastifyReply> {
  if (headers) reply.headers(headers)
  if (cookies) reply.header('set-cookie', [...cookies])
  return reply.code(status).send(body)
}
