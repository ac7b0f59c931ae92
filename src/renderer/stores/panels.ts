import { createStore } from 'zustand/vanilla'

/** What lies over the chat, or over the sign-in: one at a time. */
export type PanelName =
  'settings' | 'about' | 'diagnostics' | 'support-bundle' | 'shortcuts' | 'whats-new' | 'timeline' | 'open-bundle'

export type PanelsStore = ReturnType<typeof createPanelsStore>

export function createPanelsStore() {
  const store = createStore<{ readonly open: PanelName | null }>(() => ({ open: null }))
  return {
    store,
    open: (name: PanelName) => store.setState({ open: name }),
    close: () => store.setState({ open: null }),
  }
}
