import { createStore } from 'zustand/vanilla'
import type { AppError } from '../../contract/errors.ts'
import type { UpdateProblem, UpdateState } from '../../contract/updates.ts'
import type { Api } from '../lib/api.ts'

/** Release notes of a version: of the one that is offered, or of the one that was just installed. */
export interface News {
  readonly version: string
  readonly installed: boolean
  /** Epoch milliseconds; null when it is not known. */
  readonly releasedAt: number | null
  /** Markdown; empty when there are none. */
  readonly notes: string
}

export interface UpdatesView {
  /** Null until main has told it. */
  readonly state: UpdateState | null
  /** Answers that a restart would stop, while the user is asked; null: nobody is asked. */
  readonly stops: number | null
  /** The app is about to end. */
  readonly restarting: boolean
  /** The version whose restart was put off. */
  readonly later: string | null
  /** What this version brought, when this is its first run. */
  readonly installed: News | null
  /** Why the restart that the user wanted did not come about. */
  readonly notRestarted: UpdateProblem | null
  /** The last request that main did not take. */
  readonly error: AppError | null
}

/** What there is to read, newest first; nothing when no update is known and none was just installed. */
export function newsOf({ state, installed }: Pick<UpdatesView, 'state' | 'installed'>): readonly News[] {
  const status = state?.status
  const update = status !== undefined && 'update' in status ? status.update : null
  const { version = '', notes = '', releasedAt = null } = update ?? {}
  return [
    ...(update === null ? [] : [{ version, notes, releasedAt, installed: false }]),
    ...(installed ? [installed] : []),
  ]
}

export type UpdatesStore = ReturnType<typeof createUpdatesStore>

/** Main's view of updates, and what the user wants of them. `saveDraft` is called before a restart. */
export function createUpdatesStore(api: Api, saveDraft: () => void) {
  const store = createStore<UpdatesView>(() => ({
    state: null,
    stops: null,
    restarting: false,
    later: null,
    installed: null,
    notRestarted: null,
    error: null,
  }))

  const take = (state: UpdateState): void => {
    const { outcome, status } = state
    const ready = status.phase === 'ready'
    store.setState((view) => ({
      state,
      // Kept when the notice is dismissed: it can still be read.
      installed:
        outcome?.kind === 'updated'
          ? { version: outcome.to, installed: true, releasedAt: null, notes: outcome.notes }
          : view.installed,
      notRestarted: view.restarting && status.phase === 'failed' ? status.problem : view.notRestarted,
      stops: ready ? view.stops : null,
      restarting: ready && view.restarting,
    }))
  }
  const close = api.on['updates.changed'](take)

  const ask = async (request: () => ReturnType<Api['updates']['check']>): Promise<void> => {
    store.setState({ error: null, notRestarted: null })
    const result = await request()
    if (!result.ok) store.setState({ error: result.error })
  }

  return {
    store,
    close,
    async load(): Promise<void> {
      const result = await api.updates.get()
      // What main told meanwhile is newer.
      if (store.getState().state !== null) return
      if (result.ok) take(result.value)
      else store.setState({ error: result.error })
    },
    check: async () => await ask(async () => await api.updates.check()),
    download: async () => await ask(async () => await api.updates.download()),
    cancel: async () => await ask(async () => await api.updates.cancel()),
    dismissOutcome: async () => await ask(async () => await api.updates.dismissOutcome()),
    /** `force`: the user was asked about the answers that this stops, and wants it. */
    async restart(force: boolean): Promise<void> {
      if (store.getState().restarting) return
      store.setState({ restarting: true, stops: null, notRestarted: null, error: null })
      saveDraft()
      const result = await api.updates.restart({ force })
      if (!result.ok) return store.setState({ restarting: false, error: result.error })
      if (result.value.kind === 'busy') store.setState({ restarting: false, stops: result.value.answers })
      else if (result.value.kind === 'not-ready') store.setState({ restarting: false })
    },
    /** Not now: what was asked about a restart is answered. */
    stay: () => store.setState({ stops: null }),
    forgetProblem: () => store.setState({ notRestarted: null, error: null }),
    putOff: () => {
      const status = store.getState().state?.status
      if (status?.phase === 'ready') store.setState({ later: status.update.version })
    },
  }
}
