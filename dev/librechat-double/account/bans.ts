import type { Settings } from '../options.ts'
import type { Store } from '../state/store.ts'
import type { Tokens } from './tokens.ts'

/** LibreChat's example settings: a ban at each multiple of 20 points, for two hours. */
const interval = 20
const banMinutes = 120
export const nonBrowserScore = 20

export type Violation =
  'non_browser' | 'logins' | 'registrations' | 'concurrent' | 'message_limit' | 'illegal_model_request'

export interface Bans {
  /** Whether the user or the address is banned now. */
  banned(userId: string | null, address: string): boolean
  ban(userId: string, minutes: number): void
  /** Counts points against user and address; crossing a multiple of 20 bans both and ends the user's sessions. */
  violate(kind: Violation, userId: string | null, address: string, score?: number): { count: number; banned: boolean }
  lift(): void
}

export function createBans(store: Store, tokens: Tokens, settings: Settings): Bans {
  const until = (key: string): number => store.bans.get(key) ?? 0

  const ban = (key: string, minutes: number): void => {
    store.bans.set(key, Date.now() + minutes * 60_000)
    store.changed()
  }

  return {
    banned: (userId, address) =>
      Math.max(until(`address ${address}`), userId === null ? 0 : until(`user ${userId}`)) > Date.now(),
    ban(userId, minutes) {
      ban(`user ${userId}`, minutes)
      tokens.closeAll(userId)
    },
    violate(kind, userId, address, score = 1) {
      const key = `${kind} ${userId ?? address}`
      const before = store.violations.get(key) ?? 0
      const count = before + score
      store.violations.set(key, count)
      store.changed()
      const crossed = Math.floor(count / interval) > Math.floor(before / interval)
      if (!crossed || (kind === 'non_browser' && !settings.banOnNonBrowser)) return { count, banned: false }
      ban(`address ${address}`, banMinutes)
      if (userId !== null) {
        ban(`user ${userId}`, banMinutes)
        tokens.closeAll(userId)
      }
      return { count, banned: true }
    },
    lift() {
      store.bans.clear()
      store.violations.clear()
      store.changed()
    },
  }
}
