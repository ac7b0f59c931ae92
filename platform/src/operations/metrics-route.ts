import { createHash, timingSafeEqual } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import type { Registry } from 'prom-client'
import { detailAnswer } from '../api.ts'
import type { Call, Route } from '../http/route.ts'

const near: ReadonlySet<string> = new Set(['loopback', 'private', 'uniqueLocal', 'linkLocal'])

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Without a token: connected from this host or a private network, and for nobody else as far as proxies say. */
function isNear({ peer, forwardedFor }: Call): boolean {
  return forwardedFor === null && ipaddr.isValid(peer) && near.has(ipaddr.process(peer).range())
}

/** For Prometheus. `token`: what it must send as a bearer; null: see `isNear`. */
export function createMetricsRoute({ registry, token }: { registry: Registry; token: string | null }): Route {
  const allowed = (call: Call): boolean =>
    token === null ? isNear(call) : timingSafeEqual(digest(call.authorization ?? ''), digest(`Bearer ${token}`))
  return {
    method: 'GET',
    path: '/metrics',
    bearer: false,
    quiet: true,
    failure: { detail: 'Internal server error.' },
    describe: {
      summary: 'Metrics in the text format of Prometheus',
      description:
        'Wants `Authorization: Bearer` with the value of METRICS_TOKEN; when that is not set, answers only to direct ' +
        'connections from the same host or a private network.',
      answers: {
        200: { meaning: 'The metrics.', body: null },
        403: { meaning: 'Not for this caller.', body: detailAnswer },
      },
    },
    async handle(call) {
      if (!allowed(call)) return { status: 403, body: { detail: 'You do not have permission to perform this action.' } }
      return { status: 200, body: await registry.metrics(), headers: { 'content-type': registry.contentType } }
    },
  }
}
