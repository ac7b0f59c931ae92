import type { Message } from '../../../contract/chat.ts'
import { createContent } from '../content.ts'
import { isRecord, turnError } from '../errors.ts'
import type { TurnUpdate } from '../librechat.ts'
import type { Frame } from '../sse.ts'
import { toConversation, toMessage } from '../wire.ts'

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})

/** Turns the frames of one answer into updates, whichever style they come in. Frames are told apart by their keys. */
export interface Interpreter {
  /** False: the frame was not JSON. */
  frame(frame: Frame): boolean
  /** Said once the turn is over; frames after it are ignored. */
  readonly over: () => boolean
  /** True once the server has shown that it took the question. */
  readonly created: () => boolean
  readonly conversationId: () => string | null
  /** Ends the turn from our side with what was there. */
  finish(outcome: 'stopped' | 'lost'): void
  fail(update: Extract<TurnUpdate, { kind: 'failed' }>): void
}

export function createInterpreter(emit: (update: TurnUpdate) => void, startedIn: string | null): Interpreter {
  const content = createContent()
  let over = false
  let question: Message | null = null
  let answerId: string | null = null
  let conversationId = startedIn

  const end = (update: TurnUpdate): void => {
    if (over) return
    over = true
    emit(update)
  }

  const partial = (): Message | null =>
    question === null || conversationId === null
      ? null
      : {
          id: answerId ?? `${question.id}_`,
          conversationId,
          parentId: question.id,
          role: 'assistant',
          sender: 'Assistant',
          parts: content.parts(),
          files: [],
          model: null,
          state: 'partial',
          createdAt: Date.now(),
        }

  const named = (id: string | null): void => {
    if (id === null || id === answerId) return
    answerId = id
    emit({ kind: 'answer-id', answerId: id })
  }

  const asked = (value: unknown): void => {
    const wire = record(value)
    const id = typeof wire['conversationId'] === 'string' ? wire['conversationId'] : conversationId
    if (id === null) return
    conversationId = id
    const found = toMessage({ ...wire, isCreatedByUser: true }, id)
    if (found === null) return
    question = found.message
    emit({ kind: 'created', question, answerId })
  }

  const changed = (change: ReturnType<typeof content.apply>): void => {
    if (change.kind === 'deltas') emit({ kind: 'deltas', deltas: change.deltas })
    if (change.kind === 'content') emit({ kind: 'content', parts: content.parts() })
  }

  const step = (name: string, data: unknown): void => {
    if (name === 'title') {
      const { conversationId: id, title } = record(data)
      if (typeof id === 'string' && typeof title === 'string') emit({ kind: 'title', conversationId: id, title })
      return
    }
    changed(content.apply(name, data))
    named(content.runId())
  }

  const final = (data: Record<string, unknown>): void => {
    const wireConversation = record(data['conversation'])
    const id =
      typeof wireConversation['conversationId'] === 'string' ? wireConversation['conversationId'] : conversationId
    if (data['aborted'] === true && data['earlyAbort'] === true)
      return end({ kind: 'ended', outcome: 'stopped', question: null, answer: null, conversation: null })
    const request = id === null ? null : toMessage({ ...record(data['requestMessage']), isCreatedByUser: true }, id)
    const response = id === null ? null : toMessage({ ...record(data['responseMessage']), isCreatedByUser: false }, id)
    // An aborted final names the conversation and nothing else of it.
    const conversation =
      'createdAt' in wireConversation || 'updatedAt' in wireConversation ? toConversation(wireConversation) : null
    end({
      kind: 'ended',
      outcome: data['aborted'] === true ? 'stopped' : 'complete',
      question: request?.message ?? question,
      answer: response?.message ?? partial(),
      conversation,
    })
  }

  const sync = (data: Record<string, unknown>): void => {
    const state = record(data['resumeState'])
    if (state['userMessage']) asked({ conversationId: state['conversationId'], ...record(state['userMessage']) })
    if (typeof state['responseMessageId'] === 'string') named(state['responseMessageId'])
    content.replace(state['aggregatedContent'], state['runSteps'])
    emit({ kind: 'content', parts: content.parts() })
    const pending = Array.isArray(data['pendingEvents']) ? data['pendingEvents'].filter(isRecord) : []
    for (const event of pending) object(event)
  }

  /** A denial or error frame of the old style is a message of its own, with the reason in `text`. */
  const failure = (data: Record<string, unknown>): void => {
    const reason = [data['error'], data['text'], data['message']].find(
      (value) => typeof value === 'string' && value !== '',
    )
    const stored = data['final'] === true && question !== null
    end({
      kind: 'failed',
      error: turnError(typeof reason === 'string' ? reason : ''),
      accepted: stored || content.parts().length > 0,
    })
  }

  function object(data: Record<string, unknown>): void {
    if (over) return
    if (data['final'] === true && data['error'] !== true) final(data)
    else if (data['final'] === true) failure(data)
    else if (data['created'] === true) asked(data['message'])
    else if (data['sync'] === true) sync(data)
    else if (typeof data['event'] === 'string') step(data['event'], data['data'])
    else if (data['created'] !== undefined && isRecord(data['message'])) asked(data['message'])
  }

  return {
    frame({ event, data }) {
      let value: unknown
      try {
        value = JSON.parse(data)
      } catch {
        return false
      }
      if (!isRecord(value)) return false
      if (event === 'error' && !over) failure(value)
      else if (event === 'attachment') return true
      else object(value)
      return true
    },
    over: () => over,
    created: () => question !== null,
    conversationId: () => conversationId,
    finish(outcome) {
      end({ kind: 'ended', outcome, question, answer: partial(), conversation: null })
    },
    fail: end,
  }
}
