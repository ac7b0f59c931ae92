import { useEffect, useRef } from 'react'
import type { ReactElement } from 'react'
import type { Conversation } from '../../contract/chat.ts'
import { ageOf } from '../lib/format.ts'
import type { Age } from '../lib/format.ts'
import { sentence } from '../lib/sentences.ts'
import { useStores, useView } from '../stores/context.ts'
import { Alert, Spinner } from '../ui/alert.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { AccountBar } from './account-bar.tsx'
import { ConversationRow } from './conversation-row.tsx'

function byAge(rows: readonly Conversation[]): [Age, Conversation[]][] {
  const now = Date.now()
  const groups = new Map<Age, Conversation[]>()
  for (const row of rows) {
    const age = ageOf(row.updatedAt, now)
    const group = groups.get(age)
    if (group) group.push(row)
    else groups.set(age, [row])
  }
  return [...groups]
}

/** Asks for the next page when its place comes into view; a button for those who do not scroll. */
function More(): ReactElement | null {
  const { conversations } = useStores()
  const cursor = useView(
    (s) => s.conversations,
    (view) => view.cursor,
  )
  const loading = useView(
    (s) => s.conversations,
    (view) => view.loading,
  )
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (!element) return undefined
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true) void conversations.more()
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [conversations, cursor])
  if (typeof cursor !== 'string') return null
  return (
    <div ref={place} className="more">
      <button type="button" className="link-button" disabled={loading} onClick={() => void conversations.more()}>
        {loading ? 'Loading…' : 'Show more'}
      </button>
    </div>
  )
}

/** `onLeave` closes the drawer that the sidebar is in a narrow window. */
export function Sidebar({ onLeave }: { onLeave: () => void }): ReactElement {
  const stores = useStores()
  const rows = useView(
    (s) => s.conversations,
    (view) => view.rows,
  )
  const loading = useView(
    (s) => s.conversations,
    (view) => view.loading,
  )
  const error = useView(
    (s) => s.conversations,
    (view) => view.error,
  )
  const shown = useView(
    (s) => s.thread,
    (view) => view.shown,
  )
  const turns = useView(
    (s) => s.turns,
    (view) => view.turns,
  )
  const unread = useView(
    (s) => s.unread,
    (view) => view.ids,
  )
  const current = shown.kind === 'stored' ? shown.id : null
  const busy = new Set(Object.values(turns).flatMap((turn) => (turn.status === 'failed' ? [] : [turn.conversationId])))
  return (
    <aside className="sidebar">
      <div className="sidebar-head">
        <button
          type="button"
          className="button new-chat"
          onClick={() => {
            stores.newChat()
            onLeave()
          }}
        >
          <Icon name="plus" />
          New chat
        </button>
        <IconButton icon="close" label="Hide conversations" className="drawer-close" onClick={onLeave} />
      </div>
      <nav aria-label="Conversations" className="conversations">
        {byAge(rows).map(([age, list]) => (
          <section key={age} aria-label={age}>
            <h2>{age}</h2>
            <ul>
              {list.map((conversation) => (
                <ConversationRow
                  key={conversation.id}
                  conversation={conversation}
                  current={conversation.id === current}
                  busy={busy.has(conversation.id)}
                  unread={unread.has(conversation.id)}
                  onOpen={() => {
                    stores.openConversation(conversation.id)
                    onLeave()
                  }}
                />
              ))}
            </ul>
          </section>
        ))}
        {rows.length === 0 && loading ? <Spinner label="Loading conversations" /> : null}
        {rows.length === 0 && !loading && error === null ? (
          <p className="nothing">Your conversations will be listed here.</p>
        ) : null}
        {error === null ? null : (
          <Alert
            action={
              <button type="button" className="button small" onClick={() => void stores.conversations.refresh()}>
                Try again
              </button>
            }
          >
            {sentence(error)}
          </Alert>
        )}
        <More />
      </nav>
      <AccountBar />
    </aside>
  )
}
