import type { TokenPair } from '../api.ts'
import { errorAnswer, loginAnswer } from '../api.ts'
import type { TokenCookies } from '../http/cookies.ts'
import { setsTokenCookies, throttled } from '../http/description.ts'
import type { Route } from '../http/route.ts'
import type { Limits } from '../operations/limits.ts'
import type { Sessions } from '../tokens/sessions.ts'
import { FieldsRefused, fieldsSchema, readFields, text } from '../users/fields.ts'
import type { PasswordHash } from '../users/password-hash.ts'
import { emailField } from '../users/registration.ts'
import type { UserRow, Users } from '../users/users.ts'
import { toApiUser } from './api-user.ts'

export interface LoginParts {
  readonly users: Users
  readonly passwordHash: PasswordHash
  readonly sessions: Sessions
  readonly cookies: TokenCookies
  readonly limits: Limits
}

const fields = { email: emailField, password: text({ format: 'password' }) }

interface SignedIn {
  readonly tokens: TokenPair
  readonly user: UserRow
}

interface Credentials {
  readonly email: string
  readonly password: string
}

function credentials(body: unknown): Credentials | null {
  try {
    return readFields(fields, body)
  } catch (error) {
    if (error instanceof FieldsRefused) return null
    throw error
  }
}

/** Every kind of wrong credential gets the same answer after the same work. */
export function createLoginRoute({ users, passwordHash, sessions, cookies, limits }: LoginParts): Route {
  const attempt = async (given: Credentials | null): Promise<SignedIn | 'wrong' | 'changed'> => {
    const found = given && (await users.findByEmail(given.email))
    const user = found?.is_active === true ? found : null
    const verdict = await passwordHash.check(given?.password ?? '', user?.password ?? null)
    if (!given || !user || verdict === 'wrong') return 'wrong'
    const checked = user.password
    const hash = verdict === 'outdated' ? { checked, fresh: await passwordHash.make(given.password) } : { checked }
    // Hashing takes long enough for the password to be changed meanwhile.
    const tokens = await sessions.signIn(user.id, hash)
    return tokens ? { tokens, user } : 'changed'
  }

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
      const first = await attempt(given)
      // Changed by another login, which has made the hash anew, or to another password, which is wrong now.
      const signedIn = first === 'changed' ? await attempt(given) : first
      if (!given || typeof signedIn === 'string') return { status: 401, body: { error: 'Invalid email or password' } }
      limits.loggedIn(given.email)
      const { tokens, user } = signedIn
      return { status: 200, body: { ...tokens, user: toApiUser(user) }, cookies: cookies.set(tokens) }
    },
  }
}
