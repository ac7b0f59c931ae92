import { errorAnswer, loginAnswer } from '../api.ts'
import type { TokenCookies } from '../http/cookies.ts'
import { setsTokenCookies, throttled } from '../http/description.ts'
import type { Route } from '../http/route.ts'
import type { Limits } from '../operations/limits.ts'
import type { Sessions } from '../tokens/sessions.ts'
import { FieldsRefused, fieldsSchema, readFields, text } from '../users/fields.ts'
import type { PasswordHash } from '../users/password-hash.ts'
import { emailField } from '../users/registration.ts'
import type { Users } from '../users/users.ts'
import { toApiUser } from './api-user.ts'

export interface LoginParts {
  readonly users: Users
  readonly passwordHash: PasswordHash
  readonly sessions: Sessions
  readonly cookies: TokenCookies
  readonly limits: Limits
}

const fields = { email: emailField, password: text({ format: 'password' }) }

function credentials(body: unknown): { email: string; password: string } | null {
  try {
    return readFields(fields, body)
  } catch (error) {
    if (error instanceof FieldsRefused) return null
    throw error
  }
}

/** Every kind of wrong credential gets the same answer after the same work. */
export function createLoginRoute({ users, passwordHash, sessions, cookies, limits }: LoginParts): Route {
  return {
    method: 'POST',
    path: '/api/users/login/',
    bearer: false,
    failure: { error: 'An error occurred during login' },
    describe: {
      summary: 'Sign in',
      request: fieldsSchema(fields),
      answers: {
        200: { meaning: 'Signed in.', body: loginAnswer, headers: setsTokenCookies },
        401: { meaning: 'Wrong credentials, of whatever kind.', body: errorAnswer },
        429: throttled,
      },
    },
    async handle({ body, address }) {
      const given = credentials(body)
      await limits.login(address, given?.email ?? null)
      const found = given && (await users.findByEmail(given.email))
      const user = found?.is_active === true ? found : null
      const verdict = await passwordHash.check(given?.password ?? '', user?.password ?? null)
      if (!given || !user || verdict === 'wrong') return { status: 401, body: { error: 'Invalid email or password' } }
      limits.loggedIn(given.email)
      if (verdict === 'outdated') await users.setPassword(user.id, await passwordHash.make(given.password))
      const tokens = await sessions.start(user.id)
      await users.signedIn(user.id)
      return { status: 200, body: { ...tokens, user: toApiUser(user) }, cookies: cookies.set(tokens) }
    },
  }
}
