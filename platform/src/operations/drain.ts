import { setTimeout as pause } from 'node:timers/promises'

/** The time between being told to end and taking no more requests, in which load balancers look elsewhere. */
export interface Drain {
  /** True from the first `begin` on. */
  begun(): boolean
  /** Resolves when the time is over, or at `end`. */
  begin(): Promise<void>
  end(): void
}

export function createDrain(seconds: number): Drain {
  const ending = new AbortController()
  let waiting: Promise<void> | undefined
  return {
    begun: () => waiting !== undefined,
    begin: () => (waiting ??= pause(seconds * 1000, undefined, { signal: ending.signal }).catch(() => undefined)),
    end: () => ending.abort(),
  }
}
