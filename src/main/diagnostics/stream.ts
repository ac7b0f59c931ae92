import { setTimeout as sleep } from 'node:timers/promises'
import type { ModelList, Target } from '../../contract/chat.ts'
import type { AppError } from '../../contract/errors.ts'
import type { LibreChat, RunningTurn, TurnUpdate } from '../librechat/librechat.ts'
import { arrive, judgeArrivals, noteArrivals } from './stream-times.ts'
import type { Arrivals } from './stream-times.ts'
import { failed, ok, warning } from './step.ts'
import type { Note, Outcome } from './step.ts'

/** Long enough that its pieces come apart, and nothing about anybody. */
const question = 'Write the numbers from 1 to 60, separated by spaces, and nothing else.'
/** Milliseconds of pieces coming apart after which nothing more is to be learned, and the answer is stopped. */
const seenEnough = 600
/** Milliseconds that an answer is waited for; stopping it then makes a proxy give out what it holds back. */
const patience = 15_000
/** Milliseconds until a server of the old style has kept the answer that was stopped, which can then be deleted. */
const settling = 1500

interface Deps {
  readonly librechat: Pick<LibreChat, 'turns' | 'conversations'>
  readonly target: Target
}

function failureOutcome(error: AppError): Outcome {
  if (error.code === 'banned' || error.code === 'rate-limited') return failed(error.code)
  if (error.code === 'turn-failed' && error.reason === 'message-limit') return failed('rate-limited')
  if (error.code === 'turn-failed' && error.reason === 'server-starting') return failed('server-starting')
  if (error.code === 'turn-failed') return warning('model-failed')
  return failed(error.code === 'server-error' ? 'server-error' : 'stream-cut')
}

/** What a person would use now, if it is on offer: a model that is not counts as a violation. */
export function chooseTarget({ options, preferred }: ModelList, lastUsed: Target | null): Target | null {
  const same = options.find(({ target }) => JSON.stringify(target) === JSON.stringify(lastUsed))
  return same?.target ?? preferred ?? options[0]?.target ?? null
}

/** Asks the model something short in a temporary chat and looks how the answer arrives; it is stopped and deleted again. */
export async function askForStream({ librechat, target }: Deps, signal: AbortSignal, note: Note): Promise<Outcome> {
  note('judged-by', 'question')
  note('model', target.model ?? 'agent')
  const arrivals: Arrivals = { pieces: [], cut: false }
  const since = performance.now()
  const running = librechat.turns.start({
    conversationId: null,
    parentId: null,
    messageId: crypto.randomUUID(),
    clientRequestId: crypto.randomUUID(),
    text: question,
    files: [],
    target,
    temporary: true,
  })
  let accepted: (TurnUpdate & { kind: 'accepted' }) | null = null
  let outcome: Outcome | null = null
  const stop = (): void => void running.stop().catch(() => undefined)
  const timer = setTimeout(stop, patience)
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const update of running.updates) {
      arrive(arrivals, update, since)
      if (update.kind === 'accepted') accepted = update
      if (update.kind === 'failed') outcome = failureOutcome(update.error)
      if (update.kind === 'ended' && update.outcome === 'lost') arrivals.cut = true
      const [first = 0] = arrivals.pieces
      const spread = (arrivals.pieces.at(-1) ?? 0) - first
      if (arrivals.cut || (spread > seenEnough && judgeArrivals(arrivals) === ok)) break
    }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    void cleanUp(running, accepted, librechat)
  }
  noteArrivals(arrivals, note)
  if (outcome !== null) return outcome
  const waited = performance.now() - since >= patience
  return waited && arrivals.pieces.length === 0 ? warning('answer-timeout') : judgeArrivals(arrivals)
}

/** In the background: what was learned does not wait for it. A chat that stays is temporary and listed nowhere. */
async function cleanUp(
  running: RunningTurn,
  accepted: { readonly conversationId: string; readonly streamId: string | null } | null,
  { conversations }: Deps['librechat'],
): Promise<void> {
  await running.stop().catch(() => undefined)
  if (accepted === null) return
  if (accepted.streamId === null) await sleep(settling, undefined, { ref: false })
  await conversations.remove(accepted.conversationId).catch(() => undefined)
}
