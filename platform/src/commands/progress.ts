import type { Terminal } from './command.ts'

export interface Progress {
  /** So many of all are done, of whom so many failed. */
  show(done: number, failed: number): void
  end(): void
}

const width = 30
/** Milliseconds between two lines where nothing can be redrawn. */
const lineEvery = 5000

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

/** A bar that is redrawn on a terminal; elsewhere a line now and then. Drawn on standard error: the result is elsewhere. */
export function createProgress(terminal: Terminal, all: number): Progress {
  const started = performance.now()
  let lineAt = started
  let drawn = false

  const text = (done: number, failed: number): string => {
    const seconds = (performance.now() - started) / 1000
    const left = done === 0 ? '-:--' : clock((seconds / done) * Math.max(0, all - done))
    const share = all === 0 ? 100 : Math.floor((100 * done) / all)
    return `${share} %  ${done} of ${all}, ${failed} failed, ${left} left`
  }
  return {
    show(done, failed) {
      if (terminal.isTty) {
        const filled = all === 0 ? width : Math.min(width, Math.round((width * done) / all))
        terminal.stderr(`\r\u001B[K[${'█'.repeat(filled)}${'░'.repeat(width - filled)}] ${text(done, failed)}`)
        drawn = true
        return
      }
      if (performance.now() - lineAt < lineEvery && done < all) return
      lineAt = performance.now()
      terminal.stderr(`${text(done, failed)}\n`)
    },
    end() {
      if (drawn) terminal.stderr('\n')
    },
  }
}
