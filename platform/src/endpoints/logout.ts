import { detailAnswer } from '../api.ts'
import type { TokenCookies } from '../http/cookies.ts'
import type { Route } from '../http/route.ts'
import { member } from '../http/route.ts'
import type { Sessions } from '../tokens/sessions.ts'
import { TokenRefused } from '../tokens/sessions.ts'

/** Ends the session of the body's refresh token, else (browsers) the cookie's. It must be the bearer's own. */
export function createLogoutRoute({ sessions, cookies }: { sessions: Sessions; cookies: TokenCookies }): Route {
  return {
    method: 'POST',
    path: '/api/users/logout/',
    bearer: true,
    failure: { detail: 'An error occurred during logout' },
    describe: {
      summary: 'End a session',
      description: 'The refresh token must be one of the bearer. A browser may leave it to its cookie.',
      request: { type: 'object', properties: { refresh_token: { type: 'string' } } },
      answers: {
        200: { meaning: 'The refresh token is blacklisted; the cookies are cleared.', body: detailAnswer },
        400: { meaning: 'Not a refresh token of this user that is still good.', body: detailAnswer },
      },
    },
    async handle(call, user) {
      const given = member(call.body, 'refresh_token') || call.cookies.get('refresh_token')
      try {
        await sessions.end(typeof given === 'string' ? given : '', user.id)
      } catch (error) {
        if (error instanceof TokenRefused) return { status: 400, body: { detail: 'Invalid token or logout failed.' } }
        throw error
      }
      return { status: 200, body: { detail: 'Successfully logged out.' }, cookies: cookies.clear() }
    },
  }
}
