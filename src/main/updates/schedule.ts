/** Milliseconds. Each is stretched by up to a fifth, so that installations do not come all at once. */
const times = { first: 20_000, every: 4 * 3_600_000, afterFailure: 20 * 60_000, afterSleep: 30_000 } as const

export interface Schedule {
  begin(): void
  close(): void
}

interface Deps {
  /** Looks for an update; resolves to whether the server answered. Never rejects. */
  readonly check: () => Promise<boolean>
  /** The computer woke up; answers its unsubscribe. */
  readonly onResume: (listener: () => void) => () => void
  readonly times?: { readonly [N in keyof typeof times]?: number }
  /** 0 to 1. */
  readonly random?: () => number
  readonly now?: () => number
}

/** Looks for updates shortly after the start, every few hours, sooner when the server could not be reached, and after sleep. */
export function createSchedule({
  check,
  onResume,
  times: given,
  random = Math.random,
  now = Date.now,
}: Deps): Schedule {
  const chosen = { ...times, ...given }
  let timer: NodeJS.Timeout | undefined
  let due = 0
  let begun = false
  let unsubscribe = (): void => undefined

  const after = (milliseconds: number): void => {
    clearTimeout(timer)
    const stretched = milliseconds * (1 + random() / 5)
    due = now() + stretched
    timer = setTimeout(() => void run(), stretched)
    timer.unref()
  }
  const run = async (): Promise<void> => {
    const answered = await check()
    if (begun) after(answered ? chosen.every : chosen.afterFailure)
  }
  return {
    begin() {
      if (begun) return
      begun = true
      after(chosen.first)
      // Timers stand still while the computer sleeps. What became due meanwhile waits until the network is back.
      unsubscribe = onResume(() => {
        if (now() >= due) after(chosen.afterSleep)
        else after(Math.max(chosen.afterSleep, due - now()))
      })
    },
    close() {
      begun = false
      clearTimeout(timer)
      unsubscribe()
    },
  }
}
