import { rootCertificates } from 'node:tls'
import type { ModelList } from '../../contract/chat.ts'
import type { CheckResult, FactName } from '../../contract/diagnostics.ts'
import type { ServerName } from '../../contract/errors.ts'
import type { Turns } from '../chat/turns.ts'
import type { Early } from '../early.ts'
import type { Host } from '../host.ts'
import type { Servers } from '../http/servers.ts'
import type { LibreChat } from '../librechat/librechat.ts'
import type { Session } from '../session/session.ts'
import type { SettingsStore } from '../settings/settings.ts'
import { judgeClock } from './answer.ts'
import { checkKeychain } from './keychain.ts'
import { checkServer } from './server-path.ts'
import type { ServerPath } from './server-path.ts'
import { checkLibreChat, checkSignIn } from './session-steps.ts'
import { createSteps, skipped, warning } from './step.ts'
import type { Outcome, Steps } from './step.ts'
import { checkStorage } from './storage.ts'
import { askForStream, chooseTarget } from './stream.ts'
import { judgeArrivals, noteArrivals } from './stream-times.ts'
import type { StreamTimes } from './stream-times.ts'

/** Milliseconds: what one server may take in all, with its session; and each step that is about no server. */
const serverLimit = 14_500
const limits = { certificates: 2000, session: 5000, question: 20_000, keychain: 8000, storage: 5000 }

/** The step-by-step connection check. */
export interface Diagnostics {
  /** Resolves at the end of the run; a run that is under way is cancelled first. Never rejects. */
  run(options: { runId: string; askModel: boolean }): Promise<void>
  cancel(): void
  /** How each step of the last run ended, for the support bundle. */
  last(): readonly CheckResult[]
}

interface Deps {
  readonly host: Pick<Host, 'keychain' | 'paths' | 'flavour' | 'log'>
  readonly origins: Readonly<Record<ServerName, string>>
  readonly servers: Pick<Servers, 'librechat' | 'proxies' | 'userAgent'>
  readonly session: Pick<Session, 'state' | 'check' | 'account'>
  readonly librechat: Pick<LibreChat, 'turns' | 'conversations'>
  readonly streams: Pick<StreamTimes, 'last'>
  readonly models: Pick<Early<ModelList>, 'get'>
  readonly settings: Pick<SettingsStore, 'get'>
  readonly turns: Pick<Turns, 'running'>
  readonly emit: (result: CheckResult) => void
}

export function createDiagnostics(deps: Deps): Diagnostics {
  const { host, origins, servers, session, librechat, streams, models, settings, turns, emit } = deps
  const { network } = servers.proxies
  let results: readonly CheckResult[] = []
  let current: AbortController | null = null
  let running: Promise<void> = Promise.resolve()

  const certificates = async (): Promise<string[]> => {
    const late = new Promise<readonly string[]>((resolve) => setTimeout(resolve, limits.certificates, []).unref())
    const own = await Promise.race([network.certificates(), late]).catch(() => [])
    return [...rootCertificates, ...own]
  }

  /** Steps that need a session: skipped without one. */
  const signedOut = (): boolean => !['signed-in', 'expired'].includes(session.state().phase)

  const signIn = async (steps: Steps, path: ServerPath, limit: number): Promise<void> => {
    if (signedOut()) return void steps.skip('sign-in', 'platform', 'signed-out')
    const known = session.state().phase === 'expired'
    if (!path.answered && !known) return void steps.skip('sign-in', 'platform', 'earlier-failed')
    const work = async (signal: AbortSignal): Promise<Outcome> => await checkSignIn(session, signal)
    await steps.run({ check: 'sign-in', server: 'platform', limit, late: 'answer-timeout', work })
  }

  const chat = async (steps: Steps, path: ServerPath, limit: number, askModel: boolean): Promise<void> => {
    const reason = session.state().phase !== 'signed-in' ? 'signed-out' : path.answered ? null : 'earlier-failed'
    if (reason !== null) steps.skip('librechat', 'librechat', reason)
    const accepted =
      reason === null
        ? await steps.run({
            check: 'librechat',
            server: 'librechat',
            limit,
            late: 'answer-timeout',
            work: async (signal, note) => await checkLibreChat({ session, http: servers.librechat }, signal, note),
          })
        : skipped(reason)
    if (askModel && accepted.state !== 'ok')
      return void steps.skip('stream', 'librechat', reason === 'signed-out' ? reason : 'earlier-failed')
    await stream(steps, askModel)
  }

  const stream = async (steps: Steps, askModel: boolean): Promise<void> => {
    const seen = streams.last()
    if (!askModel && seen === null) return void steps.skip('stream', 'librechat', 'stream-not-tried')
    if (askModel && turns.running().count > 0) return void steps.skip('stream', 'librechat', 'stream-busy')
    await steps.run({
      check: 'stream',
      server: 'librechat',
      limit: limits.question,
      late: 'answer-timeout',
      async work(signal, note) {
        if (!askModel && seen !== null) {
          note('judged-by', 'last-answer')
          noteArrivals(seen, note)
          return judgeArrivals(seen)
        }
        const target = chooseTarget(await models.get(), settings.get().lastTarget)
        return target === null ? warning('no-models') : await askForStream({ librechat, target }, signal, note)
      },
    })
  }

  const clock = async (steps: Steps, offsets: Readonly<Record<ServerName, number | null>>): Promise<void> => {
    const { platform, librechat: chatServer } = offsets
    if (platform === null && chatServer === null) return void steps.skip('clock', null, 'earlier-failed')
    await steps.run({
      check: 'clock',
      server: null,
      limit: 1000,
      late: 'not-checked',
      async work(_signal, note) {
        const now = Date.now()
        const told = (name: FactName, offset: number | null): void => {
          if (offset !== null) note(name, new Date(now - offset).toISOString())
        }
        note('this-computer', new Date(now).toISOString())
        told('platform-clock', platform)
        told('librechat-clock', chatServer)
        return await Promise.resolve(judgeClock(offsets))
      },
    })
  }

  const check = async (steps: Steps, askModel: boolean): Promise<void> => {
    const ca = await certificates()
    const deadline = performance.now() + serverLimit
    const left = (): number => Math.max(250, Math.min(limits.session, deadline - performance.now()))
    const path = async (server: ServerName): Promise<ServerPath> =>
      await checkServer({
        server,
        origin: origins[server],
        userAgent: servers.userAgent,
        resolveProxy: network.resolveProxy,
        ca,
        unconfigured: !host.flavour.developer,
        steps,
        deadline,
      })
    const platform = path('platform')
    const chatServer = path('librechat')
    await Promise.all([
      platform.then(async (found) => await signIn(steps, found, left())),
      chatServer.then(async (found) => await chat(steps, found, left(), askModel)),
      Promise.all([platform, chatServer]).then(
        async ([one, other]) => await clock(steps, { platform: one.clockOffset, librechat: other.clockOffset }),
      ),
      steps.run({
        check: 'keychain',
        server: null,
        limit: limits.keychain,
        late: 'keychain-hanging',
        work: async (_signal, note) => await checkKeychain(host, note),
      }),
      steps.run({
        check: 'storage',
        server: null,
        limit: limits.storage,
        late: 'storage-failed',
        work: async (_signal, note) =>
          await checkStorage({ folder: host.paths.data, account: session.account() }, note),
      }),
    ])
  }

  return {
    async run({ runId, askModel }) {
      const mine = new AbortController()
      current?.abort()
      current = mine
      await running
      // A later run came while this one waited for the one before.
      if (mine.signal.aborted) return
      results = []
      const steps = createSteps({
        runId,
        signal: mine.signal,
        log: host.log,
        emit(result) {
          if (result.state !== 'running') results = [...results, result]
          emit(result)
        },
      })
      running = check(steps, askModel).catch((thrown: unknown) => {
        const name = thrown instanceof Error ? thrown.name : 'unknown'
        host.log({ level: 'error', event: 'diagnostics.defect', fields: { name } })
      })
      await running
    },
    cancel: () => current?.abort(),
    last: () => results,
  }
}
