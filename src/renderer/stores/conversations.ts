import { createStore } from 'zustand/vanilla'
import type { Conversation } from '../../contract/chat.ts'
import type { AppError } from '../../contract/errors.ts'
import { errorOf, unwrap } from '../lib/api.ts'
import type { Api } from '../lib/api.ts'

export interface ConversationsView {
  readonly rows: readonly Conversation[]
  /** Of the next page; null: all are here; undefined: none was loaded yet. */
  readonly cursor: string | null | undefined
  readonly loading: boolean
  readonly error: AppError | null
}

const empty: ConversationsView = { rows: [], cursor: undefined, loading: false, error: null }

const merged = (rows: readonly Conversation[], changed: readonly Conversation[]): Conversation[] => {
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const row of changed) byId.set(row.id, row)
  return [...byId.values()].sort((a, b) => b.updatedAt - a.updatedAt)
}

export type ConversationsStore = ReturnType<typeof createConversationsStore>

export function createConversationsStore(api: Api) {
  const store = createStore<ConversationsView>(() => empty)

  const stop = api.on['conversations.changed'](({ changed, removed }) =>
    store.setState(({ rows }) => ({
      rows: merged(
        rows.filter((row) => !removed.includes(row.id)),
        changed,
      ),
    })),
  )

  const page = async (cursor: string | null): Promise<void> => {
    if (store.getState().loading) return
    store.setState({ loading: true, error: null })
    try {
      const found = await unwrap(api.conversations.page({ cursor }))
      store.setState(({ rows }) => ({ rows: merged(rows, found.conversations), cursor: found.nextCursor }))
    } catch (thrown) {
      store.setState({ error: errorOf(thrown) })
    } finally {
      store.setState({ loading: false })
    }
  }

  return {
    store,
    close: stop,
    reset: () => store.setState(empty, true),
    /** What is on disk, at once; then the newest page of the server. */
    async load() {
      const cached = await api.conversations.cached()
      if (cached.ok) store.setState(({ rows }) => ({ rows: merged(cached.value, rows) }))
      await page(null)
    },
    refresh: async () => await page(null),
    async more() {
      const { cursor } = store.getState()
      if (typeof cursor === 'string') await page(cursor)
    },
    /** Both resolve to the fault that kept it from happening, or null. */
    async rename(conversationId: string, title: string): Promise<AppError | null> {
      const result = await api.conversations.rename({ conversationId, title })
      return result.ok ? null : result.error
    },
    async remove(conversationId: string): Promise<AppError | null> {
      const result = await api.conversations.remove({ conversationId })
      return result.ok ? null : result.error
    },
  }
}
