import { Fault } from '../fault.ts'

/** Milliseconds before its end that an access token is renewed. */
const renewBefore = 60_000

/** Runs `work` once at a time; callers during a run share its outcome. */
export function singleFlight<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null
  return async () => {
    running ??= work().finally(() => {
      running = null
    })
    return await running
  }
}

/** Waits for shared work without being able to cancel it for the others. */
export async function waitFor<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return await work
  if (signal.aborted) throw new Fault({ code: 'cancelled' })
  return await new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(new Fault({ code: 'cancelled' }))
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

export const isFresh = (token: { accessExpiresAt: number } | null, now = Date.now()): boolean =>
  token !== null && token.accessExpiresAt - renewBefore > now

/** At most `count` goes within `window` milliseconds: LibreChat counts logins, successful ones too, and bans. */
export function createBudget(count: number, window: number): () => boolean {
  let spent: number[] = []
  return () => {
    const now = Date.now()
    spent = spent.filter((at) => now - at < window && at <= now)
    if (spent.length >= count) return false
    spent.push(now)
    return true
  }
}
