import type { UserHandler } from '../account/guard.ts'
import { withUser } from '../account/guard.ts'
import { deny } from '../chat/denial.ts'
import type { Context } from '../context.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Route } from '../http/router.ts'
import { route } from '../http/router.ts'
import { documentId, isoNow, isUuid } from '../state/ids.ts'
import type { Conversation, User } from '../state/schema.ts'
import { cursorPage, datePage, isSortKey, summary } from './paging.ts'

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** Milliseconds that gen_title waits, by style. */
const titleWait = { resumable: 15_500, 'post-stream': 20_000 }

export function conversationRoutes(context: Context): Route[] {
  const { store, settings, titles } = context

  const own = (user: User, id: unknown): Conversation | null => {
    const row = typeof id === 'string' ? store.conversations.get(id) : undefined
    return row?.user === user.id ? row : null
  }

  const list: UserHandler = ({ query, json }, user) => {
    const archived = query.get('isArchived') === 'true'
    const tags = query.getAll('tags')
    const rows = [...store.conversations.values()].filter(
      (row) =>
        row.user === user.id &&
        (row['expiredAt'] ?? null) === null &&
        (row['isArchived'] === true) === archived &&
        // Without a search index nothing is found.
        !query.get('search') &&
        (tags.length === 0 || (Array.isArray(row['tags']) && row['tags'].some((tag) => tags.includes(String(tag))))),
    )
    if (settings.style === 'resumable' && !isSortKey(query.get('sortBy') ?? 'updatedAt'))
      return json(500, { error: 'Error fetching conversations' })
    const page = settings.style === 'resumable' ? cursorPage(rows, query) : datePage(rows, query)
    json(200, { conversations: page.conversations.map(summary), nextCursor: page.nextCursor })
  }

  const get: UserHandler = (exchange, user, { id }) => {
    const row = own(user, id)
    if (row === null) exchange.empty(404)
    else exchange.json(200, row)
  }

  /** An id that nobody has is made into an empty conversation, as LibreChat's upsert does. */
  const saved = (user: User, id: string, fields: Record<string, unknown>): Conversation => {
    const now = isoNow()
    const fresh = { _id: documentId(), conversationId: id, user: user.id, title: 'New Chat', endpoint: null }
    const row = own(user, id) ?? { ...fresh, messages: [], createdAt: now, updatedAt: now }
    Object.assign(row, fields, { conversationId: id, user: user.id, updatedAt: now })
    if (isUuid(id)) store.conversations.set(id, row)
    store.changed()
    return row
  }

  const update: UserHandler = async (exchange, user) => {
    const arg = record(record(await exchange.body())['arg'])
    const { conversationId: id, title } = arg
    if (typeof id !== 'string' || id === '') return exchange.json(400, { error: 'conversationId is required' })
    const taken = store.conversations.has(id) && own(user, id) === null
    if (settings.style === 'post-stream')
      return exchange.json(201, taken ? { message: 'Error saving conversation' } : saved(user, id, arg))
    if (taken) return deny(context, exchange, user, 'convo_access')
    if (title === undefined || title === null) return exchange.json(400, { error: 'title is required' })
    if (typeof title !== 'string') return exchange.json(400, { error: 'title must be a string' })
    exchange.json(201, saved(user, id, { title: title.trim().slice(0, 1024) }))
  }

  const removeAll = (exchange: Exchange, ids: readonly string[]): void => {
    let messages = 0
    for (const id of ids) {
      messages += store.messages.get(id)?.length ?? 0
      store.messages.delete(id)
      store.conversations.delete(id)
    }
    store.changed()
    exchange.json(201, {
      acknowledged: true,
      deletedCount: ids.length,
      messages: { acknowledged: true, deletedCount: messages },
      ...(settings.style === 'resumable' ? { conversationIds: ids } : {}),
    })
  }

  const idsOf = (user: User): string[] =>
    [...store.conversations.values()].filter((row) => row.user === user.id).map((row) => row.conversationId)

  const remove: UserHandler = async (exchange, user) => {
    const { conversationId, source, thread_id: thread, endpoint } = record(record(await exchange.body())['arg'])
    if (!conversationId && !source && !thread && !endpoint)
      return exchange.json(400, { error: 'no parameters provided' })
    if (!conversationId && source === 'button') return exchange.text(200, 'No conversationId provided')
    // Without an id the filter is the user alone: everything goes.
    if (!conversationId) return removeAll(exchange, idsOf(user))
    const row = own(user, conversationId)
    if (row === null) return exchange.text(500, 'Error clearing conversations')
    removeAll(exchange, [row.conversationId])
  }

  const answerTitle = async (exchange: Exchange, user: User, id: unknown): Promise<void> => {
    const row = typeof id === 'string' ? store.conversations.get(id) : undefined
    const wait = settings.titleWaitMs ?? titleWait[settings.style]
    const foreign = row !== undefined && row.user !== user.id
    const signal = AbortSignal.any([exchange.gone, context.closing])
    const title = foreign ? null : await titles.take(String(id), wait, signal)
    if (title !== null) return exchange.json(200, { title })
    const message = "Title not found or method not implemented for the conversation's endpoint"
    exchange.json(404, { message })
  }

  return [
    route('GET', '/api/convos', withUser(context, list)),
    route('GET', '/api/convos/:id', withUser(context, get)),
    route('POST', '/api/convos/update', withUser(context, update)),
    route('DELETE', '/api/convos', withUser(context, remove)),
    route(
      'DELETE',
      '/api/convos/all',
      withUser(context, (exchange, user) => removeAll(exchange, idsOf(user))),
    ),
    route(
      'GET',
      '/api/convos/gen_title/:id',
      withUser(context, async (exchange, user, { id }) => await answerTitle(exchange, user, id)),
      'resumable',
    ),
    route(
      'POST',
      '/api/convos/gen_title',
      withUser(context, async (exchange, user) => {
        await answerTitle(exchange, user, record(await exchange.body())['conversationId'])
      }),
      'post-stream',
    ),
  ]
}
