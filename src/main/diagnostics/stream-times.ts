import type { LibreChat, RunningTurn, TurnUpdate } from '../librechat/librechat.ts'
import { failed, ok, skipped, warning } from './step.ts'
import type { Note, Outcome } from './step.ts'

/** When the pieces of one answer arrived, in milliseconds since it was asked for. */
export interface Arrivals {
  readonly pieces: number[]
  /** The connection was lost on the way. */
  cut: boolean
}

/** Pieces from which an answer can be judged, and that are remembered of one. */
const enough = 10
const most = 2000
/** Milliseconds between two pieces that did not come together. */
const together = 15
/** Milliseconds: an answer that takes longer to arrive was not held back as a whole. */
const burst = 50
/** Milliseconds before its first piece in which an answer can have been written as a whole and be sent again from a store. */
const tooSoon = 300

/**
 * Whether the pieces came as they were written. Held back as a whole: all at once after a wait. Held back in blocks: few
 * clumps with long silences between them, where each clump has many pieces.
 */
export function judgeArrivals({ pieces, cut }: Arrivals): Outcome {
  if (cut) return failed('stream-cut')
  const [first] = pieces
  const last = pieces.at(-1)
  if (first === undefined || last === undefined || pieces.length < enough) return skipped('stream-too-short')
  const spread = last - first
  if (spread < burst) return first < tooSoon ? skipped('stream-too-short') : warning('stream-buffered')
  let clumps = 1
  let silent = 0
  for (let at = 1; at < pieces.length; at++) {
    const gap = (pieces[at] ?? 0) - (pieces[at - 1] ?? 0)
    if (gap <= together) continue
    clumps++
    silent += gap
  }
  const inBlocks = pieces.length >= clumps * enough && silent > spread * 0.9 && spread > 1000
  return inBlocks ? warning('stream-buffered') : ok
}

export function noteArrivals({ pieces }: Arrivals, note: Note): void {
  const [first] = pieces
  const last = pieces.at(-1)
  note('pieces', pieces.length)
  if (first === undefined || last === undefined) return
  note('first-piece', `${Math.round(first)} ms`)
  note('spread', `${Math.round(last - first)} ms`)
}

/** Notes an update of a running turn. */
export function arrive(arrivals: Arrivals, { kind }: TurnUpdate, since: number): void {
  if (kind === 'reconnecting') arrivals.cut = true
  if ((kind === 'deltas' || kind === 'content') && arrivals.pieces.length < most)
    arrivals.pieces.push(performance.now() - since)
}

/** Remembers how the last answers arrived, so that a check need not ask for one. */
export interface StreamTimes {
  /** The same client, watched. */
  watch(librechat: LibreChat): LibreChat
  /** The newest answer that tells something; null: none yet. */
  last(): Arrivals | null
}

export function createStreamTimes(): StreamTimes {
  let last: Arrivals | null = null

  async function* watched(updates: AsyncIterable<TurnUpdate>, since: number): AsyncGenerator<TurnUpdate> {
    const arrivals: Arrivals = { pieces: [], cut: false }
    try {
      for await (const update of updates) {
        arrive(arrivals, update, since)
        yield update
      }
    } finally {
      if (arrivals.cut || arrivals.pieces.length >= enough) last = arrivals
    }
  }

  return {
    watch: (librechat) => ({
      ...librechat,
      turns: {
        ...librechat.turns,
        start(request): RunningTurn {
          const running = librechat.turns.start(request)
          return { ...running, updates: watched(running.updates, performance.now()) }
        },
      },
    }),
    last: () => last,
  }
}
