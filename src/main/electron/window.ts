import { BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import type { Session } from 'electron'
import type { Log } from '../host.ts'
import { entryUrl } from './app-scheme.ts'
import { openContextMenu } from './context-menu.ts'
import { minimumSize, placeOn, readBounds, writeBounds } from './window-bounds.ts'

/** What is seen before the page is: `--ground` of the window's style in each theme. */
const ground = (): string => (nativeTheme.shouldUseDarkColors ? '#171614' : '#fbfaf8')

/** A second crash within this many milliseconds is not answered with another reload but with a question. */
const crashWindow = 60_000

interface Deps {
  readonly title: string
  readonly session: Session
  readonly preload: string
  readonly icon: string
  /** Where size and place are kept. */
  readonly boundsFile: string
  readonly devTools: boolean
  readonly log: Log
}

export function openWindow({ title, session, preload, icon, boundsFile, devTools, log }: Deps): BrowserWindow {
  const areas = screen.getAllDisplays().map((display) => display.workArea)
  const { maximized, ...place } = placeOn(areas, readBounds(boundsFile))
  const window = new BrowserWindow({
    title,
    icon,
    ...place,
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    show: false,
    autoHideMenuBar: true,
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
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.webContents.on('context-menu', (_event, params) => openContextMenu(window, params))

  window.on('close', () => {
    try {
      writeBounds(boundsFile, { ...window.getNormalBounds(), maximized: window.isMaximized() })
    } catch (thrown) {
      log({
        level: 'warn',
        event: 'window.bounds-not-kept',
        fields: { code: (thrown as NodeJS.ErrnoException).code ?? '' },
      })
    }
  })

  const repaint = (): void => window.setBackgroundColor(ground())
  nativeTheme.on('updated', repaint)
  window.once('closed', () => nativeTheme.off('updated', repaint))

  recoverFromCrashes(window, log)
  void window.loadURL(entryUrl).catch((thrown: unknown) => {
    log({ level: 'error', event: 'window.load-failed', fields: { code: (thrown as NodeJS.ErrnoException).code ?? '' } })
  })
  return window
}

function recoverFromCrashes(window: BrowserWindow, log: Log): void {
  let reloadedAt = Number.NEGATIVE_INFINITY
  const ask = async (): Promise<void> => {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: 'The window has stopped working.',
      detail: 'Your conversations and drafts are safe.',
      buttons: ['Reload', 'Close'],
    })
    if (window.isDestroyed()) return
    if (response === 0) window.webContents.reload()
    else window.close()
  }
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log({ level: 'error', event: 'window.crashed', fields: { reason, exitCode } })
    const again = performance.now() - reloadedAt < crashWindow
    reloadedAt = performance.now()
    if (again) void ask()
    else window.webContents.reload()
  })
  window.on('unresponsive', () => log({ level: 'warn', event: 'window.unresponsive' }))
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
