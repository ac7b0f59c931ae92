import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Route } from '../http/router.ts'
import { route } from '../http/router.ts'
import type { User } from '../state/schema.ts'
import type { Violation } from './bans.ts'
import { clearedCookies, sessionCookies } from './cookies.ts'
import { answerBanned, withUser } from './guard.ts'
import type { Limit } from './limits.ts'
import { firstIssues, loginBody, registerBody } from './forms.ts'
import { userDocument } from './users.ts'

/** Milliseconds a registration with a known address takes, so that it looks like one with a new address. */
const knownAddressDelay = 1000
const registered = { message: 'Please check your email to verify your email address.' }

const codeBody = z.object({ tempToken: z.string(), token: z.string().optional(), backupCode: z.string().optional() })

export function authRoutes(context: Context): Route[] {
  const { users, tokens, bans, limits, settings, store } = context

  const limited = (exchange: Exchange, limit: Limit, violation: Violation, message: string): boolean => {
    if (!limit.hit(exchange, exchange.address).exceeded) return false
    bans.violate(violation, null, exchange.address)
    exchange.json(429, { message })
    return true
  }

  const signIn = async (exchange: Exchange, user: User): Promise<void> => {
    const issued = tokens.open(user)
    await store.flush()
    exchange.setHeader('Set-Cookie', sessionCookies(settings, issued))
    exchange.json(200, { token: issued.access, user: userDocument(user) })
  }

  const register = async (exchange: Exchange): Promise<void> => {
    const text = 'Too many accounts created, please try again after 60 minutes'
    if (bans.banned(null, exchange.address)) return answerBanned(exchange)
    if (limited(exchange, limits.register, 'registrations', text)) return
    if (!settings.allowRegistration) return exchange.json(403, { message: 'Registration is not allowed.' })
    const form = registerBody.safeParse(await exchange.body())
    if (!form.success) return exchange.json(404, { message: firstIssues(form.error) })
    const { email, password, name, username } = form.data
    if (users.byEmail(email) === null) {
      users.put({ email, password, name, ...(username ? { username } : {}) })
      await store.flush()
    } else await sleep(knownAddressDelay, undefined, { signal: context.closing }).catch(() => undefined)
    exchange.json(200, registered)
  }

  const login = async (exchange: Exchange): Promise<void> => {
    const body = await exchange.body()
    const form = loginBody.safeParse(body)
    const user = form.success ? users.byEmail(form.data.email) : null
    if (bans.banned(user?.id ?? null, exchange.address)) return answerBanned(exchange)
    if (limited(exchange, limits.login, 'logins', 'Too many login attempts, please try again after 5 minutes.')) return
    if (!form.success) {
      const { email, password } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
      const missing = !email || !password
      return exchange.json(404, { message: missing ? 'Missing credentials' : firstIssues(form.error) })
    }
    if (user === null) return exchange.json(404, { message: 'Email does not exist.' })
    if (!users.hasPassword(user, form.data.password)) return exchange.json(404, { message: 'Incorrect password.' })
    if ((user.twoFactorCode ?? settings.twoFactor.code) === undefined) return await signIn(exchange, user)
    exchange.json(200, { twoFAPending: true, tempToken: tokens.tempToken(user) })
  }

  const verifyCode = async (exchange: Exchange): Promise<void> => {
    const form = codeBody.safeParse(await exchange.body())
    const user = form.success ? tokens.tempOwner(form.data.tempToken) : null
    if (bans.banned(user?.id ?? null, exchange.address)) return answerBanned(exchange)
    const text = 'Too many verification attempts, please try again after 5 minutes.'
    if (settings.style === 'resumable' && limited(exchange, limits.verifyCode, 'logins', text)) return
    if (!form.success) return exchange.json(400, { message: 'Missing temporary token' })
    if (user === null) return exchange.json(401, { message: 'Invalid or expired temporary token' })
    const code = user.twoFactorCode ?? settings.twoFactor.code
    if (code === undefined) return exchange.json(400, { message: '2FA is not enabled for this user' })
    const { token, backupCode } = form.data
    const spare = backupCode === undefined ? -1 : user.backupCodes.indexOf(backupCode)
    if (token !== code && spare < 0) return exchange.json(401, { message: 'Invalid 2FA code or backup code' })
    if (token !== code) user.backupCodes.splice(spare, 1)
    await signIn(exchange, user)
  }

  const refresh = async (exchange: Exchange): Promise<void> => {
    const given = exchange.cookie('refreshToken')
    if (given === null) return exchange.text(200, 'Refresh token not provided')
    const result = tokens.rotate(given)
    if (result.ok) {
      await store.flush()
      exchange.setHeader('Set-Cookie', sessionCookies(settings, result.issued))
      return exchange.json(200, { token: result.issued.access, user: userDocument(result.user) })
    }
    if (result.reason === 'invalid') return exchange.text(403, 'Invalid refresh token')
    if (result.reason === 'no-user') return exchange.empty(302, { location: '/login' })
    if (exchange.query.get('retry') === 'true') return exchange.text(403, 'No session found')
    exchange.text(401, 'Refresh token expired or not found for this user')
  }

  return [
    route('POST', '/api/auth/register', register),
    route('POST', '/api/auth/login', login),
    route('POST', '/api/auth/2fa/verify-temp', verifyCode),
    route('POST', '/api/auth/refresh', refresh),
    route(
      'POST',
      '/api/auth/logout',
      withUser(context, async (exchange, user) => {
        tokens.close(user, exchange.cookie('refreshToken'))
        await store.flush()
        exchange.setHeader('Set-Cookie', clearedCookies(settings))
        exchange.json(200, { message: 'Logout successful' })
      }),
    ),
  ]
}
