import type { Settings } from '../../contract/settings.ts'
import type { UpdateStatus } from '../../contract/updates.ts'
import type { UpdateChannel } from '../flavour.ts'
import type { Log } from '../host.ts'
import type { AcceptedUpdate, Installed } from './accept.ts'
import type { Installer, Ready } from './install-types.ts'
import { createLibrary } from './library.ts'
import type { UpdaterKind } from './library.ts'
import { extensionOf, fetchOffer } from './offer.ts'
import type { Offer } from './offer.ts'
import { createProgress } from './progress.ts'
import type { RecordStore } from './record.ts'
import type { UpdateServer } from './server.ts'
import { trustedKeysOf } from './trusted-keys.ts'
import { problemOf, reasonOf } from './update-fault.ts'
import type { UpdateHost } from './update-host.ts'

/** After so many times that the system did not install a version, only a person's wish brings it up again. */
const timesNotApplied = 2

interface Deps {
  readonly host: UpdateHost
  readonly kind: UpdaterKind
  readonly version: string
  readonly channel: UpdateChannel
  readonly folder: string
  readonly server: UpdateServer
  readonly settings: () => Pick<Settings, 'automaticUpdates' | 'updates'>
  readonly installer: Installer
  readonly record: RecordStore
  readonly onStatus: (status: UpdateStatus) => void
  readonly log: Log
  readonly timing?: { readonly stall?: number; readonly retries?: number; readonly pause?: number }
}

/** From asking the server to a file that is ready to be installed. What nobody asked for fails in silence, and in the log. */
export interface Search {
  status(): UpdateStatus
  /** Resolves to whether the server answered. Never rejects. */
  look(asked: boolean): Promise<boolean>
  download(asked: boolean): Promise<void>
  cancel(): void
  /** Downloaded, verified, prepared; null while there is no such thing. */
  ready(): Ready | null
  /** It could not be installed after all. */
  failed(thrown: unknown): void
  close(): void
}

export function createSearch(deps: Deps): Search {
  const { host, kind, version, channel, folder, server, settings, installer, record, onStatus, log } = deps
  const trusted = trustedKeysOf(host.build)
  let checkedAt: number | null = null
  let offered: AcceptedUpdate | null = null
  let ready: Ready | null = null
  let checking: Promise<Offer> | null = null
  let stopDownload: AbortController | null = null
  const closed = new AbortController()
  /** Files that turned out not to be what was signed: nobody fetches them again unasked. */
  const damaged = new Set<string>()

  const resting = (): UpdateStatus =>
    settings().updates ? { phase: 'idle', checkedAt } : { phase: 'off', reason: 'administrator' }
  let status = resting()
  const show = (next: UpdateStatus): void => {
    status = next
    if (!closed.signal.aborted) onStatus(next)
  }
  const withdraw = (): void => {
    offered = null
    ready = null
    show(resting())
  }
  const installed = (): Installed => {
    const { highest, installId } = record.get()
    const { platform, arch } = host
    return { version, channel, platform, arch, extension: extensionOf(kind), highest, installId }
  }

  const download = async (asked: boolean): Promise<void> => {
    const update = offered
    if (update === null || stopDownload !== null || ready !== null) return
    const { info, statement } = update
    const stop = new AbortController()
    stopDownload = stop
    const { onProgress } = createProgress((progress) => show({ phase: 'downloading', update: info, ...progress }))
    onProgress(0, info.size)
    try {
      const library = createLibrary({
        kind,
        update,
        server,
        channel,
        version,
        folder,
        publishers: host.build.publishers,
        verifyCodeSignature: host.verifyCodeSignature,
        signal: AbortSignal.any([stop.signal, closed.signal]),
        onProgress,
        ...(deps.timing ? { timing: deps.timing } : {}),
      })
      const next: Ready = { update, path: await library.download(), library }
      await installer.prepare(next)
      log({ level: 'info', event: 'updates.ready', fields: { version: info.version } })
      ready = next
      show({ phase: 'ready', update: info })
    } catch (thrown) {
      const reason = reasonOf(thrown)
      const problem = problemOf(reason)
      log({ level: 'warn', event: 'updates.not-downloaded', fields: { version: info.version, reason } })
      if (problem === 'damaged' || problem === 'refused') damaged.add(statement.sha512)
      if (reason === 'cancelled') show({ phase: 'available', update: info })
      else if (asked) show({ phase: 'failed', update: info, problem })
      else withdraw()
    } finally {
      stopDownload = null
    }
  }

  const offer = (update: AcceptedUpdate, asked: boolean): void => {
    if (stopDownload !== null) return
    const { info, statement } = update
    const same = offered?.statement.sha512 === statement.sha512 && offered.info.version === info.version
    if (same && (status.phase === 'ready' || status.phase === 'available')) return
    const { notApplied } = record.get()
    const tried = notApplied?.version === info.version ? notApplied.times : 0
    if (!asked && (tried >= timesNotApplied || damaged.has(statement.sha512))) return withdraw()
    offered = update
    ready = null
    show({ phase: 'available', update: info })
    if (settings().automaticUpdates) void download(asked)
  }

  return {
    status: () => status,
    async look(asked) {
      if (!settings().updates || stopDownload !== null) return true
      const before = status
      const nothingOffered = before.phase === 'idle' || before.phase === 'failed'
      if (asked && nothingOffered) show({ phase: 'checking' })
      checking ??= fetchOffer(server, installed(), trusted, log, closed.signal).finally(() => (checking = null))
      const found = await checking
      if (found.kind !== 'failed') checkedAt = Date.now()
      if (found.kind === 'update') offer(found.update, asked)
      else if (found.kind === 'none') {
        // Also what was offered, or downloaded, before.
        withdraw()
        if (asked && found.reason === 'halted') show({ phase: 'failed', update: null, problem: 'halted' })
      } else if (asked && nothingOffered) {
        const problem = found.kind === 'refused' ? 'refused' : problemOf(found.reason)
        show({ phase: 'failed', update: null, problem })
      } else if (before.phase === 'idle') show(resting())
      return found.kind !== 'failed'
    },
    download,
    cancel: () => stopDownload?.abort(),
    ready: () => ready,
    failed(thrown) {
      if (ready === null) return
      const { info } = ready.update
      const reason = reasonOf(thrown)
      log({ level: 'error', event: 'updates.not-installed', fields: { version: info.version, reason } })
      ready = null
      show({ phase: 'failed', update: info, problem: problemOf(reason) })
    },
    close: () => closed.abort(),
  }
}
