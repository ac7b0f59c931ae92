import type { UserHandler } from '../account/guard.ts'
import { withUser } from '../account/guard.ts'
import type { Context } from '../context.ts'
import type { Route } from '../http/router.ts'
import { route } from '../http/router.ts'
import { documentId, isUuid, moment } from '../state/ids.ts'
import type { Message } from '../state/schema.ts'
import type { Store } from '../state/store.ts'

export interface NewMessage {
  readonly messageId: string
  readonly conversationId: string
  readonly parentMessageId: string
  readonly sender: string
  readonly text: string
  readonly isCreatedByUser: boolean
  readonly error: boolean
  readonly unfinished: boolean
  readonly [field: string]: unknown
}

/**
 * Stores a message, or overwrites the one with its id. A conversation id that is no uuid saves nothing, without an error.
 * Returns the document id.
 */
export function putMessage(store: Store, userId: string, row: NewMessage, at = moment()): string {
  const rows = store.messages.get(row.conversationId) ?? []
  const place = rows.findIndex(({ messageId }) => messageId === row.messageId)
  const before = rows[place]
  const time = new Date(at).toISOString()
  const message = {
    ...row,
    _id: before?._id ?? documentId(),
    user: userId,
    createdAt: before?.createdAt ?? time,
    updatedAt: time,
  } as Message
  if (!isUuid(row.conversationId)) return message._id
  rows.splice(place < 0 ? rows.length : place, place < 0 ? 0 : 1, message)
  store.messages.set(row.conversationId, rows)
  const conversation = store.conversations.get(row.conversationId)
  if (conversation && !conversation.messages.includes(message._id)) conversation.messages.push(message._id)
  store.changed()
  return message._id
}

export function dropMessage(store: Store, conversationId: string, messageId: string): void {
  const rows = store.messages.get(conversationId)
  const place = rows?.findIndex((row) => row.messageId === messageId) ?? -1
  if (!rows || place < 0) return
  const [dropped] = rows.splice(place, 1)
  const conversation = store.conversations.get(conversationId)
  if (conversation && dropped) conversation.messages = conversation.messages.filter((id) => id !== dropped._id)
  store.changed()
}

/** A message as clients get it. */
export const publicMessage = (row: Message): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([field]) => field !== '_id' && field !== 'user'))

export function messageRoutes(
  context: Context,
  runs: { owns(userId: string, conversationId: string): boolean },
): Route[] {
  const { store, settings } = context

  const list: UserHandler = (exchange, user, { id = '' }) => {
    if (id === 'new') return exchange.json(200, [])
    const row = store.conversations.get(id)
    if (row && row.user !== user.id) return exchange.json(403, { error: 'User not authorized for this conversation' })
    if (!row && settings.style === 'resumable' && runs.owns(user.id, id)) return exchange.json(200, [])
    if (!row) return exchange.json(404, { error: 'Conversation not found' })
    exchange.json(200, (store.messages.get(id) ?? []).map(publicMessage))
  }

  return [route('GET', '/api/messages/:id', withUser(context, list))]
}
