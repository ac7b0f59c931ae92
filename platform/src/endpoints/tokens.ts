import { detailAnswer, tokenPair, verifyAnswer, verifyRefused } from '../api.ts'
import type { TokenCookies } from '../http/cookies.ts'
import { setsTokenCookies } from '../http/description.ts'
import type { Answer, Route } from '../http/route.ts'
import { member } from '../http/route.ts'
import type { Jwt } from '../tokens/jwt.ts'
import type { Sessions } from '../tokens/sessions.ts'
import { TokenRefused } from '../tokens/sessions.ts'

export interface TokenParts {
  readonly jwt: Jwt
  readonly sessions: Sessions
  readonly cookies: TokenCookies
}

/** The body's token, else (browsers) the cookie's. */
export function createRefreshRoute({ sessions, cookies }: TokenParts): Route {
  const missing = 'No refresh token provided. Please ensure you have a valid refresh token.'
  const empty = 'Refresh token cannot be empty. Please provide a valid refresh token.'
  return {
    method: 'POST',
    path: '/api/users/token/refresh/',
    bearer: false,
    failure: { detail: 'An error occurred during token refresh' },
    describe: {
      summary: 'Exchange a refresh token for new tokens',
      description: 'The token is blacklisted at once. A browser may leave it to its cookie.',
      request: { type: 'object', properties: { refresh: { type: 'string' } } },
      answers: {
        200: { meaning: 'New tokens.', body: tokenPair, headers: setsTokenCookies },
        400: { meaning: 'No token was given.', body: detailAnswer },
        401: { meaning: 'The token is invalid, expired or blacklisted.', body: detailAnswer },
      },
    },
    async handle(call) {
      const given = member(call.body, 'refresh') || call.cookies.get('refresh_token')
      if (given === undefined || given === null || given === '') return { status: 400, body: { detail: missing } }
      const refresh = typeof given === 'string' ? given : 'no token'
      if (refresh.trim() === '') return { status: 400, body: { detail: empty } }
      try {
        const tokens = await sessions.rotate(refresh)
        return { status: 200, body: tokens, cookies: cookies.set(tokens) }
      } catch (error) {
        if (error instanceof TokenRefused) return { status: 401, body: { detail: error.message } }
        throw error
      }
    },
  }
}

/** Either kind of token; a blacklisted one is as good as an expired one. */
export function createVerifyRoute({ jwt, sessions }: TokenParts): Route {
  const refused = (status: number, detail: string, error: string): Answer => ({
    status,
    body: { valid: false, detail, error },
  })
  const failed = 'An error occurred during token verification'
  return {
    method: 'POST',
    path: '/api/users/token/verify/',
    bearer: false,
    failure: { detail: failed },
    describe: {
      summary: 'Whether a token is good',
      request: { type: 'object', properties: { token: { type: 'string', minLength: 1 } }, required: ['token'] },
      answers: {
        200: { meaning: 'It is.', body: verifyAnswer },
        400: { meaning: 'No token was given.', body: verifyRefused },
        401: { meaning: 'It is invalid, expired or blacklisted.', body: verifyRefused },
      },
    },
    async handle({ body }) {
      const token = member(body, 'token')
      if (token === undefined) return refused(400, failed, 'This field is required.')
      if (typeof token !== 'string' || token.trim() === '') return refused(400, failed, 'Not a valid token.')
      const claims = await jwt.verify(token)
      if (!claims) return refused(401, 'Token is invalid or expired', 'Token is invalid or expired')
      if (claims.token_type === 'refresh' && (await sessions.isBlacklisted(claims.jti)))
        return refused(401, 'Token is invalid or expired', 'Token is blacklisted')
      return { status: 200, body: { valid: true, message: 'Token is valid' } }
    },
  }
}
