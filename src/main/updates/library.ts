import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CancellationError } from 'builder-util-runtime'
import type { CustomPublishOptions, UpdateInfo } from 'builder-util-runtime'
import { AppImageUpdater, MacUpdater, NsisUpdater, Provider } from 'electron-updater'
import type { AppUpdater, ResolvedUpdateFileInfo } from 'electron-updater'
import type { UpdateChannel } from '../flavour.ts'
import type { AcceptedUpdate } from './accept.ts'
import { partPath, verifyFile } from './download.ts'
import { createExecutor } from './executor.ts'
import type { UpdateServer } from './server.ts'
import { UpdateFault } from './update-fault.ts'
import type { VerifyCodeSignature } from './update-host.ts'

export type UpdaterKind = 'appimage' | 'mac' | 'nsis'

interface Deps {
  readonly kind: UpdaterKind
  readonly update: AcceptedUpdate
  readonly server: UpdateServer
  readonly channel: UpdateChannel
  readonly version: string
  /** The app's folder for updates. */
  readonly folder: string
  readonly publishers: readonly string[]
  readonly verifyCodeSignature: VerifyCodeSignature
  readonly signal: AbortSignal
  readonly onProgress: (received: number, total: number) => void
  readonly timing?: { readonly stall?: number; readonly retries?: number; readonly pause?: number }
}

/** electron-updater for one update that was accepted already: it fetches (only what changed, where it can) and installs. */
export interface UpdateLibrary {
  /** Resolves to the path of the whole, verified file. Rejects with an UpdateFault. */
  download(): Promise<string>
  /** NSIS: starts the installer, which waits for the app to end. `run`: it starts the app again. False: it could not. */
  install(run: boolean): boolean
  /** macOS: hands the file to Squirrel, which ends the app and starts the new one. Failures come to `onError`. */
  handOver(onError: () => void): void
}

/** Below the updates folder. `cache/installer.exe` and `cache/update.zip` are what differences are taken from. */
export const cacheName = 'cache'
export const partsFolder = (folder: string): string => join(folder, 'parts')

/** Every switch that decides what is taken, said out loud. */
export function configure(updater: AppUpdater, channel: UpdateChannel): void {
  updater.autoDownload = false
  updater.autoInstallOnAppQuit = false
  updater.autoRunAppAfterInstall = true
  updater.fullChangelog = false
  updater.disableWebInstaller = true
  updater.forceDevUpdateConfig = false
  updater.allowPrerelease = channel !== 'stable'
  updater.channel = channel
  // The setter of `channel` allows downgrades.
  updater.allowDowngrade = false
}

/** Serves the library the one file that was accepted: it never reads a channel file by itself. */
function providerOf(
  { statement, entry }: AcceptedUpdate,
  server: UpdateServer,
): CustomPublishOptions['updateProvider'] {
  const info: UpdateInfo = {
    version: statement.version,
    files: [entry],
    path: statement.file,
    sha512: statement.sha512,
    releaseDate: '',
  }
  return class extends Provider<UpdateInfo> {
    override async getLatestVersion(): Promise<UpdateInfo> {
      return await Promise.resolve(info)
    }
    override resolveFiles(): ResolvedUpdateFileInfo[] {
      return [{ url: new URL(statement.file, server.url), info: entry }]
    }
  } as unknown as CustomPublishOptions['updateProvider']
}

function faultOf(thrown: unknown, signal: AbortSignal): UpdateFault {
  if (thrown instanceof UpdateFault) return thrown
  if (signal.aborted || thrown instanceof CancellationError) return new UpdateFault('cancelled', thrown)
  const code = (thrown as { code?: unknown } | null)?.code
  if (code === 'ERR_UPDATER_INVALID_SIGNATURE') return new UpdateFault('code-signature', thrown)
  if (code === 'ERR_CHECKSUM_MISMATCH') return new UpdateFault('wrong-hash', thrown)
  return new UpdateFault(code === 'ENOSPC' || code === 'EDQUOT' ? 'disk-full' : 'library', thrown)
}

const classes = { appimage: AppImageUpdater, nsis: NsisUpdater, mac: MacUpdater }

export function createLibrary(deps: Deps): UpdateLibrary {
  const { kind, update, server, channel, version, folder, publishers, verifyCodeSignature, signal, onProgress } = deps
  const { statement, entry } = update
  const nothing = (): void => undefined
  const updater = new classes[kind](undefined, {
    version,
    name: 'hestami-chat',
    isPackaged: true,
    // Not read: `configOnDisk` is given below.
    appUpdateConfigPath: '',
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: async () => await Promise.resolve(),
    relaunch: nothing,
    quit: nothing,
    onQuit: nothing,
  })
  updater.logger = null
  updater.on('error', nothing)
  updater.isUpdateSupported = () => true
  updater.isUserWithinRollout = () => true
  configure(updater, channel)
  const parts = partsFolder(folder)
  Object.assign(updater, {
    httpExecutor: createExecutor({
      server,
      update,
      parts,
      signal,
      onProgress,
      ...(deps.timing ? { timing: deps.timing } : {}),
    }),
    configOnDisk: {
      // Never empty: without a publisher the library would not look at the signature at all.
      value: Promise.resolve({ provider: 'custom', updaterCacheDirName: cacheName, publisherName: publishers }),
    },
  })
  updater.setFeedURL({ provider: 'custom', updateProvider: providerOf(update, server) })
  if (updater instanceof NsisUpdater)
    updater.verifyUpdateCodeSignature = async (names, path) => await verifyCodeSignature(names, path)

  return {
    async download() {
      updater.on('download-progress', ({ transferred, total }) => onProgress(transferred, total))
      const begun = partPath(parts, statement.sha512)
      // A download that began in full is finished in full; an AppImage without a block map has nothing to compare.
      const whole = (await exists(begun)) || (kind === 'appimage' && entry.blockMapSize === undefined)
      updater.disableDifferentialDownload = whole
      try {
        const found = await updater.checkForUpdates()
        if (found?.isUpdateAvailable !== true) throw new UpdateFault('library')
        const [path = ''] = await updater.downloadUpdate()
        if (!(await verifyFile(path, statement))) throw new UpdateFault('wrong-hash')
        await rm(parts, { recursive: true, force: true })
        return path
      } catch (thrown) {
        throw faultOf(thrown, signal)
      }
    },
    install: (run) => updater instanceof NsisUpdater && updater.install(true, run),
    handOver(onError) {
      updater.on('error', onError)
      updater.quitAndInstall()
    },
  }
}

const exists = async (path: string): Promise<boolean> =>
  await access(path).then(
    () => true,
    () => false,
  )
