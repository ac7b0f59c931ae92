import { createStore } from 'zustand/vanilla'
import type { Turn, TurnEvent } from '../../contract/chat.ts'
import { applyDeltas } from '../../contract/deltas.ts'
import type { Api } from '../lib/api.ts'
import { oncePerFrame } from './frame.ts'

export interface TurnsView {
  /** Running, failed, and just ended turns, by id. */
  readonly turns: Readonly<Record<string, Turn>>
}

export type TurnsStore = ReturnType<typeof createTurnsStore>

/** What main tells of turns, applied once a frame. A gap in the numbering means that something was missed: all is read again. */
export function createTurnsStore(api: Api, onEnded: (turn: Turn) => void) {
  const store = createStore<TurnsView>(() => ({ turns: {} }))
  const seqs = new Map<string, number>()
  let waiting: TurnEvent[] = []

  const flush = oncePerFrame(() => {
    const events = waiting
    waiting = []
    const turns = { ...store.getState().turns }
    let gap = false
    for (const event of events) {
      const id = event.kind === 'turn' ? event.turn.id : event.turnId
      const last = seqs.get(id) ?? 0
      if (event.seq <= last) continue
      const turn = turns[id]
      if (event.kind === 'turn') turns[id] = event.turn
      else if (turn && event.seq === last + 1)
        turns[id] = {
          ...turn,
          answer: turn.answer && { ...turn.answer, parts: applyDeltas(turn.answer.parts, event.deltas) },
        }
      else {
        gap = true
        continue
      }
      seqs.set(id, event.seq)
    }
    store.setState({ turns })
    for (const event of events)
      if (event.kind === 'turn' && (event.turn.status === 'complete' || event.turn.status === 'stopped'))
        onEnded(event.turn)
    if (gap) void load()
  })

  const stop = api.on['chat.turn']((event) => {
    waiting.push(event)
    flush.ask()
  })

  async function load(): Promise<void> {
    const found = await api.chat.turns()
    if (!found.ok) return
    const turns = { ...store.getState().turns }
    for (const { seq, turn } of found.value) {
      if (seq < (seqs.get(turn.id) ?? 0)) continue
      turns[turn.id] = turn
      seqs.set(turn.id, seq)
    }
    store.setState({ turns })
  }

  return {
    store,
    load,
    /** Shows a turn that is on its way to main. */
    add: (turn: Turn) => store.setState(({ turns }) => ({ turns: { ...turns, [turn.id]: turn } })),
    forget(id: string) {
      store.setState(({ turns }) => {
        const { [id]: _gone, ...rest } = turns
        return { turns: rest }
      })
    },
    reset() {
      flush.cancel()
      waiting = []
      seqs.clear()
      store.setState({ turns: {} })
    },
    close() {
      flush.cancel()
      stop()
    },
  }
}
