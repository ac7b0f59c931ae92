import { z } from 'zod'
import type { Route } from '../http/route.ts'
import type { Readiness } from './readiness.ts'

export const healthAnswer = z.object({ status: z.literal('ok') })
export const readyAnswer = z.object({
  status: z.enum(['ready', 'not-ready']),
  checks: z.array(
    z.object({ name: z.string(), required: z.boolean(), ok: z.boolean(), detail: z.string().optional() }),
  ),
})

const failure = { detail: 'Internal server error.' }

/** Liveness: whether the process answers at all. */
export function createHealthRoute(): Route {
  return {
    method: 'GET',
    path: '/health',
    bearer: false,
    quiet: true,
    failure,
    describe: { summary: 'Whether the process is alive', answers: { 200: { meaning: 'It is.', body: healthAnswer } } },
    handle: async () => ({ status: 200, body: { status: 'ok' } }),
  }
}

/** Readiness: whether requests should be sent here. */
export function createReadyRoute(readiness: Readiness): Route {
  return {
    method: 'GET',
    path: '/ready',
    bearer: false,
    quiet: true,
    failure,
    describe: {
      summary: 'Whether the process should get requests',
      description: 'Checks that are not required are for information.',
      answers: {
        200: { meaning: 'All required checks succeed.', body: readyAnswer },
        503: { meaning: 'A required check fails, or the process is about to end.', body: readyAnswer },
      },
    },
    async handle() {
      const { ready, checks } = await readiness()
      return { status: ready ? 200 : 503, body: { status: ready ? 'ready' : 'not-ready', checks } }
    },
  }
}
