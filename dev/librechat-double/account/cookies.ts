import type { Settings } from '../options.ts'
import type { Issued } from './tokens.ts'

/**
 * `Secure` as the version decides: the old one whenever it runs in production, the new one not on a localhost address, which
 * is where a double is.
 */
const attributes = (settings: Settings, expires: Date): string =>
  `Path=/; Expires=${expires.toUTCString()}; HttpOnly${settings.style === 'post-stream' ? '; Secure' : ''}; SameSite=Strict`

export const sessionCookies = (settings: Settings, { refresh, expiresAt }: Issued): string[] => [
  `refreshToken=${refresh}; ${attributes(settings, new Date(expiresAt))}`,
  `token_provider=librechat; ${attributes(settings, new Date(expiresAt))}`,
]

export const clearedCookies = (settings: Settings): string[] => [
  `refreshToken=; ${attributes(settings, new Date(0))}`,
  `token_provider=; ${attributes(settings, new Date(0))}`,
]
