import type { QuickState } from '../../contract/app.ts'

/** The quick window and its global shortcut, as the host has them. */
export interface QuickHost {
  readonly window: { show(): void; hide(): void; isVisible(): boolean }
  readonly shortcut: {
    /** Replaces the one before; false when another program has it. `fired` is called each time that it is pressed. */
    register(accelerator: string, fired: () => void): boolean
    unregister(): void
    /** False: this desktop does not let programs have global shortcuts (most Wayland compositors). */
    readonly supported: boolean
  }
  /** What the user can bind in the settings of the desktop instead. */
  readonly command: string | null
}

export interface Quick {
  state(): QuickState
  /** The shortcut of the settings changed. */
  setShortcut(accelerator: string | null): void
  show(): void
  hide(): void
  close(): void
}
