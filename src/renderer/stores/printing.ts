import type { Api } from '../lib/api.ts'
import type { ProblemStore } from './problem.ts'

interface Deps {
  readonly api: Api
  readonly problem: ProblemStore
  /** Of what is printed. */
  readonly title: () => string
  /** Whatever lies over the page goes before it is printed. */
  readonly clear: () => void
}

/** What menus ask of the page itself. */
export interface Printing {
  print(): void
  savePdf(): Promise<void>
  focusComposer(): void
}

export function createPrinting({ api, problem, title, clear }: Deps): Printing {
  /** Once the page is as it is to be. */
  const next = (work: () => void): void => {
    clear()
    requestAnimationFrame(work)
  }
  const print = (): void => next(() => window.print())
  return {
    print,
    async savePdf() {
      const saved = await api.app.savePdf({ title: title().slice(0, 200) })
      if (!saved.ok) problem.tell(saved.error)
      // The print dialog of a browser can write a PDF too.
      else if (saved.value === 'unavailable') print()
    },
    focusComposer: () =>
      next(() => document.querySelector<HTMLTextAreaElement>('textarea[aria-label="Message"]')?.focus()),
  }
}
