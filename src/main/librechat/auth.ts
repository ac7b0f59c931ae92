import { z } from 'zod'
import { Fault } from '../fault.ts'
import type { Http, HttpAnswer } from '../http/http.ts'
import { parseJson, refused } from '../http/http.ts'
import { retryAt } from '../http/retry-at.ts'
import { isRecord } from './errors.ts'
import { expiresAt } from './jwt.ts'
import type { LibreChatAuth, LibreChatLogin, LibreChatTokens, LibreChatUser } from './librechat.ts'
import { refusal } from './request.ts'

/** Seconds; LibreChat's own defaults, used when a token does not tell its life. */
const accessLife = 15 * 60
const refreshLife = 7 * 24 * 3600
/** The temporary token of a second factor lives five minutes. */
const codeLife = 5 * 60_000
/** A larger cookie is not LibreChat's. */
const cookieLimit = 8192

const wireUser = z.looseObject({
  _id: z.string().optional(),
  id: z.string().optional(),
  name: z.string().nullish(),
  username: z.string().nullish(),
  email: z.string(),
})
const signedIn = z.looseObject({ token: z.string().min(1), user: wireUser.optional() })
const pending = z.looseObject({ twoFAPending: z.literal(true), tempToken: z.string().min(1) })

const toUser = (user: z.infer<typeof wireUser>): LibreChatUser => ({
  id: user.id ?? user._id ?? '',
  email: user.email,
  name: user.name ?? user.username ?? user.email,
})

/** The `refreshToken` cookie of an answer; empty when it clears it, null when there is none. */
export function refreshCookieOf(headers: HttpAnswer['headers']): string | null {
  const raw = headers['set-cookie']
  const all = raw === undefined ? [] : typeof raw === 'string' ? [raw] : raw
  let found: string | null = null
  for (const line of all) {
    const match = /^refreshToken=([^;\s]*)/.exec(line)
    if (match?.[1] !== undefined && match[1].length <= cookieLimit) found = match[1]
  }
  return found
}

const text = (answer: HttpAnswer): string => answer.body.subarray(0, 300).toString('utf8').trim()

export function createLibreChatAuth({ http }: { http: Http }): LibreChatAuth {
  const unexpected = (): Fault => new Fault({ code: 'unexpected-answer', server: 'librechat' })

  const tokens = (access: string, answer: HttpAnswer, kept: string | null): LibreChatTokens => {
    const refresh = refreshCookieOf(answer.headers) ?? kept
    if (refresh === null || refresh === '') throw unexpected()
    const now = Date.now()
    return {
      access,
      accessExpiresAt: expiresAt(access, now, accessLife),
      refresh,
      refreshExpiresAt: expiresAt(refresh, now, refreshLife),
    }
  }

  const login = (answer: HttpAnswer): LibreChatLogin => {
    const body = parseJson(answer)
    const second = pending.safeParse(body)
    if (second.success)
      return { kind: 'two-factor', tempToken: second.data.tempToken, expiresAt: Date.now() + codeLife }
    const done = signedIn.safeParse(body)
    if (!done.success || !done.data.user)
      throw isRecord(body)
        ? unexpected()
        : refused(answer, { code: 'unreachable', server: 'librechat', reason: 'intercepted' })
    return { kind: 'signed-in', tokens: tokens(done.data.token, answer, null), user: toUser(done.data.user) }
  }

  const loginFault = (answer: HttpAnswer): Fault => {
    const body = parseJson(answer)
    const message = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : ''
    if (answer.status === 404 && message !== '' && message !== 'Endpoint not found')
      return refused(answer, { code: 'account-refused', reason: 'password' })
    if (answer.status === 422) return refused(answer, { code: 'account-refused', reason: 'email-unverified' })
    if (answer.status === 403 && /not allowed/i.test(message))
      return refused(answer, { code: 'account-refused', reason: 'login-disabled' })
    if (answer.status === 429)
      return new Fault({ code: 'rate-limited', server: 'librechat', retryAt: retryAt(answer.headers, Date.now()) })
    if (answer.status === 401) return unexpected()
    return new Fault(refusal(answer, body))
  }

  return {
    async login(email, password, signal) {
      const answer = await http.send({ method: 'POST', path: '/api/auth/login', json: { email, password }, signal })
      if (answer.status !== 200) throw loginFault(answer)
      return login(answer)
    },
    async verifyCode(tempToken, code, signal) {
      const digits = code.replace(/\s/g, '')
      const json = /^\d{6}$/.test(digits) ? { tempToken, token: digits } : { tempToken, backupCode: code.trim() }
      const answer = await http.send({ method: 'POST', path: '/api/auth/2fa/verify-temp', json, signal })
      if (answer.status === 200) return login(answer)
      const body = parseJson(answer)
      const message = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : ''
      if (answer.status === 401 && /temporary token/i.test(message)) throw refused(answer, { code: 'code-expired' })
      if (answer.status === 401) throw refused(answer, { code: 'wrong-code' })
      throw loginFault(answer)
    },
    async refresh(refreshToken, signal) {
      const cookie = `refreshToken=${refreshToken}; token_provider=librechat`
      const answer = await http.send({ method: 'POST', path: '/api/auth/refresh', headers: { cookie }, signal })
      const done = answer.status === 200 ? signedIn.safeParse(parseJson(answer)) : null
      if (done?.success === true) {
        return {
          tokens: tokens(done.data.token, answer, refreshToken),
          user: done.data.user ? toUser(done.data.user) : null,
        }
      }
      // The server's own words for an ended session, with three different statuses; anything else ends nothing.
      const said = text(answer)
      const ended =
        (answer.status === 401 && /^"?Refresh token expired or not found/.test(said)) ||
        (answer.status === 403 && /^"?(Invalid refresh token|No session found)/.test(said)) ||
        (answer.status === 200 && /^"?Refresh token not provided/.test(said)) ||
        (answer.status === 302 && String(answer.headers['location'] ?? '').endsWith('/login'))
      if (ended) throw refused(answer, { code: 'session-expired' })
      if (answer.status === 200)
        throw refused(answer, { code: 'unreachable', server: 'librechat', reason: 'intercepted' })
      const fault = refusal(answer, parseJson(answer))
      throw new Fault(
        fault.code === 'session-expired' || fault.code === 'forbidden'
          ? { code: 'unexpected-answer', server: 'librechat' }
          : fault,
      )
    },
    async logout({ access, refresh }, signal) {
      const headers = { authorization: `Bearer ${access}`, cookie: `refreshToken=${refresh}; token_provider=librechat` }
      await http.send({ method: 'POST', path: '/api/auth/logout', headers, signal })
    },
  }
}
