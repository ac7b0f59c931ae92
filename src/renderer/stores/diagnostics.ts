import { createStore } from 'zustand/vanilla'
import type { CheckName, CheckResult } from '../../contract/diagnostics.ts'
import type { AppError, ServerName } from '../../contract/errors.ts'
import type { Api } from '../lib/api.ts'

export interface DiagnosticsView {
  readonly runId: string | null
  readonly running: boolean
  /** How the last run ended. */
  readonly end: 'none' | 'done' | 'stopped'
  /** By `stepKey`; what is not there has not begun. */
  readonly results: Readonly<Record<string, CheckResult>>
  /** Whether the next run may ask the model something. */
  readonly askModel: boolean
  readonly error: AppError | null
}

export const stepKey = (check: CheckName, server: ServerName | null): string => `${server} ${check}`

export type DiagnosticsStore = ReturnType<typeof createDiagnosticsStore>

/** The last run of the connection check; it goes on while its panel is closed. */
export function createDiagnosticsStore(api: Api) {
  const store = createStore<DiagnosticsView>(() => ({
    runId: null,
    running: false,
    end: 'none',
    results: {},
    askModel: false,
    error: null,
  }))
  const close = api.on['diagnostics.step']((result) => {
    const { runId, results } = store.getState()
    if (result.runId !== runId) return
    store.setState({ results: { ...results, [stepKey(result.check, result.server)]: result } })
  })

  return {
    store,
    setAskModel: (askModel: boolean) => store.setState({ askModel }),
    /** `mayAsk` false leaves the model alone whatever was chosen. */
    async run({ mayAsk }: { mayAsk: boolean }): Promise<void> {
      const { running, askModel } = store.getState()
      if (running) return
      const runId = crypto.randomUUID()
      store.setState({ runId, running: true, end: 'none', results: {}, error: null })
      const result = await api.diagnostics.run({ runId, askModel: askModel && mayAsk })
      const { results } = store.getState()
      const stopped = Object.values(results).some(({ finding }) => finding === 'cancelled')
      store.setState({ running: false, end: stopped ? 'stopped' : 'done', error: result.ok ? null : result.error })
    },
    async stop(): Promise<void> {
      await api.diagnostics.cancel()
    },
    close,
  }
}
