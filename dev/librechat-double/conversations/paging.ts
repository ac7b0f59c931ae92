import type { Conversation } from '../state/schema.ts'

export interface Page {
  readonly conversations: readonly Conversation[]
  readonly nextCursor: string | null
}

const sortable = ['title', 'createdAt', 'updatedAt', 'archivedAt'] as const
type SortKey = (typeof sortable)[number]
export const isSortKey = (value: string): value is SortKey => (sortable as readonly string[]).includes(value)

const limitOf = (query: URLSearchParams): number => {
  const limit = Number.parseInt(query.get('limit') ?? '', 10)
  return limit > 0 ? limit : 25
}

const keyOf = (row: Conversation, key: SortKey): string => {
  const value = row[key]
  return typeof value === 'string' ? value : ''
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function decoded(cursor: string | null): { primary: string; id: string } | null {
  if (cursor === null) return null
  try {
    const value = JSON.parse(Buffer.from(cursor, 'base64').toString('utf8')) as { primary?: unknown; id?: unknown }
    return typeof value.primary === 'string' && typeof value.id === 'string'
      ? { primary: value.primary, id: value.id }
      : null
  } catch {
    return null
  }
}

/** Base64 cursors of `{primary, secondary, id}`; one that does not decode is page 1. `sortBy` must be a SortKey. */
export function cursorPage(rows: readonly Conversation[], query: URLSearchParams): Page {
  const sortBy = (query.get('sortBy') ?? 'updatedAt') as SortKey
  const sign = query.get('sortDirection') === 'asc' ? 1 : -1
  const order = (a: { primary: string; id: string }, b: { primary: string; id: string }): number =>
    sign * (compare(a.primary, b.primary) || compare(a.id, b.id))
  const placed = rows.map((row) => ({ row, primary: keyOf(row, sortBy), id: row._id })).sort(order)
  const cursor = decoded(query.get('cursor'))
  const rest = cursor === null ? placed : placed.filter((row) => order(row, cursor) > 0)
  const page = rest.slice(0, limitOf(query))
  const last = page.at(-1)
  const secondary = last?.row.updatedAt ?? ''
  const next = last && { primary: last.primary, secondary, id: last.id }
  return {
    conversations: page.map(({ row }) => row),
    nextCursor: next && rest.length > page.length ? Buffer.from(JSON.stringify(next)).toString('base64') : null,
  }
}

/**
 * The cursor of v0.8.0/v0.8.1: the time of the first row that no longer fits, and the next page has the rows before that time
 * — so each page boundary loses a row.
 */
export function datePage(rows: readonly Conversation[], query: URLSearchParams): Page {
  const sign = query.get('order') === 'asc' ? 1 : -1
  const sorted = [...rows].sort((a, b) => sign * compare(a.updatedAt, b.updatedAt))
  const cursor = Date.parse(query.get('cursor') ?? '')
  const rest = Number.isNaN(cursor) ? sorted : sorted.filter((row) => Date.parse(row.updatedAt) < cursor)
  const page = rest.slice(0, limitOf(query))
  return { conversations: page, nextCursor: rest[page.length]?.updatedAt ?? null }
}

const listed = [
  '_id',
  'conversationId',
  'user',
  'title',
  'endpoint',
  'model',
  'agent_id',
  'assistant_id',
  'spec',
] as const
const alsoListed = ['iconURL', 'createdAt', 'updatedAt', 'archivedAt', 'chatProjectId', 'pinned', 'isShared'] as const

/** A row of the list: what a sidebar needs of the document. */
export const summary = (row: Conversation): Record<string, unknown> =>
  Object.fromEntries([...listed, ...alsoListed].filter((key) => key in row).map((key) => [key, row[key]]))
