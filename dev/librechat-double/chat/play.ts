import { setImmediate as breath, setTimeout as sleep } from 'node:timers/promises'
import type { Cue } from './cues.ts'

export interface Pace {
  readonly deltasPerSecond: number
  readonly signal: AbortSignal
  /** Called for all cues but pauses; after `fail` nothing follows. */
  readonly on: (cue: Exclude<Cue, { kind: 'pause' }>) => void
}

/** Events without a rest after which others get their turn. */
const burst = 50

/** Plays the cues: paced ones at their rate on average, pauses as they are. Resolves at the end, or when aborted. */
export async function play(cues: Iterable<Cue>, { deltasPerSecond, signal, on }: Pace): Promise<void> {
  const wait = async (ms: number): Promise<void> =>
    await sleep(ms, undefined, { signal }).catch((thrown: unknown) => {
      if (!signal.aborted) throw thrown
    })
  let due = performance.now()
  let unrested = 0
  for (const cue of cues) {
    if (signal.aborted) return
    if (cue.kind === 'pause') {
      await wait(cue.ms)
      due = performance.now()
      continue
    }
    if (cue.kind === 'event' && cue.paced) {
      due += 1000 / deltasPerSecond
      const left = due - performance.now()
      if (left >= 1) {
        await wait(left)
        unrested = 0
      } else if (++unrested % burst === 0) await breath()
      if (signal.aborted) return
    }
    on(cue)
    if (cue.kind === 'fail') return
  }
}
