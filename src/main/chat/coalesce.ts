import type { Delta } from '../../contract/chat.ts'

/** Milliseconds between two events of one turn: a frame. */
const frame = 16

/** Joins appends to the same part into one. */
export function joinDeltas(deltas: readonly Delta[]): Delta[] {
  const joined: Delta[] = []
  for (const delta of deltas) {
    const last = joined.at(-1)
    if (last && last.index === delta.index && last.type === delta.type) last.text += delta.text
    else joined.push({ ...delta })
  }
  return joined
}

/**
 * Bundles what arrives within a frame. The first append after a pause goes out at once, so that coalescing never adds a
 * frame of its own to a slow stream.
 */
export function createCoalescer(send: (change: { deltas: Delta[] } | 'whole') => void): {
  deltas(deltas: readonly Delta[]): void
  /** The answer changed otherwise than by appends. */
  whole(): void
  /** Sends what waits now. */
  flush(): void
  /** Drops what waits. */
  clear(): void
} {
  let waiting: Delta[] = []
  let all = false
  let timer: NodeJS.Timeout | null = null
  let last = 0

  const clear = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    waiting = []
    all = false
  }
  const flush = (): void => {
    const change = all ? 'whole' : waiting.length > 0 ? { deltas: joinDeltas(waiting) } : null
    clear()
    if (change === null) return
    last = performance.now()
    send(change)
  }
  const later = (): void => {
    if (timer !== null) return
    const wait = last + frame - performance.now()
    if (wait <= 0) flush()
    else timer = setTimeout(flush, wait)
  }
  return {
    deltas(deltas) {
      waiting.push(...deltas)
      later()
    },
    whole() {
      all = true
      later()
    },
    flush,
    clear,
  }
}
