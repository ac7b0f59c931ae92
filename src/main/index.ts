import { join } from 'node:path'
import { app } from 'electron'
import type { WebContents } from 'electron'
import { createApp } from './app.ts'
import { buildInfo } from './build-info.ts'
import { readConfig, readDesktopPaths, readPolicyFolder } from './config.ts'
import { openBridge } from './electron/bridge.ts'
import { connectDesktop } from './electron/desktop.ts'
import { createElectronHost } from './electron/electron-host.ts'
import { enter } from './electron/enter.ts'
import type { Start } from './electron/enter.ts'
import { createFront } from './electron/front.ts'
import { guardContents } from './electron/guard.ts'
import { createQuickWindow } from './electron/quick-window.ts'
import { openReplay, replayStarter } from './electron/replay.ts'
import { closeOnQuit } from './electron/shutdown.ts'
import { openUpdater } from './electron/updater.ts'
import { openDesktopPolicy } from './policy/desktop-policy.ts'
import { createGraphics } from './system/window/graphics.ts'

const at = (path: string): string => join(import.meta.dirname, path)

async function run({ profile, instance, logFile }: Start): Promise<void> {
  const { log, close: closeLog } = logFile
  const { flavour, data, logs } = profile
  const graphics = createGraphics({ path: profile.graphicsFile, version: app.getVersion(), log })
  if (graphics.software) app.disableHardwareAcceleration()
  app.on('web-contents-created', (_event, contents) => guardContents(contents, { log }))
  app.on('child-process-gone', (_event, { type, reason, exitCode }) =>
    log({ level: 'error', event: 'app.child-gone', fields: { type, reason, exitCode } }),
  )
  const { env } = process
  const paths = readDesktopPaths(env, app.getPath('home'))
  const updates = await openUpdater({ flavour, data, paths, env, closing: () => desktop.closing, log })
  if (updates === null) return app.exit(0)
  await app.whenReady()
  const replay = await openReplay(profile, at('../replay/index.js'))

  const quick = createQuickWindow({
    title: app.getName(),
    make: (look) => front.make(look),
    hosted: () => hosted,
    command: process.platform === 'linux' ? `${paths.appImage ?? flavour.executableName} --quick` : null,
    log,
  })
  const host = createElectronHost({
    flavour,
    build: buildInfo(app.getAppPath()),
    paths: { data, logs },
    keychainWorker: at('keychain-worker.js'),
    keychain: replay?.keychain ?? null,
    window: {
      show: () => desktop.window.show(),
      painted: () => front.painted(),
      savePdf: async (title) => await front.savePdf(title),
    },
    quick,
    updates: replay === null ? updates : null,
    replay: replayStarter(profile, paths.appImage),
    log,
    logFile,
  })
  const policies = await openDesktopPolicy({
    flavour,
    env,
    folder: readPolicyFolder(env, { packaged: app.isPackaged }),
    log,
  })
  const hosted = createApp(host, replay?.config ?? readConfig(env, policies.policy))
  const stopPolicies = policies.follow(hosted.settings, host.power)
  const front = createFront({
    hosted,
    flavour,
    renderer: at('../renderer'),
    preload: at('../preload/index.cjs'),
    icon: at('../../resources/icon.png'),
    placeFile: profile.windowFile,
    graphics,
    appImage: paths.appImage,
    show: () => desktop.window.show(),
    log,
  })
  const desktop = connectDesktop({
    hosted,
    flavour,
    resources: at('../../resources'),
    paths,
    openWindow: () => front.open(),
    log,
  })
  const contents = (): WebContents[] =>
    [desktop.window.current(), quick.current()].flatMap((window) => window?.webContents ?? [])
  openBridge({ app: hosted, contents, log })
  const close = async (): Promise<void> => {
    stopPolicies()
    desktop.close()
    front.close()
    await hosted.close()
    replay?.close()
  }
  closeOnQuit({ close, bySystem: () => desktop.closing.leaving() === 'system', log, closeLog })

  desktop.start(instance.args)
  instance.begin(desktop.launcher)
  await hosted.start()
}

enter(run)
