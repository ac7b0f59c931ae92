import type { TokenCookies } from '../http/cookies.ts'
import type { Route } from '../http/route.ts'
import type { Sessions } from '../tokens/sessions.ts'
import { FieldsRefused, readFields, text } from '../users/fields.ts'
import type { PasswordHash } from '../users/password-hash.ts'
import { emailField } from '../users/registration.ts'
import type { Users } from '../users/users.ts'
import { toApiUser } from './api-user.ts'

export interface LoginParts {
  readonly users: Users
  readonly passwordHash: PasswordHash
  readonly sessions: Sessions
  readonly cookies: TokenCookies
}

const fields = { email: emailField, password: text() }

function credentials(body: unknown): { email: string; password: string } | null {
  try {
    return readFields(fields, body)
  } catch (error) {
    if (error instanceof FieldsRefused) return null
    throw error
  }
}

/** Every kind of wrong credential gets the same answer after the same work. */
export function createLoginRoute({ users, passwordHash, sessions, cookies }: LoginParts): Route {
  return {
    method: 'POST',
    path: '/api/users/login/',
    bearer: false,
    failure: { error: 'An error occurred during login' },
    async handle({ body }) {
      const given = credentials(body)
      const found = given && (await users.findByEmail(given.email))
      const user = found?.is_active === true ? found : null
      const verdict = await passwordHash.check(given?.password ?? '', user?.password ?? null)
      if (!given || !user || verdict === 'wrong') return { status: 401, body: { error: 'Invalid email or password' } }
      if (verdict === 'outdated') await users.setPassword(user.id, await passwordHash.make(given.password))
      const tokens = await sessions.start(user.id)
      await users.signedIn(user.id)
      return { status: 200, body: { ...tokens, user: toApiUser(user) }, cookies: cookies.set(tokens) }
    },
  }
}
