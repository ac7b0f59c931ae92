import { createStore } from 'zustand/vanilla'
import type { QuickState } from '../../contract/app.ts'
import type { Api } from '../lib/api.ts'

export interface QuickShortcutView {
  /** Null until main has told it. */
  readonly state: QuickState | null
}

/** What became of the shortcut of the quick window: a desktop may refuse it, or take it and never deliver it. */
export function createQuickShortcutStore(api: Api) {
  const store = createStore<QuickShortcutView>(() => ({ state: null }))
  let told = 0
  const close = api.on['quick.changed']((state) => {
    told++
    store.setState({ state })
  })
  return {
    store,
    close,
    async load(): Promise<void> {
      const before = told
      const found = await api.quick.get()
      // What was told meanwhile is newer.
      if (found.ok && told === before) store.setState({ state: found.value })
    },
  }
}
