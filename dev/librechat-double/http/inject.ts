import { setTimeout as sleep } from 'node:timers/promises'
import { answerBanned, isBanChecked } from '../account/guard.ts'
import { limitHeaders } from '../account/limits.ts'
import type { Context } from '../context.ts'
import type { Exchange } from './exchange.ts'
import type { FaultAction } from './faults.ts'
import { portalPage } from './web-app.ts'

/** Whose request this is, by bearer, by refresh cookie, or by the address in a login. */
async function callerOf({ tokens, users }: Context, exchange: Exchange): Promise<string | null> {
  const access = tokens.access(exchange.header('authorization'))
  if (access.ok) return access.user.id
  const cookie = exchange.cookie('refreshToken')
  if (cookie !== null) return tokens.refreshOwner(cookie)
  const body = (await exchange.body().catch(() => null)) as { email?: unknown } | null | undefined
  return typeof body?.email === 'string' ? (users.byEmail(body.email)?.id ?? null) : null
}

/** Does one fault to the exchange. True: nothing is left to answer. */
async function act(context: Context, exchange: Exchange, action: FaultAction): Promise<boolean> {
  switch (action.kind) {
    case 'delay': {
      const signal = AbortSignal.any([exchange.gone, context.closing])
      await sleep(action.ms, undefined, { signal }).catch(() => undefined)
      return signal.aborted
    }
    case 'cut':
      exchange.edit({ cutAfter: action.afterBytes })
      return false
    case 'split':
      exchange.edit({ splitInto: action.bytes })
      return false
    case 'malformed':
      exchange.edit({ malformed: true })
      return false
    case 'denial':
      exchange.wanted.denial = action.reason
      return false
    case 'stream-error':
      exchange.wanted.streamError = action.error
      return false
    case 'ban': {
      const userId = await callerOf(context, exchange)
      if (userId !== null) context.bans.ban(userId, action.minutes)
      // Routes that look for bans say it in their own way.
      if (userId !== null && isBanChecked(exchange.path)) return false
      answerBanned(exchange)
      return true
    }
    case 'hang':
      return true
    case 'reset':
      exchange.destroy()
      return true
    case 'status':
      for (const [name, value] of Object.entries(action.headers ?? {})) exchange.setHeader(name, value)
      if (action.body === undefined) exchange.empty(action.status)
      else if (typeof action.body === 'string') exchange.text(action.status, action.body)
      else exchange.json(action.status, action.body)
      return true
    case 'html':
      exchange.text(action.status ?? 200, portalPage)
      return true
    case 'redirect':
      exchange.empty(302, { location: action.to })
      return true
    case 'rate-limit':
      limitHeaders(exchange, context.settings.loginMax, 0, Date.now() + action.retryAfter * 1000, true)
      exchange.json(429, { message: 'Too many requests. Try again later' })
      return true
  }
}

/** Does what was ordered for this request. True: it is dealt with. */
export async function inject(context: Context, exchange: Exchange, actions: readonly FaultAction[]): Promise<boolean> {
  for (const action of actions) if (await act(context, exchange, action)) return true
  return false
}
