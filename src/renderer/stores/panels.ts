import { createStore } from 'zustand/vanilla'

/** What lies over the chat, or over the sign-in: one at a time. */
export type PanelName =
  'settings' | 'about' | 'diagnostics' | 'support-bundle' | 'shortcuts' | 'whats-new' | 'timeline' | 'open-bundle'

/** A part of a panel that it can be opened at. */
export type PanelSection = 'updates'

interface PanelsView {
  readonly open: PanelName | null
  readonly section: PanelSection | null
}

export type PanelsStore = ReturnType<typeof createPanelsStore>

export function createPanelsStore() {
  const store = createStore<PanelsView>(() => ({ open: null, section: null }))
  return {
    store,
    open: (name: PanelName, section: PanelSection | null = null) => store.setState({ open: name, section }),
    close: () => store.setState({ open: null, section: null }),
  }
}
