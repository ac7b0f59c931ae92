import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from '../options.ts'
import { isoNow } from '../state/ids.ts'
import type { Store } from '../state/store.ts'

/** Milliseconds after which an unread title is forgotten; the conversation keeps it. */
const cacheLife = 120_000
const words = 7

/** Generated titles, held once for gen_title and stored in the conversation. */
export interface Titles {
  /** Starts generating; the title is there after the settings' delay. */
  generate(conversationId: string, question: string): void
  /** The title, once it is generated and as long as nobody has taken it. */
  ready(conversationId: string): string | null
  /** Waits for the title and takes it: the next call finds nothing. Null when it does not come in time. */
  take(conversationId: string, waitMs: number, signal: AbortSignal): Promise<string | null>
}

export function titleOf(question: string): string {
  const found = question
    .replace(/\s+/g, ' ')
    .trim()
    .split(' ')
    .slice(0, words)
    .join(' ')
    .replace(/[\s.,:;!?…]+$/u, '')
  const short = Array.from(found).slice(0, 60).join('')
  return short === '' ? 'Shared files' : short.charAt(0).toUpperCase() + short.slice(1)
}

export function createTitles(store: Store, settings: Settings, closing: AbortSignal): Titles {
  const cache = new Map<string, { title: string; readyAt: number }>()

  const ready = (conversationId: string): string | null => {
    const held = cache.get(conversationId)
    const now = Date.now()
    return held && held.readyAt <= now && held.readyAt + cacheLife > now ? held.title : null
  }

  const keep = async (conversationId: string, title: string): Promise<void> => {
    await sleep(settings.titleDelayMs, undefined, { ref: false, signal: closing })
    const row = store.conversations.get(conversationId)
    if (!row || row.title !== 'New Chat') return
    row.title = title
    row.updatedAt = isoNow()
    store.changed()
  }

  return {
    generate(conversationId, question) {
      const title = titleOf(question)
      cache.set(conversationId, { title, readyAt: Date.now() + settings.titleDelayMs })
      // Only closing ends the wait early, and then there is nothing left to do.
      keep(conversationId, title).catch(() => undefined)
    },
    ready,
    async take(conversationId, waitMs, signal) {
      const until = Date.now() + waitMs
      for (let pause = 50; ; pause = Math.min(500, pause * 2)) {
        const title = ready(conversationId)
        if (title !== null) {
          cache.delete(conversationId)
          return title
        }
        const left = until - Date.now()
        if (left <= 0 || signal.aborted) return null
        await sleep(Math.min(pause, left), undefined, { signal }).catch(() => undefined)
      }
    },
  }
}
