import type { Log } from '../../host.ts'

/** Milliseconds that a window that was asked for may take to be seen. */
export const patience = 3000
/** A window that is not seen after so many attempts is not for want of attempts. */
const mostAttempts = 3

export type WindowState = 'none' | 'crashed' | 'unseen' | 'seen'

interface Deps {
  readonly state: () => WindowState
  /** Shows what there is, loaded or not. */
  readonly force: () => void
  /** Throws what there is away and makes another. */
  readonly recreate: () => void
  readonly log: Log
}

/** Whoever asks for the window gets one: a wedged one is made anew. */
export interface WindowWatch {
  /** A window was just asked for. */
  expect(): void
  /** None is wanted any more. */
  stop(): void
}

export function createWindowWatch({ state, force, recreate, log }: Deps): WindowWatch {
  let timer: NodeJS.Timeout | null = null
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  const wait = (attempt: number): void => {
    stop()
    timer = setTimeout(() => check(attempt), patience)
    timer.unref()
  }
  const check = (attempt: number): void => {
    timer = null
    if (state() === 'unseen') force()
    const found = state()
    if (found === 'seen') return
    log({ level: 'error', event: 'window.wedged', fields: { state: found, attempt } })
    if (attempt >= mostAttempts) return
    recreate()
    wait(attempt + 1)
  }
  return { expect: () => wait(1), stop }
}
