import {
  apiUser,
  fieldErrors,
  librechatPasswordAnswer,
  loginAnswer,
  tokenPair,
  verifyAnswer,
  verifyRefused,
} from '@hestami/platform/api'
import type { AppError } from '../../contract/errors.ts'
import type { RegisterInput, User } from '../../contract/session.ts'
import { Fault } from '../fault.ts'
import type { Http, HttpAnswer } from '../http/http.ts'
import { parseJson, refused } from '../http/http.ts'
import { retryAt } from '../http/retry-at.ts'

export interface PlatformTokens {
  readonly access: string
  readonly refresh: string
}

/** The hosting platform, as far as the app needs it. Everything throws Faults. */
export interface PlatformClient {
  /** Faults: wrong-credentials, rate-limited, unreachable, server-error, unexpected-answer. */
  login(email: string, password: string, signal?: AbortSignal): Promise<{ tokens: PlatformTokens; user: User }>
  /** Fault registration-refused carries the field messages. */
  register(input: RegisterInput, signal?: AbortSignal): Promise<void>
  /** Fault session-expired only when the platform itself said that the token is dead. */
  refresh(refresh: string, signal?: AbortSignal): Promise<PlatformTokens>
  /** Whether the platform still takes a token; asking changes nothing. */
  verify(token: string, signal?: AbortSignal): Promise<boolean>
  /** Null: not provisioned yet. Fault session-expired: the access token is not taken. */
  librechatPassword(access: string, signal?: AbortSignal): Promise<string | null>
  logout(tokens: PlatformTokens, signal?: AbortSignal): Promise<void>
}

export function createPlatformClient({ http }: { http: Http }): PlatformClient {
  const other = (answer: HttpAnswer): Fault => {
    const html = parseJson(answer) === undefined
    let error: AppError = { code: 'unexpected-answer', server: 'platform' }
    if (answer.status === 429)
      error = { code: 'rate-limited', server: 'platform', retryAt: retryAt(answer.headers, Date.now()) }
    else if (answer.status >= 500) error = { code: 'server-error', server: 'platform', status: answer.status }
    else if (html) error = { code: 'unreachable', server: 'platform', reason: 'intercepted' }
    return refused(answer, error)
  }
  const detail = (answer: HttpAnswer): string => {
    const body = parseJson(answer) as { detail?: unknown; error?: unknown } | undefined
    return typeof body?.detail === 'string' ? body.detail : typeof body?.error === 'string' ? body.error : ''
  }

  return {
    async login(email, password, signal) {
      const answer = await http.send({ method: 'POST', path: '/api/users/login/', json: { email, password }, signal })
      const body = answer.status === 200 ? loginAnswer.safeParse(parseJson(answer)) : null
      if (body?.success) {
        const user = apiUser.parse(body.data.user)
        const name = `${user.first_name} ${user.last_name}`.trim()
        return {
          tokens: { access: body.data.access, refresh: body.data.refresh },
          user: { id: user.id, email: user.email, name: name === '' ? user.email : name },
        }
      }
      if (answer.status === 401 && detail(answer) !== '') throw refused(answer, { code: 'wrong-credentials' })
      throw other(answer)
    },
    async register(input, signal) {
      const json = {
        email: input.email,
        password: input.password,
        confirm_password: input.confirmPassword,
        first_name: input.firstName,
        last_name: input.lastName,
        user_role: input.role,
        phone_number: input.phoneNumber,
      }
      const answer = await http.send({ method: 'POST', path: '/api/users/register/', json, signal })
      if (answer.status === 201) return
      const fields = answer.status === 400 ? fieldErrors.safeParse(parseJson(answer)) : null
      if (fields?.success) throw refused(answer, { code: 'registration-refused', fields: fields.data })
      throw other(answer)
    },
    async refresh(refresh, signal) {
      const answer = await http.send({ method: 'POST', path: '/api/users/token/refresh/', json: { refresh }, signal })
      const body = answer.status === 200 ? tokenPair.safeParse(parseJson(answer)) : null
      if (body?.success) return body.data
      if (answer.status === 401 && detail(answer).startsWith('Token is'))
        throw refused(answer, { code: 'session-expired' })
      throw other(answer)
    },
    async verify(token, signal) {
      const answer = await http.send({ method: 'POST', path: '/api/users/token/verify/', json: { token }, signal })
      if (answer.status === 200 && verifyAnswer.safeParse(parseJson(answer)).success) return true
      if (answer.status === 401 && verifyRefused.safeParse(parseJson(answer)).success) return false
      throw other(answer)
    },
    async librechatPassword(access, signal) {
      const answer = await http.send({
        method: 'GET',
        path: '/api/users/librechat-password/',
        headers: { authorization: `Bearer ${access}` },
        signal,
      })
      const body = answer.status === 200 ? librechatPasswordAnswer.safeParse(parseJson(answer)) : null
      if (body?.success) return body.data.librechat_password
      if (answer.status === 404 && /not set/i.test(detail(answer))) return null
      if (answer.status === 401 && detail(answer) !== '') throw refused(answer, { code: 'session-expired' })
      throw other(answer)
    },
    async logout(tokens, signal) {
      await http.send({
        method: 'POST',
        path: '/api/users/logout/',
        headers: { authorization: `Bearer ${tokens.access}` },
        json: { refresh_token: tokens.refresh },
        signal,
      })
    },
  }
}
