import { app, autoUpdater, dialog, powerMonitor } from 'electron'
import type { BrowserWindow, MessageBoxOptions } from 'electron'
import type { Closing } from '../system/closing/closing.ts'
import { isSeen } from './main-window.ts'

const ask = async (window: BrowserWindow | null, options: MessageBoxOptions): Promise<number> => {
  const { response } = await (window !== null && window.isVisible()
    ? dialog.showMessageBox(window, options)
    : dialog.showMessageBox(options))
  return response
}

/** What the ✕ is to do from now on. */
export async function askClose(window: BrowserWindow | null): Promise<'quit' | 'keep-running' | 'cancel'> {
  const name = app.getName()
  const response = await ask(window, {
    type: 'question',
    message: `Quit ${name} when you close its window?`,
    detail: `It can keep running in the notification area instead and tell you when an answer is ready. You can change this in the settings at any time.`,
    buttons: ['Quit', 'Keep running', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  })
  return (['quit', 'keep-running', 'cancel'] as const)[response] ?? 'cancel'
}

/** Whether to quit although the server ends answers with the connection. */
export async function askStop(window: BrowserWindow | null, answers: number): Promise<boolean> {
  const one = answers === 1
  const response = await ask(window, {
    type: 'warning',
    message: one ? 'Quitting stops the answer that is being written.' : `Quitting stops ${answers} answers.`,
    detail: 'What has arrived so far is kept.',
    buttons: [one ? 'Quit and stop the answer' : 'Quit and stop the answers', 'Go on'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  })
  return response === 0
}

export function followWindow(window: BrowserWindow, closing: Closing): void {
  window.on('close', (event) => {
    if (!closing.closing(isSeen(window))) event.preventDefault()
  })
  window.on('minimize', () => closing.minimized())
  window.on('show', () => closing.shown())
  window.on('restore', () => closing.shown())
  // Windows: the user logs off, or the computer shuts down.
  window.on('session-end', () => {
    closing.leave('system')
    app.quit()
  })
}

/** Everything that ends the app as a whole. */
export function followQuitting(closing: Closing): void {
  const endBySystem = (): void => {
    closing.leave('system')
    app.quit()
  }
  app.on('before-quit', (event) => {
    if (!closing.quitting()) event.preventDefault()
  })
  autoUpdater.on('before-quit-for-update', () => closing.leave('update'))
  // macOS and Linux wait for who prevents it until the process has ended; the types do not know the event.
  powerMonitor.on('shutdown', (event?: Electron.Event) => {
    event?.preventDefault()
    endBySystem()
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, endBySystem)
}
