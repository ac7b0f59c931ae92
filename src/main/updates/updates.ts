import type { Settings } from '../../contract/settings.ts'
import type { RestartAnswer, UpdateState, UpdateStatus } from '../../contract/updates.ts'
import type { Turns } from '../chat/turns.ts'
import type { Host } from '../host.ts'
import type { Timeline } from '../http/timeline.ts'
import type { Session } from '../session/session.ts'
import { createHealth } from './health.ts'
import { createInstaller } from './installer.ts'
import { openRecord, updatesFolder } from './record.ts'
import { createSchedule } from './schedule.ts'
import { createSearch } from './search.ts'
import { createUpdateServer } from './server.ts'
import type { UpdateServer } from './server.ts'
import { UpdateFault } from './update-fault.ts'

/** Updates of the app itself. */
export interface Updates {
  state(): UpdateState
  /** The app runs: from now on this version proves itself, and updates are looked for. */
  start(): void
  /** Asks the update server now, for the user. Never rejects: what went wrong is in the state. */
  check(): Promise<void>
  /** Begins the download, or goes on with it. */
  download(): void
  /** Stops the download; what has arrived is kept. */
  cancel(): void
  /** Installs what is ready and starts again. `busy`: answers are being written, and `force` was not given. */
  restart(force: boolean): Promise<RestartAnswer>
  dismissOutcome(): void
  /** The window is painted and usable: part of the proof that this version is healthy. */
  ready(): void
  /** Installs what is ready, if that is what the app ends for, or may be done on the way. */
  close(): Promise<void>
}

interface Deps {
  readonly host: Pick<Host, 'flavour' | 'log' | 'paths' | 'power' | 'updates' | 'version'>
  readonly settings: { get(): Pick<Settings, 'automaticUpdates' | 'updates' | 'updateMirror'> }
  readonly servers: {
    readonly proxies: { readonly network: Host['network'] }
    readonly userAgent: string
    readonly timeline?: Timeline
  }
  readonly turns: Pick<Turns, 'running'>
  readonly session: Pick<Session, 'state' | 'subscribe'>
  /** Whether what the account in use needs of the disk is there. */
  readonly storageOpen: () => boolean
  readonly emit: (state: UpdateState) => void
  /** Milliseconds, for tests. */
  readonly timing?: {
    readonly proof?: number
    readonly schedule?: { readonly first?: number; readonly every?: number; readonly afterFailure?: number }
    readonly download?: { readonly stall?: number; readonly retries?: number; readonly pause?: number }
  }
}

function withoutUpdates(reason: Extract<UpdateStatus, { phase: 'off' }>['reason']): Updates {
  return {
    state: () => ({ status: { phase: 'off', reason }, outcome: null }),
    start: () => undefined,
    check: async () => await Promise.resolve(),
    download: () => undefined,
    cancel: () => undefined,
    restart: async () => await Promise.resolve({ kind: 'not-ready' }),
    dismissOutcome: () => undefined,
    ready: () => undefined,
    close: async () => await Promise.resolve(),
  }
}

function openServer({ host, settings, servers }: Deps, url: string | null): UpdateServer | null {
  const base = settings.get().updateMirror ?? url
  if (base === null) return null
  const { flavour, log } = host
  const { userAgent, proxies, timeline } = servers
  const { updateChannel: channel, developer } = flavour
  try {
    return createUpdateServer({ base, channel, developer, userAgent, network: proxies.network, log, timeline })
  } catch {
    log({ level: 'error', event: 'updates.bad-address' })
    return null
  }
}

/** The updater of this installation. Nothing in it throws. */
export function createUpdates(deps: Deps): Updates {
  const { settings, turns, session, storageOpen, emit, timing = {} } = deps
  const { updates: host, version, flavour, paths, power, log } = deps.host
  if (host === null) return withoutUpdates('not-supported')
  const { support, build } = host
  if (support.kind === 'off') return withoutUpdates(support.reason)
  const server = openServer(deps, build.url)
  if (server === null) return withoutUpdates('not-supported')

  const { kind } = support
  const folder = updatesFolder(paths.data)
  const record = openRecord(folder, log)
  const installer = createInstaller({ host, version, folder, record })
  let { outcome } = record.get()
  let restarting = false

  const search = createSearch({
    host,
    kind,
    version,
    channel: flavour.updateChannel,
    folder,
    server,
    settings: settings.get,
    installer,
    record,
    onStatus: (status) => emit({ status, outcome }),
    log,
    ...(timing.download ? { timing: timing.download } : {}),
  })
  const schedule = createSchedule({
    check: async () => await search.look(false),
    onResume: (listener) => power.onResume(listener),
    ...(timing.schedule ? { times: timing.schedule } : {}),
  })
  const health = createHealth({
    host,
    installer,
    record,
    version,
    sessionKnown: () => session.state().phase !== 'starting',
    storageOpen,
    onSettled: () => schedule.begin(),
    log,
    ...(timing.proof === undefined ? {} : { patience: timing.proof }),
  })

  const unsubscribe = session.subscribe(() => health.look())
  const wanted = (): boolean => settings.get().updates && settings.get().automaticUpdates

  /**
   * On the way out without a wish for it: only when a person quits (a computer that shuts down stops an installer in the middle),
   * and only from a version that works. Squirrel (macOS) takes longer than a quit may.
   */
  const installsOnQuit = (): boolean => host.leaving() === 'person' && kind !== 'mac' && wanted() && health.proven()

  const notInstalled = (thrown: unknown): void => {
    record.set({ pending: null })
    search.failed(thrown)
  }

  return {
    state: () => ({ status: search.status(), outcome }),
    start: () => health.begin(),
    check: async () => void (await search.look(true)),
    download: () => void search.download(true),
    cancel: () => search.cancel(),
    async restart(force) {
      const ready = search.ready()
      if (ready === null) return { kind: 'not-ready' }
      const answers = turns.running().stoppedByQuit
      if (answers > 0 && !force) return { kind: 'busy', answers }
      try {
        // Once more before anything is closed: the file may have changed while nobody looked.
        await installer.prepare(ready)
        if (kind === 'mac') {
          await installer.apply(ready, true)
          ready.library.handOver(() => notInstalled(new UpdateFault('installer')))
        }
      } catch (thrown) {
        notInstalled(thrown)
        return { kind: 'not-ready' }
      }
      if (kind !== 'mac') {
        restarting = true
        host.quit()
      }
      return { kind: 'restarting' }
    },
    dismissOutcome() {
      outcome = null
      emit({ status: search.status(), outcome })
    },
    ready() {
      // Told now; a crash after this must not tell it again.
      if (record.get().outcome !== null) record.set({ outcome: null })
      health.painted()
    },
    async close() {
      unsubscribe()
      search.close()
      schedule.close()
      health.close()
      const ready = search.ready()
      if (ready !== null && (restarting || installsOnQuit()))
        try {
          await installer.apply(ready, restarting)
          const { version } = ready.update.info
          log({ level: 'info', event: 'updates.installing', fields: { version, restarting } })
        } catch (thrown) {
          notInstalled(thrown)
          if (restarting) host.relaunch(null)
        }
      server.close()
      await installer.settled()
    },
  }
}
