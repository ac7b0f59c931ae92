import { createStore } from 'zustand/vanilla'
import type { Message } from '../../contract/chat.ts'
import type { AppError } from '../../contract/errors.ts'
import type { Api } from '../lib/api.ts'

/** The conversation on screen. `new`: not named by the server yet; `turnId` is then the turn that will name it. */
export type Shown =
  { readonly kind: 'new'; readonly turnId: string | null } | { readonly kind: 'stored'; readonly id: string }

export interface ThreadView {
  readonly shown: Shown
  readonly messages: readonly Message[]
  readonly status: 'ready' | 'loading'
  /** The conversation that was asked for is not there: deleted, or another account's. A new one is shown instead. */
  readonly missing: boolean
  /** Why the newest state could not be read; what is shown is from the cache then. */
  readonly error: AppError | null
  /** Chosen children by parent id, where there are several. */
  readonly choice: Readonly<Record<string, string>>
}

const fresh: ThreadView = {
  shown: { kind: 'new', turnId: null },
  messages: [],
  status: 'ready',
  missing: false,
  error: null,
  choice: {},
}

export type ThreadStore = ReturnType<typeof createThreadStore>

/** `onMissing`: that conversation is not there, and is not shown any more. */
export function createThreadStore(api: Api, onMissing: (id: string) => void = () => undefined) {
  const store = createStore<ThreadView>(() => fresh)
  const isShown = (id: string): boolean => {
    const { shown } = store.getState()
    return shown.kind === 'stored' && shown.id === id
  }

  /** A turn is in it: the server may not have stored it yet. */
  const isYoung = async (id: string): Promise<boolean> => {
    const found = await api.chat.turns()
    return found.ok && found.value.some(({ turn }) => turn.conversationId === id)
  }

  const load = async (conversationId: string): Promise<void> => {
    store.setState({ status: 'loading', error: null })
    const cached = await api.messages.cached({ conversationId })
    if (!isShown(conversationId)) return
    if (cached.ok && cached.value.length > 0 && store.getState().messages.length === 0)
      store.setState({ messages: cached.value })
    const found = await api.messages.load({ conversationId })
    if (!isShown(conversationId)) return
    if (found.ok) return store.setState({ messages: found.value, status: 'ready' })
    const { code } = found.error
    const empty = store.getState().messages.length === 0
    if (!empty || (code !== 'not-found' && code !== 'forbidden'))
      return store.setState({ status: 'ready', error: found.error })
    const young = await isYoung(conversationId)
    if (!isShown(conversationId)) return
    if (young) return store.setState({ status: 'ready' })
    store.setState({ ...fresh, missing: true }, true)
    onMissing(conversationId)
  }

  return {
    store,
    async open(conversationId: string) {
      if (isShown(conversationId)) return
      store.setState({ ...fresh, shown: { kind: 'stored', id: conversationId } }, true)
      await load(conversationId)
    },
    async reload() {
      const { shown } = store.getState()
      if (shown.kind === 'stored') await load(shown.id)
    },
    startNew: () => store.setState(fresh, true),
    /** A question was sent from here: in a new conversation this turn is the one to follow. */
    follow: (turnId: string) =>
      store.setState(({ shown }) => (shown.kind === 'new' ? { shown: { kind: 'new', turnId }, missing: false } : {})),
    /** The server named the conversation that `turnId` began. */
    named(turnId: string, id: string) {
      const { shown } = store.getState()
      if (shown.kind === 'new' && shown.turnId === turnId) store.setState({ shown: { kind: 'stored', id } })
    },
    /** What a turn ended with becomes part of the thread. */
    add(conversationId: string, messages: readonly Message[]) {
      if (!isShown(conversationId)) return
      store.setState(({ messages: before }) => {
        const byId = new Map(before.map((message) => [message.id, message]))
        for (const message of messages) byId.set(message.id, message)
        return { messages: [...byId.values()] }
      })
    },
    choose: (parent: string, id: string) => store.setState(({ choice }) => ({ choice: { ...choice, [parent]: id } })),
    /** A new question shows itself: choices that lead elsewhere give way. */
    unchoose: (parent: string) =>
      store.setState(({ choice }) => {
        const { [parent]: _gone, ...rest } = choice
        return { choice: rest }
      }),
    reset: () => store.setState(fresh, true),
  }
}
