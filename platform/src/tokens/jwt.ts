import { randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'

export type TokenType = 'access' | 'refresh'

/** Up to the end of the year 9999, as Python's dates: what lies beyond, no database can hold. */
const time = z.int().min(0).max(253_402_300_799)

/** simplejwt's claims; times in epoch seconds, `jti` 32 hex digits, `user_id` a UUID. */
const claims = z.object({
  token_type: z.enum(['access', 'refresh']),
  exp: time,
  iat: time,
  jti: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  // Any 128 bits, as Django takes: z.uuid() wants those of the RFC's versions.
  user_id: z.guid(),
})
export type Claims = z.infer<typeof claims>

export interface Jwt {
  issue(type: TokenType, userId: string): Promise<{ token: string; claims: Claims }>
  /** Null: not ours, expired, altered, or of another type. */
  verify(token: string, type?: TokenType): Promise<Claims | null>
}

export interface JwtSettings {
  readonly secret: string
  readonly accessSeconds: number
  readonly refreshSeconds: number
}

/** RFC 7515's compact form: base64url without padding, which the decoder would forgive. */
const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** HS256 under `secret`, as simplejwt signs with Django's secret key: each takes the other's tokens. */
export function createJwt({ secret, accessSeconds, refreshSeconds }: JwtSettings): Jwt {
  if (secret === '') throw new Error('the JWT secret is empty')
  const key = new TextEncoder().encode(secret)
  const seconds = { access: accessSeconds, refresh: refreshSeconds }

  return {
    async issue(type, userId) {
      const iat = Math.floor(Date.now() / 1000)
      const content: Claims = {
        token_type: type,
        exp: iat + seconds[type],
        iat,
        jti: randomUUID().replaceAll('-', ''),
        user_id: userId,
      }
      const token = await new SignJWT(content).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key)
      return { token, claims: content }
    },
    async verify(token, type) {
      if (!compact.test(token)) return null
      try {
        const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'] })
        const read = claims.safeParse(payload)
        return read.success && (type === undefined || read.data.token_type === type) ? read.data : null
      } catch (error) {
        if (error instanceof errors.JOSEError) return null
        throw error
      }
    },
  }
}
