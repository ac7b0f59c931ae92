import { setTimeout as sleep } from 'node:timers/promises'
import { isFault } from '../fault.ts'
import type { Log } from '../host.ts'
import { findTurn, plainText } from './answer.ts'
import type { Conversations } from './conversations.ts'
import type { TurnRecord } from './turn-record.ts'

/** Milliseconds between looks: the server saves a cut answer some time after the cut. */
const looks = [0, 800, 2000, 4000]
/** Milliseconds that the server's clock may be behind ours. */
const clockSkew = 5 * 60_000
/** Conversations that are looked into for a question whose conversation is not known. */
const candidates = 3

interface Deps {
  readonly conversations: Conversations
  readonly log: Log
  readonly signal: AbortSignal
  /** Look once instead of waiting for the server to save. */
  readonly once?: boolean
}

/**
 * Learns from the stored messages how a turn ended whose stream was lost. `unknown`: the question is not there, or its answer
 * is less than what was seen. Throws a Fault when the server cannot be asked.
 */
export async function settleTurn(record: TurnRecord, deps: Deps): Promise<'complete' | 'stopped' | 'unknown'> {
  const waits = deps.once === true ? [0] : looks
  for (const wait of waits) {
    if (wait > 0) await sleep(wait, undefined, { signal: deps.signal }).catch(() => undefined)
    if (deps.signal.aborted) return 'unknown'
    const outcome = await look(record, deps)
    if (outcome === 'cut') return 'unknown'
    if (outcome !== 'unknown') return outcome
  }
  return 'unknown'
}

/** `cut`: the stored answer is all that there will ever be, and it is not the whole. */
async function look(record: TurnRecord, deps: Deps): Promise<'complete' | 'stopped' | 'cut' | 'unknown'> {
  const { input } = record
  const turn = record.turn()
  const asked = {
    text: input.text,
    parentId: input.parentId,
    since: record.createdAt - clockSkew,
    id: turn.question.id === input.messageId ? null : turn.question.id,
  }
  for (const id of await whereToLook(record, deps)) {
    const messages = await deps.conversations.load(id).catch((thrown: unknown) => {
      if (isFault(thrown) && (thrown.error.code === 'not-found' || thrown.error.code === 'forbidden')) return []
      throw thrown
    })
    const found = findTurn(messages, asked)
    if (found === null) continue
    const seen = turn.answer === null ? '' : plainText(turn.answer)
    const stored = found.answer === null ? '' : plainText(found.answer)
    record.show({ conversationId: id, question: { ...found.question, createdAt: turn.question.createdAt } })
    // An old server stores a cut answer as if it were whole; what is shorter than what was on screen is not whole either.
    const cut = record.endsWithStream || found.answer?.state === 'partial' || stored.length < seen.length
    if (found.answer === null || (cut && !record.stopping)) {
      if (found.answer === null || stored.length < seen.length) continue
      record.show({ answer: { ...found.answer, state: 'partial' } })
      if (record.endsWithStream) return 'cut'
      continue
    }
    record.show({ answer: record.stopping ? { ...found.answer, state: 'partial' } : found.answer })
    return record.stopping ? 'stopped' : 'complete'
  }
  deps.log({ level: 'info', event: 'turn.unsettled' })
  return 'unknown'
}

/** The turn's conversation, or the newest ones that could have become it. */
async function whereToLook(record: TurnRecord, { conversations }: Deps): Promise<string[]> {
  const known = record.turn().conversationId
  if (known !== null) return [known]
  const { conversations: rows } = await conversations.page(null)
  return rows
    .filter((row) => row.createdAt >= record.createdAt - clockSkew)
    .slice(0, candidates)
    .map((row) => row.id)
}
