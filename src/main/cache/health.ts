import type { Sqlite } from './database.ts'

/** Numbers of a cache: what support asks for when it is slow, large or empty. */
export interface CacheHealth {
  /** It is gone at exit. */
  readonly inMemory: boolean
  /** How many migrations it has seen. */
  readonly schema: number
  readonly pages: number
  readonly freePages: number
  readonly pageBytes: number
  readonly conversations: number
  readonly messages: number
  readonly drafts: number
  readonly draftFiles: number
  readonly outbox: number
}

export function healthOf(database: Sqlite): CacheHealth {
  const pragma = (name: string): number => Number(database.pragma(name, { simple: true }))
  const rows = (table: string): number => Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get())
  return {
    inMemory: database.memory,
    schema: pragma('user_version'),
    pages: pragma('page_count'),
    freePages: pragma('freelist_count'),
    pageBytes: pragma('page_size'),
    conversations: rows('conversations'),
    messages: rows('messages'),
    drafts: rows('drafts'),
    draftFiles: rows('draft_files'),
    outbox: rows('outbox'),
  }
}
