import type { Jwt } from '../tokens/jwt.ts'
import type { UserRow, Users } from '../users/users.ts'
import { Refusal } from './route.ts'

/** The user whose access token an `Authorization` header carries, or a 401 Refusal in simplejwt's words. */
export type Authenticate = (header: string | undefined) => Promise<UserRow>

const notProvided = { detail: 'Authentication credentials were not provided.' }
const notValid = {
  detail: 'Given token not valid for any token type',
  code: 'token_not_valid',
  messages: [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is invalid or expired' }],
}
const notTwoParts = {
  detail: 'Authorization header must contain two space-delimited values',
  code: 'bad_authorization_header',
}

export function createAuthenticate({ jwt, users }: { jwt: Jwt; users: Users }): Authenticate {
  return async (header) => {
    const parts = (header ?? '').split(/\s+/).filter((part) => part !== '')
    if (parts[0] !== 'Bearer') throw new Refusal(401, notProvided)
    const token = parts.length === 2 ? parts[1] : undefined
    if (token === undefined) throw new Refusal(401, notTwoParts)
    const claims = await jwt.verify(token, 'access')
    if (!claims) throw new Refusal(401, notValid)
    const user = await users.find(claims.user_id)
    if (!user) throw new Refusal(401, { detail: 'User not found', code: 'user_not_found' })
    if (!user.is_active) throw new Refusal(401, { detail: 'User is inactive', code: 'user_inactive' })
    return user
  }
}
