import { app, dialog } from 'electron'
import type { BrowserWindow } from 'electron'
import type { App } from '../app.ts'
import type { Log } from '../host.ts'
import { afterCrash } from '../system/window/crash-policy.ts'
import type { Crashes, Trouble } from '../system/window/crash-policy.ts'
import type { Graphics } from '../system/window/graphics.ts'
import { createHangWatch } from '../system/window/hang-watch.ts'
import { createTroubleTeller } from '../system/window/trouble.ts'
import { entryUrl, safeUrl } from './app-scheme.ts'
import { copyVersion } from './menu.ts'
import { saveBundle } from './print.ts'

/** Milliseconds until the first picture of the page: a virus scanner that reads everything for the first time takes its time. */
const paintLimit = 10_000

interface Deps {
  readonly hosted: Pick<App, 'dispatch'>
  readonly graphics: Graphics
  /** Brings the main window to the front, or makes it. */
  readonly show: () => void
  /** Ends the app and starts it again. */
  readonly relaunch: () => void
  readonly log: Log
}

export interface CrashWatch {
  /** Loads the app's page into the window, and looks after it from then on. */
  load(window: BrowserWindow): void
  /** The page is there to be seen. */
  painted(): void
}

export function createCrashWatch({ hosted, graphics, show, relaunch, log }: Deps): CrashWatch {
  let crashes: Crashes = []
  let current: BrowserWindow | null = null
  let paintTimer: NodeJS.Timeout | undefined
  let expected = false

  const alive = (): BrowserWindow | null => (current === null || current.isDestroyed() ? null : current)
  const open = (url: string): void => {
    void alive()
      ?.loadURL(url)
      .catch((thrown: unknown) => {
        const { code = '' } = thrown as NodeJS.ErrnoException
        log({ level: 'error', event: 'window.load-failed', fields: { code } })
      })
  }
  const teller = createTroubleTeller(app.getName(), {
    async choose({ message, detail, buttons, cancelId }) {
      const box = {
        type: 'error' as const,
        message,
        detail,
        buttons: [...buttons],
        defaultId: 0,
        cancelId,
        noLink: true,
      }
      const parent = alive()
      const { response } = await (parent?.isVisible() === true
        ? dialog.showMessageBox(parent, box)
        : dialog.showMessageBox(box))
      return response
    },
    again() {
      if (alive() === null) show()
      else open(entryUrl)
    },
    saveBundle: async () => await saveBundle(hosted),
    copyVersion: async () => await copyVersion(hosted),
    quit: () => app.quit(),
  })
  const tell = (trouble: Trouble): void => {
    log({ level: 'error', event: 'window.trouble', fields: { trouble } })
    void teller.tell(trouble)
  }

  app.on('child-process-gone', (_event, { type, reason }) => {
    if (type === 'GPU' && graphics.processGone(reason)) relaunch()
  })
  const late = (armedAt: number): void => {
    // The computer slept meanwhile, or had no time for anybody: the page gets its time again.
    if (performance.now() - armedAt > 2 * paintLimit) return waitForPaint()
    log({ level: 'error', event: 'window.not-painted', fields: { software: graphics.software } })
    if (graphics.nothingDrawn()) relaunch()
    else tell('nothing-drawn')
  }
  const stopWaiting = (): void => clearTimeout(paintTimer)
  const waitForPaint = (): void => {
    stopWaiting()
    paintTimer = setTimeout(late, paintLimit, performance.now())
  }

  return {
    load(window) {
      current = window
      const contents = window.webContents
      const hang = createHangWatch({
        async ask(signal) {
          const { response } = await dialog.showMessageBox(window, {
            type: 'warning',
            message: 'The window does not answer.',
            detail: 'You can wait for it, or load it again. Your conversations and what you have written are safe.',
            buttons: ['Wait', 'Reload'],
            defaultId: 0,
            cancelId: 0,
            noLink: true,
            signal,
          })
          return response === 1 ? 'reload' : 'wait'
        },
        reload() {
          if (contents.isDestroyed()) return
          // What hangs does not even load another page.
          expected = true
          contents.forcefullyCrashRenderer()
          open(entryUrl)
        },
      })
      window.on('unresponsive', () => {
        log({ level: 'warn', event: 'window.unresponsive' })
        hang.hangs()
      })
      window.on('responsive', () => hang.answers())

      contents.on('render-process-gone', (_event, { reason, exitCode }) => {
        hang.answers()
        stopWaiting()
        if (expected || window.isDestroyed()) return void (expected = false)
        if (reason !== 'clean-exit') log({ level: 'error', event: 'window.crashed', fields: { reason, exitCode } })
        const onSafeScreen = contents.getURL().startsWith(safeUrl)
        const after = afterCrash(crashes, { reason, now: performance.now(), onSafeScreen })
        crashes = after.crashes
        if (after.step.do === 'tell') tell(after.step.trouble)
        else if (after.step.do === 'safe-screen') open(after.step.memory ? `${safeUrl}#memory` : safeUrl)
        else if (after.step.do === 'reload')
          setTimeout(() => {
            // Whoever asked for the window meanwhile has got another one.
            if (current === window) open(entryUrl)
          }, after.step.after)
      })

      contents.on('did-start-navigation', ({ isMainFrame, isSameDocument, url }) => {
        if (!isMainFrame || isSameDocument) return
        if (url === entryUrl) waitForPaint()
        else stopWaiting()
      })
      // What cannot be seen paints nothing.
      window.on('hide', stopWaiting)
      window.on('minimize', stopWaiting)
      window.once('closed', () => {
        stopWaiting()
        hang.close()
      })
      open(entryUrl)
    },
    painted() {
      stopWaiting()
      graphics.painted()
    },
  }
}
