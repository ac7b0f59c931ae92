import type { Trouble } from './crash-policy.ts'

/** A box of the system's, for when nothing of the app's own can be shown. */
export interface TroubleBox {
  readonly message: string
  readonly detail: string
  readonly buttons: readonly string[]
  /** What Escape and closing the box mean, by its place among the buttons. */
  readonly cancelId: number
}

const safe = 'Your conversations and drafts are safe.'

/** What happened and what helps. */
const texts: Readonly<Record<Trouble, (name: string) => { message: string; detail: string }>> = {
  crashing: (name) => ({
    message: `${name} cannot show its window.`,
    detail: `It stopped several times in a row. ${safe} Try again; if it stays, save a support bundle and send it to your support.`,
  }),
  'no-process': (name) => ({
    message: `${name} cannot start the process that draws its window.`,
    detail: `${safe} A security program may be in the way, or the computer has too little memory left: close other programs, allow ${name} in the security program, and try again.`,
  }),
  'changed-files': (name) => ({
    message: `The files of ${name} were changed.`,
    detail: `The system refused to run them. ${safe} Install ${name} again from where you got it, and tell your support when it comes back.`,
  }),
  'nothing-drawn': (name) => ({
    message: `The window of ${name} stays empty.`,
    detail: `Nothing was drawn, with and without the graphics card. ${safe} Restart the computer and update its graphics driver; if it stays, save a support bundle and send it to your support.`,
  }),
}

const choices = ['again', 'bundle', 'copy', 'quit'] as const

export function troubleBox(trouble: Trouble, name: string): TroubleBox {
  return {
    ...texts[trouble](name),
    buttons: ['Try again', 'Save support bundle…', 'Copy version', 'Quit'],
    cancelId: choices.indexOf('quit'),
  }
}

interface Port {
  /** Shows the box; resolves to the place of the button that was chosen. */
  readonly choose: (box: TroubleBox) => Promise<number>
  readonly again: () => void
  /** Asks where to and writes the support bundle there. */
  readonly saveBundle: () => Promise<void>
  readonly copyVersion: () => Promise<void>
  readonly quit: () => void
}

/** Tells of one trouble at a time, until the user tries again or quits. */
export function createTroubleTeller(name: string, port: Port): { tell(trouble: Trouble): Promise<void> } {
  let telling = false
  return {
    async tell(trouble) {
      if (telling) return
      telling = true
      try {
        for (;;) {
          const chosen = choices[await port.choose(troubleBox(trouble, name))] ?? 'quit'
          if (chosen === 'again') return port.again()
          if (chosen === 'quit') return port.quit()
          // What cannot be saved or copied is told by the box that is still there.
          await (chosen === 'bundle' ? port.saveBundle() : port.copyVersion()).catch(() => undefined)
        }
      } finally {
        telling = false
      }
    },
  }
}
