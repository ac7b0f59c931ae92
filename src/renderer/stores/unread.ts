import { createStore } from 'zustand/vanilla'
import type { Turn } from '../../contract/chat.ts'
import type { ThreadStore } from './thread.ts'

export type UnreadStore = ReturnType<typeof createUnreadStore>

/** Conversations whose newest answer nobody has seen: it came while another one, or another program, was looked at. */
export function createUnreadStore(thread: ThreadStore) {
  const store = createStore<{ readonly ids: ReadonlySet<string> }>(() => ({ ids: new Set() }))

  /** The conversation that is looked at. */
  const seen = (): string | null => {
    const { shown } = thread.store.getState()
    return document.hasFocus() && shown.kind === 'stored' ? shown.id : null
  }
  const read = (): void => {
    const id = seen()
    const { ids } = store.getState()
    if (id === null || !ids.has(id)) return
    store.setState({ ids: new Set([...ids].filter((one) => one !== id)) })
  }
  const stop = thread.store.subscribe(read)
  window.addEventListener('focus', read)

  return {
    store,
    ended({ status, conversationId }: Turn) {
      if (status !== 'complete' || conversationId === null || conversationId === seen()) return
      store.setState(({ ids }) => ({ ids: new Set([...ids, conversationId]) }))
    },
    reset: () => store.setState({ ids: new Set() }),
    close() {
      stop()
      window.removeEventListener('focus', read)
    },
  }
}
