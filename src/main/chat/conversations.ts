import type { Conversation, ConversationPage, ConversationsChanged, Message } from '../../contract/chat.ts'
import type { Cache } from '../cache/cache.ts'
import { createEarly } from '../early.ts'
import type { LibreChat } from '../librechat/librechat.ts'

/** LibreChat's placeholder until a title is generated; never taken over a title that is known. */
const untitled = 'New Chat'

/** The conversation list and threads: the server is the truth, the cache what is shown before it answers. */
export interface Conversations {
  cached(): Conversation[]
  page(cursor: string | null): Promise<ConversationPage>
  /** Asks for the first page ahead of the window. */
  begin(): void
  rename(id: string, title: string): Promise<void>
  remove(id: string): Promise<void>
  cachedMessages(id: string): Message[]
  load(id: string): Promise<Message[]>
  /** A turn tells what it learnt of its conversation. */
  learned(conversation: Conversation): void
  titled(id: string, title: string): void
  /** Asks the server for the title of a conversation that has none yet; never throws. */
  fetchTitle(id: string, signal: AbortSignal): Promise<void>
}

interface Deps {
  readonly librechat: LibreChat
  readonly cache: () => Cache | null
  readonly emit: (change: ConversationsChanged) => void
  /** A turn is running in it: the server may not list it yet. */
  readonly isBusy: (id: string) => boolean
}

export function createConversationList({ librechat, cache, emit, isBusy }: Deps): Conversations {
  const first = createEarly(async () => await librechat.conversations.page(null))

  const known = (id: string): Conversation | null =>
    cache()
      ?.conversations()
      .find((row) => row.id === id) ?? null

  const withKnownTitle = (row: Conversation): Conversation =>
    row.title === untitled || row.title === '' ? { ...row, title: known(row.id)?.title ?? '' } : row

  const titled = (id: string, title: string): void => {
    const row = known(id)
    if (row === null || title === untitled || title === row.title) return
    cache()?.renameConversation(id, title)
    emit({ changed: [{ ...row, title }], removed: [] })
  }

  return {
    begin: first.begin,
    cached: () => cache()?.conversations() ?? [],
    async page(cursor) {
      const store = cache()
      const found = cursor === null ? await first.get() : await librechat.conversations.page(cursor)
      if (store !== cache()) return found
      const rows = found.conversations.map(withKnownTitle)
      const oldest = found.nextCursor === null ? 0 : Math.min(...rows.map((row) => row.updatedAt))
      if (cursor === null) {
        // The first page is complete down to its oldest row: what the cache holds beyond that was deleted elsewhere.
        const there = new Set(rows.map((row) => row.id))
        const gone = (row: Conversation): boolean => row.updatedAt > oldest && !there.has(row.id) && !isBusy(row.id)
        const removed = (store?.conversations() ?? []).filter(gone)
        for (const row of removed) store?.removeConversation(row.id)
        if (removed.length > 0) emit({ changed: [], removed: removed.map((row) => row.id) })
      }
      store?.saveConversations(rows)
      return { conversations: rows, nextCursor: found.nextCursor }
    },
    async rename(id, title) {
      await librechat.conversations.rename(id, title)
      titled(id, title)
    },
    async remove(id) {
      await librechat.conversations.remove(id)
      cache()?.removeConversation(id)
      emit({ changed: [], removed: [id] })
    },
    cachedMessages: (id) => cache()?.messages(id) ?? [],
    async load(id) {
      const store = cache()
      const { messages, files } = await librechat.messages.list(id)
      if (store === cache()) store?.replaceMessages(id, messages, files)
      return messages
    },
    learned(conversation) {
      const row = withKnownTitle(conversation)
      cache()?.saveConversations([row])
      emit({ changed: [row], removed: [] })
    },
    titled,
    async fetchTitle(id, signal) {
      if ((known(id)?.title ?? '') !== '') return
      const title = await librechat.conversations.generatedTitle(id, signal).catch(() => null)
      if (title !== null && !signal.aborted) titled(id, title)
    },
  }
}
