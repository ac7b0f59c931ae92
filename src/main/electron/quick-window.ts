import { BrowserWindow, app, globalShortcut, screen } from 'electron'
import { quickPlace } from '../system/quick-place.ts'
import type { QuickHost } from '../system/quick.ts'

interface Deps {
  /** Makes the window, hidden. It is made once and kept warm: the first letter must not be lost. */
  readonly make: () => BrowserWindow
  /** What a user can bind where the desktop keeps global shortcuts to itself. */
  readonly command: string | null
}

const mac = process.platform === 'darwin'

const othersVisible = (own: BrowserWindow): boolean =>
  BrowserWindow.getAllWindows().some((other) => other !== own && other.isVisible())

/** The quick window and the global shortcut, in Electron. */
export function createQuickHost({ make, command }: Deps): QuickHost & { window: { contents(): BrowserWindow | null } } {
  let window: BrowserWindow | null = null
  let registered: string | null = null

  const open = (): BrowserWindow => {
    if (window !== null && !window.isDestroyed()) return window
    const made = make()
    made.on('close', (event) => {
      // Alt+F4 puts it away; only quitting ends it.
      if (quitting) return
      event.preventDefault()
      hide()
    })
    made.once('closed', () => {
      if (window === made) window = null
    })
    window = made
    return made
  }
  let quitting = false
  app.on('before-quit', () => {
    quitting = true
  })

  const hide = (): void => {
    if (window === null || window.isDestroyed() || !window.isVisible()) return
    window.hide()
    // Who was in another program is there again; Windows and Linux do that by themselves.
    if (mac && !othersVisible(window)) app.hide()
  }
  const unregister = (): void => {
    if (registered !== null) globalShortcut.unregister(registered)
    registered = null
  }

  return {
    window: {
      show() {
        const shown = open()
        shown.setBounds(quickPlace(screen.getDisplayNearestPoint(screen.getCursorScreenPoint()).workArea))
        shown.show()
        shown.focus()
      },
      hide,
      isVisible: () => window !== null && !window.isDestroyed() && window.isVisible() && window.isFocused(),
      contents: () => (window !== null && !window.isDestroyed() ? window : null),
    },
    shortcut: {
      supported: true,
      register(accelerator, fired) {
        unregister()
        // Warm before it is needed.
        open()
        try {
          if (!globalShortcut.register(accelerator, fired)) return false
        } catch {
          // Electron throws on what it takes for no accelerator.
          return false
        }
        registered = accelerator
        return true
      },
      unregister,
    },
    command,
  }
}
