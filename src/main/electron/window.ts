import { BrowserWindow, nativeTheme } from 'electron'
import type { BrowserWindowConstructorOptions, Session } from 'electron'
import type { App } from '../app.ts'
import type { Log } from '../host.ts'
import { minimumSize } from '../system/window/window-place.ts'
import { openContextMenu } from './context-menu.ts'
import type { CrashWatch } from './crash.ts'
import { followPlace, placeToOpen } from './window-place.ts'
import { followZoom } from './zoom.ts'

/** What is seen before the page is: `--ground` of the window's style in each theme. */
const ground = (): string => (nativeTheme.shouldUseDarkColors ? '#171614' : '#fbfaf8')

/** What the page of a window has besides itself. */
export interface PageParts {
  readonly session: Session
  readonly preload: string
  readonly devTools: boolean
}

/** The one place where windows are made, all of them locked down alike. Chromium slows hidden ones down by itself. */
export function makeWindow(
  look: Omit<BrowserWindowConstructorOptions, 'webPreferences'>,
  { session, preload, devTools }: PageParts,
): BrowserWindow {
  const window = new BrowserWindow({
    ...look,
    backgroundColor: ground(),
    webPreferences: {
      session,
      preload,
      devTools,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: true,
    },
  })
  const repaint = (): void => window.setBackgroundColor(ground())
  nativeTheme.on('updated', repaint)
  window.once('closed', () => nativeTheme.off('updated', repaint))
  return window
}

interface Deps {
  readonly title: string
  readonly icon: string
  readonly page: PageParts
  /** Where size and place are kept. */
  readonly placeFile: string
  readonly hosted: Pick<App, 'dispatch' | 'image' | 'settings' | 'subscribe'>
  readonly crashes: CrashWatch
  readonly log: Log
}

/** The main window: shows itself when its page is ready. */
export function openWindow({ title, icon, page, placeFile, hosted, crashes, log }: Deps): BrowserWindow {
  const { maximized, fullScreen, ...place } = placeToOpen(placeFile)
  const window = makeWindow(
    {
      title,
      icon,
      ...place,
      minWidth: minimumSize.width,
      minHeight: minimumSize.height,
      show: false,
      autoHideMenuBar: true,
    },
    page,
  )
  window.once('ready-to-show', () => {
    if (window.isMinimized()) return
    // Maximising shows the window too.
    if (maximized) window.maximize()
    window.show()
    if (fullScreen) window.setFullScreen(true)
  })
  window.webContents.on('context-menu', (_event, params) => openContextMenu(window, params, { hosted, log }))
  window.webContents.on('before-input-event', (_event, { type, key, alt, control, meta, shift }) => {
    // Electron shows the hidden menu bar for Alt alone; Windows and Linux have F10 for it too.
    if (type === 'keyDown' && key === 'F10' && !alt && !control && !meta && !shift)
      window.setMenuBarVisibility(!window.isMenuBarVisible())
  })
  followPlace(window, placeFile, log)
  followZoom(window, hosted)
  crashes.load(window)
  return window
}
