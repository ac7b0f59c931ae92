import type { Message, Turn, TurnEvent } from '../../../contract/chat.ts'
import type { Settings } from '../../../contract/settings.ts'
import { oneLine } from '../one-line.ts'

/** Milliseconds that an answer must have taken for its end to be news. */
const newsAfter = 10_000
/** Characters of an answer that a notification shows. */
const mostPreview = 140
const mostTitle = 80
/** The most turns and conversations that are kept in mind. */
const mostKept = 500

export interface Notice {
  /** A newer notice of the same key takes the place of the older one: the conversation, or a turn that has none yet. */
  readonly key: string
  readonly conversationId: string | null
  readonly title: string
  readonly body: string
}

export type NoticeSettings = Pick<Settings, 'notifications' | 'notificationPreview' | 'notificationsPausedUntil'>

interface Deps {
  readonly appName: string
  readonly settings: () => NoticeSettings
  /** The title as the list has it; empty or null: none yet. */
  readonly titleOf: (conversationId: string) => string | null
  readonly show: (notice: Notice) => void
  readonly withdraw: (key: string) => void
  /** How many conversations have a finished answer that nobody saw. */
  readonly onUnread: (count: number) => void
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/** What the user looks at: no window of the app, the quick window, or the main window with a conversation (null: a new one). */
export type Look = 'elsewhere' | 'quick' | { readonly conversationId: string | null }

/** Decides what is told outside of the window, and what is withdrawn again. */
export interface AnswerNotices {
  turn(event: TurnEvent): void
  looksAt(look: Look): void
  removed(conversationIds: readonly string[]): void
  /** Another account, or none. */
  forget(): void
  unread(): number
}

const isLive = ({ status }: Turn): boolean => status !== 'failed' && status !== 'complete' && status !== 'stopped'

/** A tool waits for the user to allow it on a page. */
const needsUser = ({ answer }: Turn): boolean =>
  answer?.parts.some((part) => part.type === 'tool' && part.authUrl !== null && !part.done) ?? false

const textOf = (answer: Message | null): string =>
  (answer?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')

const sentences = {
  ready: 'An answer is ready.',
  failed: 'An answer could not be completed.',
  needed: 'An answer waits for your permission.',
} as const

export const isPaused = (
  { notificationsPausedUntil }: Pick<NoticeSettings, 'notificationsPausedUntil'>,
  now: number,
): boolean => notificationsPausedUntil !== null && now < notificationsPausedUntil

export function createAnswerNotices(deps: Deps): AnswerNotices {
  const { appName, settings, titleOf, show, withdraw, onUnread, now = () => Date.now() } = deps
  /** When each running turn began, and whether it was told that it waits. */
  const live = new Map<string, { readonly began: number; told: boolean }>()
  const ended = new Set<string>()
  const shown = new Set<string>()
  const unread = new Set<string>()
  let look: Look = 'elsewhere'

  const takeBack = (key: string): void => {
    if (shown.delete(key)) withdraw(key)
  }
  const changeUnread = (change: () => void): void => {
    const before = unread.size
    change()
    if (unread.size !== before) onUnread(unread.size)
  }

  const tell = (turn: Turn, kind: keyof typeof sentences): void => {
    const chosen = settings()
    if (look !== 'elsewhere' || !chosen.notifications || isPaused(chosen, now())) return
    const { conversationId } = turn
    const known = conversationId === null ? null : titleOf(conversationId)
    const title = chosen.notificationPreview && known !== null && known !== '' ? oneLine(known, mostTitle) : appName
    const preview = chosen.notificationPreview && kind === 'ready' ? oneLine(textOf(turn.answer), mostPreview) : ''
    const key = conversationId ?? turn.id
    shown.add(key)
    show({ key, conversationId, title, body: preview === '' ? sentences[kind] : preview })
  }

  const begun = (turn: Turn): void => {
    if (live.has(turn.id)) return
    // One that was asked in an earlier run of the app began then; one that is tried again begins now.
    const began = ended.has(turn.id) ? now() : Math.min(now(), turn.question.createdAt)
    if (live.size < mostKept) live.set(turn.id, { began, told: false })
  }

  return {
    turn(event) {
      if (event.kind === 'deltas') return
      const { turn } = event
      if (isLive(turn)) {
        begun(turn)
        const run = live.get(turn.id)
        if (run === undefined || run.told || !needsUser(turn)) return
        run.told = true
        return tell(turn, 'needed')
      }
      const run = live.get(turn.id)
      // What failed in an earlier run is no news.
      if (run === undefined) return
      live.delete(turn.id)
      if (ended.size >= mostKept) ended.clear()
      ended.add(turn.id)
      if (turn.status === 'stopped') return
      if (turn.status === 'failed') {
        if (turn.error?.code !== 'cancelled') tell(turn, 'failed')
        return
      }
      const { conversationId } = turn
      const seen = look === 'quick' || (look !== 'elsewhere' && look.conversationId === conversationId)
      if (!seen && conversationId !== null && unread.size < mostKept) changeUnread(() => unread.add(conversationId))
      if (now() - run.began > newsAfter) tell(turn, 'ready')
    },
    looksAt(next) {
      look = next
      if (next === 'elsewhere') return
      for (const key of shown) takeBack(key)
      const open = next === 'quick' ? null : next.conversationId
      if (open !== null) changeUnread(() => unread.delete(open))
    },
    removed(conversationIds) {
      for (const id of conversationIds) takeBack(id)
      changeUnread(() => {
        for (const id of conversationIds) unread.delete(id)
      })
    },
    forget() {
      live.clear()
      ended.clear()
      for (const key of shown) takeBack(key)
      changeUnread(() => unread.clear())
    },
    unread: () => unread.size,
  }
}
