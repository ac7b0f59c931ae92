import type { AppError } from '../../contract/errors.ts'
import type { RunningTurn } from '../librechat/librechat.ts'
import { emptyAnswer } from './answer.ts'
import type { Conversations } from './conversations.ts'
import { newConversation } from './turn-record.ts'
import type { TurnRecord } from './turn-record.ts'

/** How a stream ended. `lost`: only the stored messages can tell; `nothing-stored`: stopped before the server kept anything. */
export type StreamEnd =
  | { readonly kind: 'ended'; readonly outcome: 'complete' | 'stopped' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'nothing-stored' }
  | { readonly kind: 'failed'; readonly error: AppError; readonly accepted: boolean }

interface Deps {
  readonly conversations: Conversations
  readonly save: (record: TurnRecord, patch: Parameters<TurnRecord['setRow']>[0]) => void
  readonly signal: AbortSignal
}

/** Reads a running turn's updates into its record until the stream is over. */
export async function followTurn(
  record: TurnRecord,
  running: RunningTurn,
  { conversations, save, signal }: Deps,
): Promise<StreamEnd> {
  const { input } = record
  const status = (): 'stopping' | 'streaming' => (record.stopping ? 'stopping' : 'streaming')
  if (record.stopping) void running.stop().catch(() => undefined)

  for await (const update of running.updates) {
    if (signal.aborted) return { kind: 'lost' }
    const turn = record.turn()
    switch (update.kind) {
      case 'accepted': {
        const { conversationId } = update
        record.endsWithStream = update.streamId === null
        if (input.conversationId === null)
          conversations.learned(newConversation(conversationId, input, record.createdAt))
        save(record, { state: 'accepted', conversationId })
        record.show({ status: status(), conversationId, question: { ...turn.question, conversationId } })
        break
      }
      case 'created': {
        // The server re-keys the question; what it echoes of files may be less than what is known here.
        const question = { ...update.question, files: turn.question.files, createdAt: turn.question.createdAt }
        const known = turn.answer ?? emptyAnswer(question, input.target.model, Date.now())
        const id =
          update.answerId ?? (turn.answer === null || turn.answer.id.endsWith('_') ? `${question.id}_` : known.id)
        record.show({
          status: status(),
          conversationId: question.conversationId,
          question,
          answer: { ...known, id, conversationId: question.conversationId, parentId: question.id },
        })
        break
      }
      case 'answer-id':
        if (turn.answer !== null) record.show({ answer: { ...turn.answer, id: update.answerId } })
        break
      case 'deltas':
        if (turn.status === 'reconnecting') record.show({ status: status() })
        record.append(update.deltas)
        break
      case 'content':
        if (turn.status === 'reconnecting') record.show({ status: status() })
        record.replaceParts([...update.parts])
        break
      case 'title':
        conversations.titled(update.conversationId, update.title)
        break
      case 'reconnecting':
        record.show({ status: record.stopping ? 'stopping' : 'reconnecting' })
        break
      case 'failed':
        return { kind: 'failed', error: update.error, accepted: update.accepted }
      case 'ended': {
        if (update.outcome === 'lost') return { kind: 'lost' }
        if (update.conversation !== null) conversations.learned(update.conversation)
        if (update.answer === null && update.question === null) return { kind: 'nothing-stored' }
        const { question: asked, answer } = turn
        const question = update.question
          ? { ...update.question, files: asked.files, createdAt: asked.createdAt }
          : asked
        const final = update.answer ?? answer
        record.show({
          question,
          conversationId: question.conversationId,
          // Times are not in the final event; a stopped answer is partial whatever the server calls it.
          answer:
            final === null
              ? null
              : {
                  ...final,
                  createdAt: answer?.createdAt ?? final.createdAt,
                  ...(update.outcome === 'stopped' ? { state: 'partial' as const } : {}),
                },
        })
        return { kind: 'ended', outcome: update.outcome }
      }
    }
  }
  return { kind: 'lost' }
}
