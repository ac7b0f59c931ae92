import { isRecord } from './errors.ts'

const claims = (token: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

/**
 * When a JWT ends by our own clock: its life (`exp − iat`) counted from when it came. A wrong clock here or at the server
 * then neither expires it early nor keeps it too long.
 */
export function expiresAt(token: string, receivedAt: number, fallbackSeconds: number): number {
  const found = claims(token)
  const exp = found?.['exp']
  const iat = found?.['iat']
  if (typeof exp !== 'number') return receivedAt + fallbackSeconds * 1000
  return receivedAt + (typeof iat === 'number' ? exp - iat : Math.max(0, exp - receivedAt / 1000)) * 1000
}
