import type { AppCommand } from '../../contract/app.ts'

/** The most commands that wait for a window; more than these is a fault of whoever asks. */
const mostWaiting = 20

/** What menus, links and notifications ask of the main window; kept while there is none that listens. */
export interface Commands {
  give(command: AppCommand): void
  /** What waited, oldest first. From now on commands go to the window at once. */
  take(): AppCommand[]
  /** The window is gone or loads again. */
  windowLeft(): void
}

export function createCommands(emit: (command: AppCommand) => void): Commands {
  let waiting: AppCommand[] = []
  let listening = false
  return {
    give(command) {
      if (listening) emit(command)
      else waiting = [...waiting, command].slice(-mostWaiting)
    },
    take() {
      listening = true
      const taken = waiting
      waiting = []
      return taken
    },
    windowLeft() {
      listening = false
    },
  }
}
