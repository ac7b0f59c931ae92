import { setTimeout as sleep } from 'node:timers/promises'
import { isFault } from '../../fault.ts'
import type { TurnUpdate } from '../librechat.ts'
import type { Requester } from '../request.ts'
import { readFrames } from '../sse.ts'
import type { Interpreter } from './interpret.ts'

/** Attempts to get a dropped stream back before the outcome is called lost. */
const attempts = 8
/** Milliseconds: the first wait, doubled each time up to the longest. */
const firstWait = 500
const longestWait = 30_000
/** Milliseconds of silence after which a connection is taken for dead: it may be (sleep, NAT), and attaching again costs little. */
const patience = 90_000

interface Deps {
  readonly requester: Requester
  readonly interpreter: Interpreter
  readonly emit: (update: TurnUpdate) => void
  readonly signal: AbortSignal
  readonly idle?: number
}

type Outcome = 'over' | 'gone' | 'dropped' | 'silent'

/** Reads a resumable stream to its end: attaches, and after a drop attaches again with the server's state. */
export async function readResumable(
  streamId: string,
  resume: boolean,
  { requester, interpreter, emit, signal, idle = patience }: Deps,
): Promise<void> {
  const path = `/api/agents/chat/stream/${encodeURIComponent(streamId)}`

  const attach = async (again: boolean): Promise<Outcome> => {
    const opened = await requester.open({
      method: 'GET',
      path: again ? `${path}?resume=true` : path,
      headers: { accept: 'text/event-stream' },
      signal,
    })
    if (opened.status !== 200) {
      opened.stream.destroy()
      // 404 and 409: finished, or another generation took its place; the messages tell. 5xx: try again.
      return opened.status >= 500 || opened.status === 429 ? 'dropped' : 'gone'
    }
    let silent = false
    const watchdog = setTimeout(() => {
      silent = true
      opened.stream.destroy()
    }, idle)
    try {
      for await (const frame of readFrames(opened.stream)) {
        watchdog.refresh()
        failures = 0
        interpreter.frame(frame)
        if (interpreter.over()) return 'over'
      }
    } catch (thrown) {
      if (!silent) throw thrown
    } finally {
      clearTimeout(watchdog)
    }
    if (silent) return 'silent'
    return 'dropped'
  }

  let failures = 0
  let again = resume
  for (;;) {
    let outcome: Outcome = 'dropped'
    try {
      outcome = await attach(again)
    } catch (thrown) {
      if (signal.aborted) return
      if (isFault(thrown) && thrown.error.code !== 'unreachable' && thrown.error.code !== 'server-error') throw thrown
    }
    if (outcome === 'over' || interpreter.over()) return
    if (outcome === 'gone' || failures >= attempts) return interpreter.finish('lost')
    again = true
    if (outcome === 'silent') continue
    failures++
    emit({ kind: 'reconnecting', attempt: failures })
    const wait = Math.min(longestWait, firstWait * 2 ** (failures - 1))
    await sleep(wait * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
  }
}
