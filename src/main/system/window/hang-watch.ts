/** Milliseconds that a window that does not answer is given before anybody is asked; Chromium has waited before. */
const grace = 5_000
/** Milliseconds until the same question comes again, when the user chose to wait and the window still does not answer. */
const askAgainAfter = 60_000

interface Deps {
  /** Asks whether to wait or to reload; `signal` takes the question away again. Never rejects. */
  readonly ask: (signal: AbortSignal) => Promise<'wait' | 'reload'>
  /** Ends what hangs and loads the page again. */
  readonly reload: () => void
}

/** What is done about a window that does not answer: one question at a time, and none once it answers. */
export interface HangWatch {
  hangs(): void
  answers(): void
  close(): void
}

export function createHangWatch({ ask, reload }: Deps): HangWatch {
  let timer: NodeJS.Timeout | null = null
  let asking: AbortController | null = null

  const answers = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    asking?.abort()
    asking = null
  }
  const question = async (): Promise<void> => {
    timer = null
    const mine = new AbortController()
    asking = mine
    const answer = await ask(mine.signal)
    if (mine.signal.aborted) return
    asking = null
    if (answer === 'reload') reload()
    else wait(askAgainAfter)
  }
  const wait = (after: number): void => {
    timer = setTimeout(() => void question(), after)
  }

  return {
    hangs() {
      if (timer === null && asking === null) wait(grace)
    },
    answers,
    close: answers,
  }
}
