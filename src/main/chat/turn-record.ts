import type { Conversation, Message, SendInput, Turn, TurnEvent } from '../../contract/chat.ts'
import { applyDeltas } from '../../contract/deltas.ts'
import type { AppError } from '../../contract/errors.ts'
import type { OutboxRow } from '../cache/cache.ts'
import type { RunningTurn, ServerFile } from '../librechat/librechat.ts'
import { fileRefOf } from '../librechat/wire.ts'
import { emptyAnswer } from './answer.ts'
import { createCoalescer } from './coalesce.ts'

/** One turn while it lives in main: what the window sees of it, what the outbox holds, and what runs. */
export interface TurnRecord {
  readonly input: SendInput
  readonly files: readonly ServerFile[]
  readonly createdAt: number
  row(): OutboxRow
  setRow(patch: Partial<Pick<OutboxRow, 'state' | 'conversationId' | 'error'>>): void
  turn(): Turn
  seq(): number
  /** Changes the turn and tells the window all of it. */
  show(patch: Partial<Omit<Turn, 'id'>>): void
  /** Changes the answer; appends are coalesced. */
  append(deltas: Parameters<typeof applyDeltas>[1]): void
  replaceParts(parts: Message['parts']): void
  running: RunningTurn | null
  stopping: boolean
  /** The server ends an answer when its stream is cut, and stores it as if it were whole (v0.8.0). */
  endsWithStream: boolean
  /** Sends what waits, and nothing after. */
  close(): void
}

const questionOf = (input: SendInput, files: readonly ServerFile[], createdAt: number): Message => ({
  id: input.messageId,
  conversationId: input.conversationId ?? 'new',
  parentId: input.parentId,
  role: 'user',
  sender: 'User',
  parts: input.text === '' ? [] : [{ type: 'text', text: input.text }],
  files: files.map(fileRefOf),
  model: null,
  state: 'complete',
  createdAt,
})

export function createTurnRecord(start: OutboxRow, emit: (event: TurnEvent) => void): TurnRecord {
  let row = start
  let seq = 0
  const { input, files, createdAt } = start
  let turn: Turn = {
    id: input.turnId,
    conversationId: start.conversationId ?? input.conversationId,
    status: start.state === 'failed' ? 'failed' : 'sending',
    question: questionOf(input, files, createdAt),
    answer: null,
    error: start.error,
    retriable: start.state === 'failed',
  }
  const tell = (): void => emit({ kind: 'turn', seq: ++seq, turn })
  const coalescer = createCoalescer((change) => {
    if (change === 'whole') tell()
    else emit({ kind: 'deltas', seq: ++seq, turnId: turn.id, deltas: change.deltas })
  })
  const answer = (): Message => turn.answer ?? emptyAnswer(turn.question, input.target.model, Date.now())

  return {
    input,
    files,
    createdAt,
    row: () => row,
    setRow(patch) {
      row = { ...row, ...patch }
    },
    turn: () => turn,
    seq: () => seq,
    show(patch) {
      coalescer.clear()
      turn = { ...turn, ...patch }
      tell()
    },
    append(deltas) {
      turn = { ...turn, answer: { ...answer(), parts: applyDeltas(answer().parts, deltas) } }
      coalescer.deltas(deltas)
    },
    replaceParts(parts) {
      turn = { ...turn, answer: { ...answer(), parts } }
      coalescer.whole()
    },
    running: null,
    stopping: false,
    endsWithStream: false,
    close: () => coalescer.flush(),
  }
}

/** Whether sending the same again can help. */
export const isRetriable = (error: AppError): boolean =>
  error.code !== 'banned' && error.code !== 'invalid-input' && error.code !== 'signed-out'

/** What the list shows of a conversation that the server has only just named. */
export const newConversation = (id: string, { target }: SendInput, now: number): Conversation => ({
  id,
  title: '',
  endpoint: target.endpoint,
  model: target.model,
  agentId: target.agentId,
  createdAt: now,
  updatedAt: now,
})
