import { join } from 'node:path'
import type { SessionState } from '../../../src/contract/session.ts'
import { updateState } from '../../../src/contract/updates.ts'
import type { UpdateState } from '../../../src/contract/updates.ts'
import { defaultSettings } from '../../../src/contract/setting-defaults.ts'
import type { Settings } from '../../../src/contract/settings.ts'
import { flavours } from '../../../src/main/flavour.ts'
import type { Flavour } from '../../../src/main/flavour.ts'
import type { Host, LogEvent } from '../../../src/main/host.ts'
import { beginTrial } from '../../../src/main/updates/begin-trial.ts'
import { createUpdates } from '../../../src/main/updates/updates.ts'
import type { Updates } from '../../../src/main/updates/updates.ts'
import type { UpdateHost } from '../../../src/main/updates/update-host.ts'

/** An installed app and its data. */
export interface Installation {
  readonly folder: string
  readonly data: string
  /** The installed AppImage. */
  readonly image: string
}

export interface Client {
  readonly updates: Updates
  readonly states: readonly UpdateState[]
  readonly log: readonly LogEvent[]
  /** The reasons in the log, of events of this name. */
  reasons(event: string): unknown[]
  phase(): string
  readonly quits: number
  readonly relaunched: readonly (string | null)[]
  setLeaving(why: ReturnType<UpdateHost['leaving']>): void
  setSession(phase: SessionState['phase']): void
  wake(): void
}

export interface ClientOptions {
  readonly kind?: 'appimage' | 'nsis'
  readonly version?: string
  readonly flavour?: Flavour
  readonly settings?: Partial<Settings>
  readonly keys: readonly string[]
  readonly url: string | null
  readonly stoppedByQuit?: () => number
  readonly storageOpen?: () => boolean
  readonly hasWindow?: () => boolean
  readonly verifyCodeSignature?: UpdateHost['verifyCodeSignature']
  readonly timing?: Parameters<typeof createUpdates>[0]['timing']
  readonly network?: Host['network']
  readonly host?: Partial<UpdateHost>
  /** Whether the start is counted, as Electron's does. */
  readonly trial?: boolean
}

/** A flavour of the stable channel that may ask a server of this computer without TLS. */
export const localFlavour: Flavour = { ...flavours.production, developer: true }

/** Starts the app's updater. Null: it went back to the version before. */
export async function startUpdater(computer: Installation, options: ClientOptions): Promise<Client | null> {
  const { kind = 'appimage', version = '1.0.0', flavour = localFlavour, keys, url } = options
  process.env['APPIMAGE'] = computer.image
  const log: LogEvent[] = []
  const states: UpdateState[] = []
  const relaunched: (string | null)[] = []
  let quits = 0
  let leaving: ReturnType<UpdateHost['leaving']> = 'no'
  let phase: SessionState['phase'] = 'starting'
  const listeners = new Set<() => void>()
  const sleepers = new Set<() => void>()
  const host: UpdateHost = {
    support: kind === 'nsis' ? { kind } : { kind, image: computer.image },
    build: { url, keys, publishers: ['CN=Hestami'], downloadPage: 'https://updates.example/' },
    platform: kind === 'nsis' ? 'win32' : 'linux',
    arch: 'x64',
    resources: join(computer.folder, 'resources'),
    verifyCodeSignature: options.verifyCodeSignature ?? (async () => await Promise.resolve(null)),
    hasWindow: options.hasWindow ?? (() => true),
    quit() {
      quits++
      leaving = 'update'
    },
    leaving: () => leaving,
    relaunch: (file) => void relaunched.push(file),
    ...options.host,
  }
  const write = (event: LogEvent): void => void log.push(event)
  if (options.trial === true) {
    const begun = await beginTrial({ host, version, data: computer.data, log: write })
    if (begun === 'returning') return null
  }
  const updates = createUpdates({
    host: {
      flavour,
      log: write,
      paths: { data: computer.data, logs: join(computer.folder, 'logs') },
      power: {
        onResume(listener) {
          sleepers.add(listener)
          return () => void sleepers.delete(listener)
        },
        keepAwake: () => undefined,
      },
      updates: host,
      version,
    },
    settings: { get: () => ({ ...defaultSettings, ...options.settings }) },
    servers: {
      proxies: {
        network: options.network ?? {
          resolveProxy: async () => await Promise.resolve(null),
          certificates: async () => await Promise.resolve([]),
        },
      },
      userAgent: 'test',
    },
    turns: { running: () => ({ count: 1, stoppedByQuit: options.stoppedByQuit?.() ?? 0 }) },
    session: {
      state: () => ({ phase }) as SessionState,
      subscribe(listener) {
        const told = (): void => listener({ phase } as SessionState)
        listeners.add(told)
        return () => void listeners.delete(told)
      },
    },
    storageOpen: options.storageOpen ?? (() => true),
    emit: (state) => void states.push(updateState.parse(state)),
    timing: { download: { pause: 5, stall: 1000 }, ...options.timing },
  })
  return {
    updates,
    states,
    log,
    reasons: (event) => log.filter((one) => one.event === event).map(({ fields }) => fields?.['reason']),
    phase: () => updates.state().status.phase,
    get quits() {
      return quits
    },
    relaunched,
    setLeaving: (why) => void (leaving = why),
    setSession(next) {
      phase = next
      for (const listener of listeners) listener()
    },
    wake: () => sleepers.forEach((listener) => listener()),
  }
}
