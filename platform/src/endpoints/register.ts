import type { TokenCookies } from '../http/cookies.ts'
import type { Route } from '../http/route.ts'
import type { Sessions } from '../tokens/sessions.ts'
import type { Register } from '../users/registration.ts'
import { toProfile } from './api-user.ts'

export interface RegisterParts {
  readonly register: Register
  readonly sessions: Sessions
  readonly cookies: TokenCookies
  /** Starts the work that nobody waits for. */
  readonly provisionLater: (userId: string) => void
}

export function createRegisterRoute({ register, sessions, cookies, provisionLater }: RegisterParts): Route {
  return {
    method: 'POST',
    path: '/api/users/register/',
    bearer: false,
    failure: { error: 'An error occurred during registration' },
    async handle({ body }) {
      const user = await register(body)
      provisionLater(user.id)
      const tokens = await sessions.start(user.id)
      return {
        status: 201,
        body: { message: 'User registered successfully', user: toProfile(user) },
        cookies: cookies.set(tokens),
      }
    },
  }
}
