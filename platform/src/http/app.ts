import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fastify from 'fastify'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import { FieldsRefused } from '../users/fields.ts'
import type { UserRow } from '../users/users.ts'
import type { Authenticate } from './bearer.ts'
import { readCookies } from './cookies.ts'
import { parseJsonBody } from './json-body.ts'
import type { Answer, Call, Route } from './route.ts'
import { Refusal } from './route.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const bodyLimit = 64 * 1024
const forwardedLimit = 200

/** The endpoints over HTTP, with Django's rules for slashes, methods, bodies and errors around them. Not listening yet. */
export function createHttpApp(parts: {
  routes: readonly Route[]
  authenticate: Authenticate
  log: Log
}): FastifyInstance {
  const { routes, authenticate, log } = parts
  const app = fastify({ bodyLimit, exposeHeadRoutes: false, forceCloseConnections: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, bytes: Buffer) =>
    parseJsonBody(bytes),
  )
  app.decorateRequest('user', null)
  // Answers carry tokens and passwords.
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'))

  const watched = async <T>(route: Route, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Refusal || error instanceof FieldsRefused) throw error
      log({ level: 'error', event: 'http.failed', fields: { path: route.path, ...errorFields(error) } })
      throw new Refusal(500, route.failure)
    }
  }

  for (const route of routes) {
    app.route({
      method: methods,
      url: route.path,
      // Before the body is looked at: Django REST framework authenticates first, then asks for the method.
      async onRequest(request, reply) {
        if (route.bearer)
          request.setDecorator('user', await watched(route, () => authenticate(request.headers.authorization)))
        const method = request.method === 'HEAD' ? 'GET' : request.method
        if (method === route.method) return
        reply.header('allow', route.method)
        throw new Refusal(405, { detail: `Method "${request.method}" not allowed.` })
      },
      async handler(request, reply) {
        const call = callOf(request)
        const answer = await watched(route, () =>
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
  return app
}

function answerTo(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): Answer {
  if (error instanceof FieldsRefused) return { status: 400, body: error.fields }
  if (error instanceof Refusal) {
    if (error.status === 401) reply.header('www-authenticate', 'Bearer realm="api"')
    return { status: error.status, body: error.body }
  }
  const status = (error as { statusCode?: unknown }).statusCode
  const type = request.headers['content-type']?.slice(0, 100) ?? ''
  if (status === 415) return { status, body: { detail: `Unsupported media type "${type}" in request.` } }
  if (status === 413) return { status, body: { detail: 'Request body is too large.' } }
  if (typeof status === 'number' && status >= 400 && status < 500) return { status, body: { detail: 'Bad request.' } }
  log({ level: 'error', event: 'http.failed', fields: { path: null, ...errorFields(error) } })
  return { status: 500, body: { detail: 'Internal server error.' } }
}

function callOf(request: FastifyRequest): Call {
  const forwarded = request.headers['x-forwarded-for']
  const said = Array.isArray(forwarded) ? forwarded.join(', ') : forwarded
  return {
    body: request.body ?? {},
    cookies: readCookies(request.headers.cookie),
    address: request.ip,
    forwardedFor: said?.replaceAll(/[^\x20-\x7e]/g, '').slice(0, forwardedLimit) ?? null,
  }
}

async function send(reply: FastifyReply, { status, body, cookies }: Answer): Promise<FastifyReply> {
  if (cookies) reply.header('set-cookie', [...cookies])
  return reply.code(status).send(body)
}
