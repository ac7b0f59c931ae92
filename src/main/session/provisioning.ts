import { Fault, isFault } from '../fault.ts'

/** Milliseconds between two questions whether the LibreChat account is there yet; the last one repeats. */
const waits = [1000, 2000, 3000, 5000, 8000, 15_000]

interface Deps {
  readonly ask: () => Promise<string | null>
  readonly onWait: (attempt: number, nextTryAt: number) => void
  readonly signal: AbortSignal
  /** Set to a function that ends the current wait at once. */
  readonly hurry: { now: (() => void) | null }
}

/** A platform that is asked too often says when to come back: epoch milliseconds, 0 for "later". Others' faults are thrown on. */
function comeBackAt(thrown: unknown): number {
  if (isFault(thrown) && thrown.error.code === 'rate-limited') return thrown.error.retryAt ?? 0
  throw thrown
}

/** Asks for the LibreChat password until the platform has provisioned the account. */
export async function awaitPassword({ ask, onWait, signal, hurry }: Deps): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const found = await ask().catch(comeBackAt)
    if (typeof found === 'string') return found
    const now = Date.now()
    const wait = Math.max(waits[Math.min(attempt, waits.length) - 1]!, (found ?? 0) - now)
    onWait(attempt, now + wait)
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        hurry.now = null
        resolve()
      }
      const timer = setTimeout(end, wait)
      signal.addEventListener('abort', end, { once: true })
      hurry.now = end
    })
    if (signal.aborted) throw new Fault({ code: 'cancelled' })
  }
}
