import { BrowserWindow, app, globalShortcut, screen } from 'electron'
import type { BrowserWindowConstructorOptions } from 'electron'
import type { App } from '../app.ts'
import type { Log } from '../host.ts'
import { quickPlace } from '../system/quick/quick-place.ts'
import type { QuickHost } from '../system/quick/quick.ts'
import { quickUrl } from './app-scheme.ts'
import { openContextMenu } from './context-menu.ts'

interface Deps {
  readonly title: string
  /** Makes a window that is locked down like every one of the app. */
  readonly make: (look: Omit<BrowserWindowConstructorOptions, 'webPreferences'>) => BrowserWindow
  readonly hosted: () => Pick<App, 'dispatch' | 'image'>
  /** What a user can bind where the desktop keeps global shortcuts to itself. */
  readonly command: string | null
  readonly log: Log
}

export interface QuickWindow extends QuickHost {
  current(): BrowserWindow | null
}

const mac = process.platform === 'darwin'

const othersVisible = (own: BrowserWindow): boolean =>
  BrowserWindow.getAllWindows().some((other) => other !== own && other.isVisible())

/** The quick window and its global shortcut. The window is made once and kept: the first letter must not be lost. */
export function createQuickWindow({ title, make, hosted, command, log }: Deps): QuickWindow {
  let window: BrowserWindow | null = null
  let registered: string | null = null
  let quitting = false
  app.on('before-quit', () => {
    quitting = true
  })
  const current = (): BrowserWindow | null => (window === null || window.isDestroyed() ? null : window)

  const open = (): BrowserWindow => {
    const made = make({
      title,
      show: false,
      frame: false,
      alwaysOnTop: true,
      skipTaskbar: true,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      minWidth: 320,
      minHeight: 240,
      // A panel takes the keyboard without bringing the whole app to the front.
      ...(mac ? { type: 'panel' } : {}),
    })
    made.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true })
    made.webContents.on('context-menu', (_event, params) => openContextMenu(made, params, { hosted: hosted(), log }))
    made.on('close', (event) => {
      // Alt+F4 puts it away; only quitting ends it.
      if (quitting) return
      event.preventDefault()
      hide()
    })
    // The next time that it is asked for there is a new one; the draft is in the cache.
    made.webContents.on('render-process-gone', () => made.destroy())
    void made.loadURL(quickUrl).catch((thrown: unknown) => {
      log({
        level: 'error',
        event: 'quick.load-failed',
        fields: { code: (thrown as NodeJS.ErrnoException).code ?? '' },
      })
    })
    window = made
    return made
  }

  const hide = (): void => {
    const shown = current()
    if (shown === null || !shown.isVisible()) return
    shown.hide()
    // Whoever was in another program is there again. Windows and Linux do that by themselves.
    if (mac && !othersVisible(shown)) app.hide()
  }
  const unregister = (): void => {
    if (registered !== null) globalShortcut.unregister(registered)
    registered = null
  }

  return {
    current,
    window: {
      show() {
        const shown = current() ?? open()
        shown.setBounds(quickPlace(screen.getDisplayNearestPoint(screen.getCursorScreenPoint()).workArea))
        shown.show()
        shown.focus()
      },
      hide,
      isVisible: () => current()?.isVisible() === true && current()?.isFocused() === true,
    },
    shortcut: {
      supported: true,
      register(accelerator, fired) {
        unregister()
        try {
          if (!globalShortcut.register(accelerator, fired)) return false
        } catch {
          // Electron throws on what it takes for no accelerator.
          return false
        }
        registered = accelerator
        if (current() === null) open()
        return true
      },
      unregister,
    },
    command,
  }
}
