import type { TokenPair } from '../api.ts'

export interface TokenCookies {
  /** `Set-Cookie` lines for browsers: HttpOnly, SameSite=Lax, as long as the tokens live. */
  set(tokens: TokenPair): string[]
  clear(): string[]
}

const names = { access: 'access_token', refresh: 'refresh_token' } as const
const attributes = 'HttpOnly; Path=/; SameSite=Lax'

export function createTokenCookies(life: { accessSeconds: number; refreshSeconds: number }): TokenCookies {
  const line = (name: string, value: string, seconds: number): string => {
    const expires = new Date(seconds === 0 ? 0 : Date.now() + seconds * 1000).toUTCString()
    return `${name}=${value}; expires=${expires}; Max-Age=${seconds}; ${attributes}`
  }
  return {
    set: ({ access, refresh }) => [
      line(names.access, access, life.accessSeconds),
      line(names.refresh, refresh, life.refreshSeconds),
    ],
    clear: () => [line(names.access, '""', 0), line(names.refresh, '""', 0)],
  }
}

/** Name → value; of several with one name the first. */
export function readCookies(header: string | undefined): Map<string, string> {
  const found = new Map<string, string>()
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (at > 0 && !found.has(name)) found.set(name, pair.slice(at + 1).trim())
  }
  return found
}
