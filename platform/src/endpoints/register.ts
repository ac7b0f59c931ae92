import { fieldErrors, registerAnswer } from '../api.ts'
import type { TokenCookies } from '../http/cookies.ts'
import { setsTokenCookies } from '../http/description.ts'
import type { Route } from '../http/route.ts'
import type { Sessions } from '../tokens/sessions.ts'
import { fieldsSchema } from '../users/fields.ts'
import type { Register } from '../users/registration.ts'
import { registrationFields } from '../users/registration.ts'
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
    describe: {
      summary: 'Register a user',
      description:
        'Signs the user in, by cookies alone, and has a LibreChat account made in the background. Passwords have at least 12 ' +
        'characters, are not like the e-mail address or names, not common and not all digits, and have an upper-case and a ' +
        'lower-case letter and one of `!@#$%^&*(),.?":{}|<>`.',
      request: fieldsSchema(registrationFields),
      answers: {
        201: { meaning: 'Registered.', body: registerAnswer, headers: setsTokenCookies },
        400: { meaning: 'What is wrong, by field.', body: fieldErrors },
      },
    },
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
