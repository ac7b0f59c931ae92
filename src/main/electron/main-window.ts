import { app } from 'electron'
import type { BrowserWindow } from 'electron'
import type { Log } from '../host.ts'
import { createWindowWatch } from '../system/window/window-watch.ts'
import type { WindowState } from '../system/window/window-watch.ts'

interface Deps {
  /** Makes the window; it shows itself when its page is ready. */
  readonly open: () => BrowserWindow
  readonly onOpened: (window: BrowserWindow) => void
  readonly onShow: () => void
  /** The page is gone, or loads again. */
  readonly onLeft: () => void
  readonly log: Log
}

/** The main window: there is one at most, and whoever asks for it gets one that works. */
export interface MainWindow {
  current(): BrowserWindow | null
  show(): void
  /** To be seen again, without taking the focus from who works elsewhere. */
  reveal(): void
  /** In the task bar only, where nothing else could bring it back. */
  showMinimized(): void
  hide(): void
}

const mac = process.platform === 'darwin'

/** In sight of the user, the task bar included. */
export const isSeen = (window: BrowserWindow): boolean => window.isVisible() || window.isMinimized()

function bringToFront(window: BrowserWindow): void {
  // To the desktop that the user is on, not the one that it was left on. Windows does so by itself.
  const moves = process.platform !== 'win32' && !window.isFullScreen()
  if (window.isMinimized()) window.restore()
  if (moves) window.setVisibleOnAllWorkspaces(true, { skipTransformProcessType: true })
  window.show()
  window.focus()
  if (moves) window.setVisibleOnAllWorkspaces(false, { skipTransformProcessType: true })
  if (mac) app.focus({ steal: true })
}

export function createMainWindow({ open, onOpened, onShow, onLeft, log }: Deps): MainWindow {
  let window: BrowserWindow | null = null
  const current = (): BrowserWindow | null => (window === null || window.isDestroyed() ? null : window)

  const state = (): WindowState => {
    const found = current()
    if (found === null) return 'none'
    if (found.webContents.isCrashed()) return 'crashed'
    return isSeen(found) ? 'seen' : 'unseen'
  }
  const make = (): BrowserWindow => {
    const old = current()
    const made = open()
    window = made
    // The new one first: an app without a window quits.
    old?.destroy()
    made.once('closed', () => {
      if (window === made) window = null
      onLeft()
    })
    made.webContents.on('render-process-gone', onLeft)
    made.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) onLeft()
    })
    onOpened(made)
    return made
  }
  const watch = createWindowWatch({
    state,
    force: () => current()?.show(),
    recreate: () => make().show(),
    log,
  })

  return {
    current,
    show() {
      onShow()
      const found = current()
      if (found === null || found.webContents.isCrashed()) make()
      else bringToFront(found)
      watch.expect()
    },
    reveal() {
      const found = current()
      if (found === null) make().minimize()
      else found.showInactive()
    },
    showMinimized() {
      if (current() === null) make().minimize()
    },
    hide() {
      watch.stop()
      const found = current()
      if (found === null) return
      if (!mac || !found.isFullScreen()) return found.hide()
      // A full screen that is hidden leaves an empty black space behind.
      found.once('leave-full-screen', () => found.hide())
      found.setFullScreen(false)
    },
  }
}
