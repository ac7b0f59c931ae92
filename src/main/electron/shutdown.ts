import { app } from 'electron'
import type { Log } from '../host.ts'

/** Milliseconds that the app may take to close; what hangs after that is left to die with the process. */
const closeLimit = 5_000
/** The same when the system ends: it waits no longer than a second for anybody. */
const systemLimit = 500

type Outcome = 'closed' | 'failed' | 'late'

/** How closing ended, within `limit` milliseconds. Never rejects. */
export async function settleWithin(closing: Promise<void>, limit: number): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve('late'), limit)
  })
  const settled = closing.then(
    (): Outcome => 'closed',
    (): Outcome => 'failed',
  )
  const outcome = await Promise.race([settled, late])
  clearTimeout(timer)
  return outcome
}

/** Holds quitting up until `close` is done, once. The last thing before the exit is closing the log. */
export function closeOnQuit({
  close,
  bySystem,
  log,
  closeLog,
}: {
  close: () => Promise<void>
  /** Whether the computer shuts down or the user logs off. */
  bySystem: () => boolean
  log: Log
  closeLog: () => void
}): void {
  let closing = false
  const finish = async (): Promise<void> => {
    const outcome = await settleWithin(close(), bySystem() ? systemLimit : closeLimit)
    log({ level: outcome === 'closed' ? 'info' : 'error', event: 'app.quit', fields: { outcome } })
    closeLog()
    app.exit(0)
  }
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (closing) return
    closing = true
    void finish()
  })
}
