import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Exchange } from './exchange.ts'
import type { Faults } from './faults.ts'
import { faultAction } from './faults.ts'
import type { Route } from './router.ts'
import { route } from './router.ts'
import type { RecordedRequest } from './record.ts'

const faultForm = z.strictObject({
  method: z.string().optional(),
  /** A prefix of path and query. */
  path: z.string(),
  times: z.union([z.int().min(1), z.literal('always')]).optional(),
  action: faultAction,
})
const whose = z.strictObject({ email: z.string().optional() })

export interface Controls {
  readonly faults: Faults
  readonly requests: () => readonly RecordedRequest[]
  clearRequests(): void
  revokeSessions(email?: string): void
  expireAccessTokens(email?: string): void
}

const isLoopback = (address: string): boolean => /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address)

/** `/__double/…`: the switches of the double over HTTP, for callers on this machine. */
export function controlRoutes(context: Context, controls: Controls): Route[] {
  const guarded =
    (handler: (exchange: Exchange) => void | Promise<void>) =>
    async (exchange: Exchange): Promise<void> => {
      if (isLoopback(exchange.address)) await handler(exchange)
      else exchange.json(404, { message: 'Endpoint not found' })
    }

  const forUser = (act: (email?: string) => void): ((exchange: Exchange) => Promise<void>) =>
    guarded(async (exchange) => {
      const form = whose.safeParse((await exchange.body()) ?? {})
      if (!form.success) return exchange.json(400, { message: form.error.message })
      act(form.data.email)
      await context.store.flush()
      exchange.empty(204)
    })

  return [
    route(
      'POST',
      '/__double/faults',
      guarded(async (exchange) => {
        const form = faultForm.safeParse(await exchange.body())
        if (!form.success) return exchange.json(400, { message: form.error.message })
        const { times = 1, ...fault } = form.data
        const id = controls.faults.add({ ...fault, times: times === 'always' ? Number.POSITIVE_INFINITY : times })
        exchange.json(201, { id })
      }),
    ),
    route(
      'POST',
      '/__double/clear',
      guarded((exchange) => {
        controls.faults.clear()
        controls.clearRequests()
        context.bans.lift()
        context.limits.reset()
        exchange.empty(204)
      }),
    ),
    route('POST', '/__double/expire', forUser(controls.expireAccessTokens)),
    route('POST', '/__double/revoke', forUser(controls.revokeSessions)),
    route(
      'GET',
      '/__double/requests',
      guarded((exchange) => exchange.json(200, controls.requests())),
    ),
  ]
}
