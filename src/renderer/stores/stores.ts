import type { Target, Turn } from '../../contract/chat.ts'
import type { Api } from '../lib/api.ts'
import { createComposerStore } from './composer.ts'
import type { ComposerStore } from './composer.ts'
import { createConversationsStore } from './conversations.ts'
import type { ConversationsStore } from './conversations.ts'
import { createObey, followCommands } from './commands.ts'
import type { ChatCommand } from './commands.ts'
import { createDiagnosticsStore } from './diagnostics.ts'
import type { DiagnosticsStore } from './diagnostics.ts'
import { createModelsStore } from './models.ts'
import type { ModelsStore } from './models.ts'
import { createPanelsStore } from './panels.ts'
import type { PanelsStore } from './panels.ts'
import { createPrinting } from './printing.ts'
import { createProblemStore } from './problem.ts'
import type { ProblemStore } from './problem.ts'
import { createQuickShortcutStore } from './quick-shortcut.ts'
import { createSessionStore } from './session.ts'
import type { SessionStore } from './session.ts'
import { createSettingsStore } from './settings.ts'
import type { SettingsStore } from './settings.ts'
import { createThreadStore } from './thread.ts'
import type { Shown, ThreadStore } from './thread.ts'
import { createTurnsStore } from './turns.ts'
import type { TurnsStore } from './turns.ts'
import { createUnreadStore } from './unread.ts'
import type { UnreadStore } from './unread.ts'
import { createUpdatesStore } from './updates.ts'
import type { UpdatesStore } from './updates.ts'

/** The stores and what moves between them; the stores themselves do not know each other. */
export interface Stores {
  readonly api: Api
  readonly session: SessionStore
  readonly conversations: ConversationsStore
  readonly thread: ThreadStore
  readonly turns: TurnsStore
  readonly unread: UnreadStore
  readonly composer: ComposerStore
  readonly models: ModelsStore
  readonly settings: SettingsStore
  readonly quickShortcut: ReturnType<typeof createQuickShortcutStore>
  readonly problem: ProblemStore
  readonly panels: PanelsStore
  readonly diagnostics: DiagnosticsStore
  readonly updates: UpdatesStore
  /** Reads what main has: the first thing a window does. */
  start(): Promise<void>
  openConversation(id: string): void
  newChat(): void
  /** Sends what is in the composer as an answer to `parentId`. False: there is nothing to send, or no model to send it to. */
  send(parentId: string | null): Promise<boolean>
  /** Sends a failed turn again. */
  retry(turn: Turn): void
  /** Takes a failed turn away; what it asked goes back into the composer when it got no answer. */
  takeBack(turn: Turn): void
  target(): Target | null
  close(): void
}

const keyOf = (shown: Shown): string => (shown.kind === 'stored' ? shown.id : 'new')

/** The quick window has one conversation at a time, leaves what was open last to the main window, and obeys no menu. */
export type Place = 'main' | 'quick'

export function createStores(api: Api, place: Place = 'main'): Stores {
  const main = place === 'main'
  const newKey = main ? 'new' : 'quick'
  const session = createSessionStore(api)
  const conversations = createConversationsStore(api)
  const thread = createThreadStore(api, (id) => {
    if (main && settings.store.getState().lastConversationId === id) void settings.set({ lastConversationId: null })
    void composer.open(newKey)
  })
  const unread = createUnreadStore(thread)
  const composer = createComposerStore(api, newKey)
  const models = createModelsStore(api)
  const settings = createSettingsStore(api)
  const quickShortcut = createQuickShortcutStore(api)
  const problem = createProblemStore()
  const panels = createPanelsStore()
  const diagnostics = createDiagnosticsStore(api)
  const updates = createUpdatesStore(api, () => composer.save())
  let stopCommands: () => void = () => undefined
  const turns = createTurnsStore(api, (turn) => {
    if (turn.conversationId === null) return
    thread.named(turn.id, turn.conversationId)
    thread.add(turn.conversationId, turn.answer === null ? [turn.question] : [turn.question, turn.answer])
    turns.forget(turn.id)
    unread.ended(turn)
  })

  const target = (): Target | null => models.current(settings.store.getState().lastTarget)

  const show = async (id: string | null): Promise<void> => {
    if (id === null) thread.startNew()
    else void thread.open(id)
    if (main) void settings.set({ lastConversationId: id })
    await composer.open(id ?? newKey)
  }

  const enter = async (): Promise<void> => {
    const lastConversationId = main ? settings.store.getState().lastConversationId : null
    const asked = wish
    wish = null
    if (asked !== null) obey(asked)
    else {
      if (lastConversationId !== null) void thread.open(lastConversationId)
      void composer.open(lastConversationId ?? newKey)
    }
    await Promise.all([turns.load(), main ? conversations.load() : null, models.load()])
  }

  let inside = false
  let online = true
  /** What was asked for before the sign-in; done when somebody is in. */
  let wish: ChatCommand | null = null
  const stopSession = session.store.subscribe(({ state }) => {
    const shows = state.phase === 'signed-in' || state.phase === 'expired'
    if (shows && !inside) {
      inside = true
      online = state.phase === 'signed-in' && state.online
      void enter()
    } else if (state.phase === 'signed-out' && inside) {
      inside = false
      for (const store of [conversations, thread, turns, unread, composer, models, problem]) store.reset()
    } else if (state.phase === 'signed-in' && state.online && !online) {
      void Promise.all([main ? conversations.refresh() : null, models.load(), thread.reload()])
    }
    online = state.phase === 'signed-in' && state.online
  })

  // A new conversation gets its name from the turn that began it; the list and the draft follow.
  const stopNaming = turns.store.subscribe(({ turns: all }) => {
    const { shown } = thread.store.getState()
    if (shown.kind !== 'new' || shown.turnId === null) return
    const id = all[shown.turnId]?.conversationId ?? null
    if (id === null) return
    thread.named(shown.turnId, id)
    if (!main) return
    void settings.set({ lastConversationId: id })
    composer.rename(id)
  })

  // The open conversation was deleted, here or elsewhere.
  const stopRemoved = api.on['conversations.changed'](({ removed }) => {
    if (removed.includes(keyOf(thread.store.getState().shown))) void show(null)
  })

  const send = async (parentId: string | null): Promise<boolean> => {
    const to = target()
    const { text, attachments, preparing } = composer.store.getState()
    const { shown } = thread.store.getState()
    const ready = attachments.every(({ status }) => status.kind === 'ready') && preparing.length === 0
    if (to === null || !ready || (text.trim() === '' && attachments.length === 0)) return false
    const turnId = crypto.randomUUID()
    const messageId = crypto.randomUUID()
    const conversationId = shown.kind === 'stored' ? shown.id : null
    const files = attachments.flatMap(({ status }) => (status.kind === 'ready' ? [status.file] : []))
    const turn: Turn = {
      id: turnId,
      conversationId,
      status: 'sending',
      question: {
        id: messageId,
        conversationId: conversationId ?? 'new',
        parentId,
        role: 'user',
        sender: 'User',
        parts: text === '' ? [] : [{ type: 'text', text }],
        files,
        model: null,
        state: 'complete',
        createdAt: Date.now(),
      },
      answer: null,
      error: null,
      retriable: false,
    }
    turns.add(turn)
    thread.follow(turnId)
    thread.unchoose(parentId ?? '')
    composer.sent()
    void settings.set({ lastTarget: to })
    const attachmentIds = attachments.map(({ id }) => id)
    const { draftKey } = composer.store.getState()
    const message = { turnId, messageId, conversationId, parentId, text, attachmentIds, target: to, draftKey }
    const result = await api.chat.send(message)
    if (result.ok) return true
    // Main did not take it: nothing of it is kept there, so it goes back to where it was typed.
    takeBack(turn)
    problem.tell(result.error)
    return false
  }

  const takeBack = (turn: Turn): void => {
    const text = turn.question.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
    turns.forget(turn.id)
    void api.chat.discard({ turnId: turn.id })
    if (turn.answer === null) composer.giveBack(text)
    const { shown } = thread.store.getState()
    if (shown.kind === 'new' && shown.turnId === turn.id) thread.startNew()
    else void thread.reload()
  }

  const go = async (command: ChatCommand): Promise<void> => {
    await show(command.name === 'open-conversation' ? command.conversationId : null)
    // Before the draft that is there, never in its place.
    if (command.name === 'new-chat-with') composer.giveBack(command.text)
  }

  const titleShown = (): string => {
    const key = keyOf(thread.store.getState().shown)
    return conversations.store.getState().rows.find(({ id }) => id === key)?.title ?? ''
  }
  const obey = createObey({
    chat(command) {
      if (inside) void go(command)
      else wish = command
    },
    printing: createPrinting({ api, problem, title: titleShown, clear: panels.close }),
    panels,
    updates,
  })

  return {
    api,
    session,
    conversations,
    thread,
    turns,
    unread,
    composer,
    models,
    settings,
    quickShortcut,
    problem,
    panels,
    diagnostics,
    updates,
    async start() {
      if (main) void updates.load()
      await settings.load()
      await session.load()
      if (main) stopCommands = followCommands(api, obey)
    },
    openConversation: (id) => void show(id),
    newChat: () => void show(null),
    send,
    retry(turn) {
      thread.follow(turn.id)
      void problem.watch(api.chat.retry({ turnId: turn.id }))
    },
    takeBack,
    target,
    close() {
      stopCommands()
      stopSession()
      stopNaming()
      stopRemoved()
      for (const store of [
        session,
        conversations,
        turns,
        unread,
        composer,
        settings,
        quickShortcut,
        diagnostics,
        updates,
      ])
        store.close()
    },
  }
}
