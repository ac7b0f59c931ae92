import { createStore } from 'zustand/vanilla'
import type { AppError } from '../../contract/errors.ts'
import type { Exchange, FaultRule } from '../../contract/support.ts'
import type { Api } from '../lib/api.ts'

export interface DebugView {
  /** Oldest first. */
  readonly exchanges: readonly Exchange[]
  /** What comes meanwhile is shown when it goes on. */
  readonly paused: boolean
  readonly rules: readonly FaultRule[]
  readonly error: AppError | null
}

/** Exchanges that are shown at most; main keeps no more either. */
const most = 600

export type DebugStore = ReturnType<typeof createDebugStore>

/** The network timeline and the fault injector of developer builds, while somebody looks at them. */
export function createDebugStore(api: Api) {
  const store = createStore<DebugView>(() => ({ exchanges: [], paused: false, rules: [], error: null }))
  /** The last one that was cleared away. */
  let cleared = 0

  const tell = (error: AppError): void => store.setState({ error })
  const loadRules = async (): Promise<void> => {
    const rules = await api.debug.faults()
    if (rules.ok) store.setState({ rules: rules.value })
    else tell(rules.error)
  }
  const load = async (): Promise<void> => {
    const list = await api.debug.timeline()
    if (list.ok) store.setState({ exchanges: list.value.filter(({ id }) => id > cleared) })
    else tell(list.error)
  }
  const put = (exchange: Exchange): void => {
    const { exchanges } = store.getState()
    const at = exchanges.findLastIndex(({ id }) => id === exchange.id)
    const next = at === -1 ? [...exchanges, exchange].slice(-most) : exchanges.with(at, exchange)
    store.setState({ exchanges: next })
  }

  const follow = (exchange: Exchange): void => {
    if (!store.getState().paused && exchange.id > cleared) put(exchange)
    // A rule that applied may have been used up.
    if (exchange.injected && exchange.endMs !== null) void loadRules()
  }

  const setRules = async (rules: readonly FaultRule[]): Promise<void> => {
    const done = await api.debug.setFaults({ rules: [...rules] })
    if (done.ok) store.setState({ error: null })
    else tell(done.error)
    await loadRules()
  }

  return {
    store,
    /** Reads what there is, and follows what comes; returns its end. */
    follow(): () => void {
      const stop = api.on['debug.exchange'](follow)
      void load()
      void loadRules()
      return stop
    },
    async pause(paused: boolean): Promise<void> {
      store.setState({ paused })
      if (!paused) await load()
    },
    clear(): void {
      const { exchanges } = store.getState()
      cleared = Math.max(cleared, exchanges.at(-1)?.id ?? 0)
      store.setState({ exchanges: [] })
    },
    /** Adds rules at the end, or puts one in the place of the one with its id. */
    async put(rules: readonly FaultRule[]): Promise<void> {
      const { rules: before } = store.getState()
      const replaced = before.map((rule) => rules.find(({ id }) => id === rule.id) ?? rule)
      const added = rules.filter(({ id }) => !before.some((rule) => rule.id === id))
      await setRules([...replaced, ...added])
    },
    async remove(id: string): Promise<void> {
      await setRules(store.getState().rules.filter((rule) => rule.id !== id))
    },
    removeAll: async () => await setRules([]),
  }
}
