import type { BundleProblem, Exchange } from '../../contract/support.ts'

/** Milliseconds until the headers from which a server was slow, and of silence from which an answer had stopped. */
const slowAfter = 5000
const stalledAfter = 20_000
/** An answer that can be judged has so many bytes; held back as a whole it came in so many milliseconds, after such a wait. */
const judged = { bytes: 4000, burst: 100, wait: 1000 }

export type Trouble = Extract<BundleProblem, { kind: 'exchange' }>['trouble']

/** Routes that wait on purpose: a title that is being made, an upload, the platform's way to LibreChat. */
const waits = /gen_title|\/api\/files\/images/

/** Whether a stream came as a whole at its end, as behind a proxy that buffers. */
export function wasBuffered({ content, status, headersMs, firstByteMs, endMs, receivedBytes }: Exchange): boolean {
  if (content !== 'events' || status !== 200 || headersMs === null || firstByteMs === null || endMs === null)
    return false
  return receivedBytes >= judged.bytes && firstByteMs >= judged.wait && endMs - firstByteMs < judged.burst
}

/** Statuses that belong to how the app talks with the servers, when the app read no refusal in them. */
const isUsual = ({ server, status, said, route }: Exchange): boolean =>
  server === 'librechat' &&
  said === null &&
  (status === 401 || (status === 404 && /gen_title|\/chat\/(stream|status|abort)/.test(route)))

/** What was wrong with an exchange; null: nothing, or the user stopped it. */
export function troubleOf(exchange: Exchange): Trouble | null {
  const { fault, headersMs, status, said, longestGapMs, content, route } = exchange
  if (fault === 'cancelled') return null
  if (fault !== null) return headersMs === null ? 'unreachable' : fault === 'timeout' ? 'stalled' : 'cut'
  if (status === null) return null
  if (said === 'intercepted' || (status >= 300 && status < 400 && said !== 'session-expired')) return 'intercepted'
  if (said !== null || (status >= 400 && !isUsual(exchange))) return 'refused'
  if (wasBuffered(exchange)) return 'buffered'
  if (content === 'events' && (longestGapMs ?? 0) >= stalledAfter) return 'stalled'
  return (headersMs ?? 0) >= slowAfter && !waits.test(route) ? 'slow' : null
}
