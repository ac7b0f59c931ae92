import type { BundleLineOf } from '../../contract/bundle-lines.ts'
import type { EventPayload } from '../../contract/ipc.ts'
import type { EventName } from '../../contract/routes.ts'
import type { SessionState } from '../../contract/session.ts'
import type { Settings } from '../../contract/settings.ts'
import type { Host } from '../host.ts'

/** Phases of the sign-in that are kept for the support bundle. */
const mostPhases = 200

/** What the app told its window, as the log and the support bundle may know it: codes and times. */
export interface Activity {
  /** The app starts. */
  begin(settings: Settings): void
  note<N extends EventName>(name: N, payload: EventPayload<N>): void
  /** Where the sign-in stood since the start, oldest first. */
  phases(): readonly BundleLineOf<'session'>[]
}

const phaseOf = (state: SessionState): BundleLineOf<'session'> => {
  const signedIn = state.phase === 'signed-in' ? state : null
  const out = state.phase === 'signed-out' ? state : null
  const error = signedIn?.offlineError ?? out?.error ?? (state.phase === 'two-factor' ? state.error : null)
  return {
    section: 'session',
    at: Date.now(),
    phase: state.phase,
    reason: out?.reason ?? null,
    error: error?.code ?? null,
    keychain: signedIn?.keychain ?? out?.keychain ?? (state.phase === 'locked' ? state.problem : null),
    online: signedIn?.online ?? null,
    remembered: signedIn?.remembered ?? null,
  }
}

export function createActivity(host: Pick<Host, 'log' | 'logFile' | 'version'>): Activity {
  const { log, logFile } = host
  let phases: readonly BundleLineOf<'session'>[] = []
  let update = ''
  const turns = new Map<string, string>()

  const session = (state: SessionState): void => {
    const next = phaseOf(state)
    const last = phases.at(-1)
    if (last !== undefined && JSON.stringify({ ...last, at: 0 }) === JSON.stringify({ ...next, at: 0 })) return
    phases = [...phases.slice(1 - mostPhases), next]
    const { phase, reason, error, keychain, online } = next
    log({
      level: 'info',
      event: 'session.phase',
      fields: { phase, reason, code: error, problem: keychain, online },
    })
  }

  return {
    begin(settings) {
      logFile.setDetailedUntil(settings.verboseLogUntil)
      const { version } = host
      log({ level: 'info', event: 'app.started', fields: { version, system: process.platform } })
    },
    note(name, payload) {
      if (name === 'session.changed') session(payload as EventPayload<'session.changed'>)
      else if (name === 'settings.changed')
        logFile.setDetailedUntil((payload as EventPayload<'settings.changed'>).verboseLogUntil)
      else if (name === 'updates.changed') {
        const { phase, ...more } = (payload as EventPayload<'updates.changed'>).status
        const problem = 'problem' in more ? more.problem : null
        if (`${phase} ${problem}` !== update) log({ level: 'info', event: 'updates.state', fields: { phase, problem } })
        update = `${phase} ${problem}`
      } else if (name === 'chat.turn') {
        const event = payload as EventPayload<'chat.turn'>
        if (event.kind !== 'turn') return
        const { id, status, error } = event.turn
        if (turns.get(id) === status) return
        const over = status === 'complete' || status === 'stopped' || status === 'failed'
        if (over) turns.delete(id)
        else turns.set(id, status)
        log({ level: 'debug', event: 'turn.state', fields: { state: status, code: error?.code ?? null } })
      }
    },
    phases: () => phases,
  }
}
