import { createHmac, timingSafeEqual } from 'node:crypto'

export type JwtResult =
  | { readonly ok: true; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: 'jwt malformed' | 'invalid signature' | 'jwt expired' }

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const signatureOf = (input: string, secret: string): Buffer => createHmac('sha256', secret).update(input).digest()

/** HS256; `expiresAt` in epoch milliseconds, cut to seconds as the format wants it. */
export function signJwt(claims: Readonly<Record<string, unknown>>, secret: string, expiresAt: number): string {
  const timed = { ...claims, iat: Math.floor(Date.now() / 1000), exp: Math.floor(expiresAt / 1000) }
  const input = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(timed)}`
  return `${input}.${signatureOf(input, secret).toString('base64url')}`
}

/** The reasons are those of the `jsonwebtoken` package, which LibreChat hands on. */
export function verifyJwt(token: string, secret: string): JwtResult {
  const [head, body, signature, ...rest] = token.split('.')
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0)
    return { ok: false, reason: 'jwt malformed' }
  let claims: unknown
  try {
    claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))
  } catch {
    return { ok: false, reason: 'jwt malformed' }
  }
  if (typeof claims !== 'object' || claims === null) return { ok: false, reason: 'jwt malformed' }
  const given = Buffer.from(signature, 'base64url')
  const right = signatureOf(`${head}.${body}`, secret)
  if (given.length !== right.length || !timingSafeEqual(given, right)) return { ok: false, reason: 'invalid signature' }
  const { exp } = claims as { exp?: unknown }
  if (typeof exp !== 'number' || exp * 1000 <= Date.now()) return { ok: false, reason: 'jwt expired' }
  return { ok: true, claims: claims as Record<string, unknown> }
}
