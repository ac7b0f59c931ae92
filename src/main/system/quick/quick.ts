import type { QuickState } from '../../../contract/app.ts'
import type { Log } from '../../host.ts'

/** The quick window and its global shortcut, as the host has them. */
export interface QuickHost {
  readonly window: { show(): void; hide(): void; isVisible(): boolean }
  readonly shortcut: {
    /** Replaces the one before; false when another program has it. `fired` is called each time that it is pressed. */
    register(accelerator: string, fired: () => void): boolean
    unregister(): void
    /** False: this desktop does not let programs have global shortcuts. */
    readonly supported: boolean
  }
  /** What the user can bind in the settings of the desktop instead; null where the app's own shortcut always does. */
  readonly command: string | null
}

export interface Quick {
  state(): QuickState
  /** The shortcut of the settings, now or changed; null: none. */
  setShortcut(accelerator: string | null): void
  /** Opens the quick window, or hides it when it is what the user looks at. */
  toggle(): void
  hide(): void
  close(): void
}

interface Deps {
  readonly host: QuickHost
  readonly emit: (state: QuickState) => void
  readonly log: Log
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/**
 * A shortcut counts as working only after it was seen to fire: what a desktop reports as registered may never arrive (Wayland, another
 * program that listens first).
 */
export function createQuick({ host, emit, log, now = Date.now }: Deps): Quick {
  const { window, shortcut, command } = host
  let state: QuickState = {
    shortcut: null,
    registration: shortcut.supported ? 'none' : 'unsupported',
    firedAt: null,
    command,
  }

  const become = (next: QuickState): void => {
    state = next
    emit(next)
  }
  const toggle = (): void => {
    if (window.isVisible()) window.hide()
    else window.show()
  }
  const fired = (): void => {
    become({ ...state, firedAt: now() })
    toggle()
  }

  return {
    state: () => state,
    setShortcut(accelerator) {
      if (accelerator === state.shortcut) return
      if (!shortcut.supported) return become({ ...state, shortcut: accelerator, firedAt: null })
      shortcut.unregister()
      const registration =
        accelerator === null ? 'none' : shortcut.register(accelerator, fired) ? 'registered' : 'taken'
      if (registration === 'taken') log({ level: 'warn', event: 'quick.shortcut-taken' })
      become({ ...state, shortcut: accelerator, registration, firedAt: null })
    },
    toggle,
    hide: () => window.hide(),
    close: () => shortcut.unregister(),
  }
}
