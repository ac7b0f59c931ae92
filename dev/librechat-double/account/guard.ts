import type { Context } from '../context.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Handler, Params } from '../http/router.ts'
import type { User } from '../state/schema.ts'
import { nonBrowserScore } from './bans.ts'
import { isBrowser } from './browser.ts'
import { clearedCookies } from './cookies.ts'

export type UserHandler = (exchange: Exchange, user: User, params: Params) => void | Promise<void>

export const banMessage = 'Your account has been temporarily banned due to violations of our service.'

/** The routes that ask whether user or address is banned. */
export const isBanChecked = (path: string): boolean =>
  /^\/api\/(agents|files)(\/|$)/.test(path) || /^\/api\/auth\/(login|register|2fa\/verify-temp)$/.test(path)

export const answerBanned = (exchange: Exchange): void => exchange.json(403, { message: banMessage })

/** The user of the bearer; null when the 401 has been answered in the style's form. */
export function bearerUser({ tokens, settings }: Context, exchange: Exchange): User | null {
  const access = tokens.access(exchange.header('authorization'))
  if (access.ok) return access.user
  if (settings.style === 'resumable') exchange.json(401, { message: access.reason })
  else exchange.text(401, 'Unauthorized', null)
  return null
}

export const withUser =
  (context: Context, handler: UserHandler): Handler =>
  async (exchange, params) => {
    const user = bearerUser(context, exchange)
    if (user !== null) await handler(exchange, user, params)
  }

/** Bearer, then ban, then user agent: the order of `/api/agents` and `/api/files`. */
export const withBrowser = (context: Context, handler: UserHandler, banned = answerBanned as UserHandler): Handler =>
  withUser(context, async (exchange, user, params) => {
    if (context.bans.banned(user.id, exchange.address)) return await banned(exchange, user, params)
    if (!isBrowser(exchange.userAgent)) return illegalRequest(context, exchange, user)
    await handler(exchange, user, params)
  })

/** The most dangerous answer there is: 200 without a Content-Type, and by default a ban with it. */
function illegalRequest({ bans, settings }: Context, exchange: Exchange, user: User): void {
  const { banned } = bans.violate('non_browser', user.id, exchange.address, nonBrowserScore)
  if (banned) exchange.setHeader('Set-Cookie', clearedCookies(settings))
  const out = exchange.stream(200, {})
  out.write('event: error\ndata: {"message":"Illegal request"}\n\n')
  out.end()
}
