import { join } from 'node:path'
import { Menu, app, dialog, session } from 'electron'
import type { BrowserWindow } from 'electron'
import { createApp } from './app.ts'
import { readConfig } from './config.ts'
import { createAppProtocol, registerAppScheme } from './electron/app-scheme.ts'
import { openBridge } from './electron/bridge.ts'
import { createElectronHost } from './electron/electron-host.ts'
import { guardContents, guardSession } from './electron/guard.ts'
import { menuTemplate } from './electron/menu.ts'
import { openProfile } from './electron/profile.ts'
import type { Profile } from './electron/profile.ts'
import { closeOnQuit } from './electron/shutdown.ts'
import { refusedSwitch } from './electron/switches.ts'
import { followTheme } from './electron/theme.ts'
import { bringToFront, openWindow } from './electron/window.ts'
import type { Log } from './host.ts'
import { createLog } from './support/log.ts'

const at = (path: string): string => join(import.meta.dirname, path)
const mac = process.platform === 'darwin'
const devTools = !app.isPackaged

async function run({ flavour, data, logs, windowFile }: Profile, log: Log, closeLog: () => void): Promise<void> {
  app.on('web-contents-created', (_event, contents) => guardContents(contents, { log }))
  app.on('child-process-gone', (_event, { type, reason, exitCode }) =>
    log({ level: 'error', event: 'app.child-gone', fields: { type, reason, exitCode } }),
  )
  await app.whenReady()

  const host = createElectronHost({
    flavour,
    build: 'development',
    paths: { data, logs },
    keychainWorker: at('keychain-worker.js'),
    window: { show: () => show(), savePdf: async () => await Promise.resolve('unavailable') },
    quick: null,
    replay: null,
    log,
  })
  const hosted = createApp(host, readConfig(process.env))
  closeOnQuit({ close: async () => await hosted.close(), log, closeLog })

  // In memory: Chromium keeps nothing of the window on disk.
  const windowSession = session.fromPartition('window')
  for (const one of [session.defaultSession, windowSession]) guardSession(one, { log, devTools })
  session.defaultSession.setSpellCheckerEnabled(false)
  const image = async (fileId: string): ReturnType<typeof hosted.image> => await hosted.image(fileId)
  windowSession.protocol.handle('app', createAppProtocol({ root: at('../renderer'), image, log }))

  let window: BrowserWindow | null = null
  openBridge({ app: hosted, contents: () => (window === null ? [] : [window.webContents]), log })
  followTheme(hosted)
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ mac, devTools })))

  const show = (): void => {
    if (window !== null) return bringToFront(window)
    window = openWindow({
      title: app.getName(),
      session: windowSession,
      preload: at('../preload/index.cjs'),
      icon: at('../../resources/icon.png'),
      boundsFile: windowFile,
      devTools,
      log,
    })
    window.once('closed', () => {
      window = null
    })
  }
  app.on('second-instance', show)
  app.on('activate', () => {
    if (window === null) show()
  })
  app.on('window-all-closed', () => {
    if (!mac) app.quit()
  })
  show()
  await hosted.start()
}

/** Nothing of the app can be shown, so the only way to tell is a box of the system's. */
function giveUp(message: string): void {
  dialog.showErrorBox(app.getName(), message)
  app.exit(1)
}

function start(profile: Profile): void {
  const { log, close: closeLog } = createLog(profile.logs)
  process.on('uncaughtExceptionMonitor', ({ name }) => log({ level: 'error', event: 'app.uncaught', fields: { name } }))
  run(profile, log, closeLog).catch((thrown: unknown) => {
    const { name, message } = thrown instanceof Error ? thrown : new Error('It could not start.')
    log({ level: 'error', event: 'app.start-failed', fields: { name, message } })
    giveUp(message)
  })
}

registerAppScheme()
app.enableSandbox()
const profile = openProfile()
if (process.platform === 'win32') app.setAppUserModelId(profile.flavour.appId)
const unwanted = app.isPackaged ? refusedSwitch() : null
if (unwanted !== null) giveUp(`This app does not start with --${unwanted}.`)
else if (app.requestSingleInstanceLock()) start(profile)
else app.quit()
