import { createStore } from 'zustand/vanilla'
import type { AppError, Result } from '../../contract/errors.ts'

export interface ProblemView {
  /** Why the last thing that was asked for did not happen. */
  readonly error: AppError | null
}

export type ProblemStore = ReturnType<typeof createProblemStore>

/** The fault of a small request that has no place of its own to show it: stopping, retrying, opening a link. */
export function createProblemStore() {
  const store = createStore<ProblemView>(() => ({ error: null }))
  return {
    store,
    /** Tells when `call` fails; what was told before goes. */
    async watch(call: Promise<Result<unknown>>): Promise<void> {
      const result = await call
      store.setState({ error: result.ok || result.error.code === 'cancelled' ? null : result.error })
    },
    tell: (error: AppError) => store.setState({ error }),
    dismiss: () => store.setState({ error: null }),
    reset: () => store.setState({ error: null }),
  }
}
