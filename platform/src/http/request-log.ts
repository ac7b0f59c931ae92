import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Log } from '../log.ts'
import type { Route } from './route.ts'

/** What is taken for an id from outside: too plain to forge a log line with, too short to fill a disk. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/

/** The caller's `x-request-id`, or a new one. */
export function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && idPattern.test(given) ? given : randomUUID()
}

/** One line a call, by the route's pattern: never the path that was asked for, which may hold anything. */
export function addRequestLog(app: FastifyInstance, routes: readonly Route[], log: Log): void {
  const quiet = new Set(routes.filter((route) => route.quiet).map(({ path }) => path))
  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id))
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? null
    if (route !== null && quiet.has(route)) return
    log({
      level: 'info',
      event: 'http.request',
      fields: {
        method: request.method,
        route,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        requestId: request.id,
      },
    })
  })
}

/** Says once that there is a proxy which is not trusted: all its clients then count as one address. */
export function warnOfProxy(app: FastifyInstance, log: Log): void {
  let warned = false
  app.addHook('onRequest', async ({ headers }) => {
    if (warned || headers['x-forwarded-for'] === undefined) return
    warned = true
    log({ level: 'warn', event: 'http.proxy-not-trusted' })
  })
}
