import { createStore } from 'zustand/vanilla'
import type { ModelOption, Target } from '../../contract/chat.ts'
import type { AppError } from '../../contract/errors.ts'
import type { Api } from '../lib/api.ts'

export interface ModelsView {
  readonly options: readonly ModelOption[]
  readonly preferred: Target | null
  readonly chosen: Target | null
  readonly error: AppError | null
  /** The server has answered; without it an empty list says nothing. */
  readonly loaded: boolean
}

const empty: ModelsView = { options: [], preferred: null, chosen: null, error: null, loaded: false }

/** Names a target in a form control. */
export const targetKey = (target: Target): string =>
  [target.spec ?? '', target.endpoint, target.agentId ?? '', target.model ?? ''].join('|')

export type ModelsStore = ReturnType<typeof createModelsStore>

export function createModelsStore(api: Api) {
  const store = createStore<ModelsView>(() => empty)
  const offered = (target: Target | null, options: readonly ModelOption[]): Target | null =>
    target === null ? null : (options.find((option) => targetKey(option.target) === targetKey(target))?.target ?? null)
  return {
    store,
    reset: () => store.setState(empty, true),
    async load() {
      const found = await api.models.list()
      if (found.ok) store.setState({ ...found.value, error: null, loaded: true })
      else store.setState({ error: found.error })
    },
    choose: (target: Target | null) => store.setState({ chosen: target }),
    /** What a message goes to: the choice here, else what was used last, else what the server suggests. */
    current(lastUsed: Target | null): Target | null {
      const { options, preferred, chosen } = store.getState()
      return offered(chosen, options) ?? offered(lastUsed, options) ?? preferred
    },
  }
}
