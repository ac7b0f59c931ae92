import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { dropMessage } from '../conversations/messages.ts'
import type { Output } from '../http/output.ts'
import { moment } from '../state/ids.ts'
import type { StepEvent } from './content.ts'
import { createContent } from './content.ts'
import { frame } from './frame.ts'
import { createRun } from './run.ts'
import type { Run } from './run.ts'
import type { Turn } from './turn.ts'
import { finalEvent, saveAnswer, textOf } from './turn.ts'

/** Step events that a resume finds not yet in the aggregated content. */
const lag = 3
export const protocol = { generationProtocolVersion: 1 } as const

/** One generation that lives on its own: readers come and go, the run does not care. */
export interface Job {
  readonly turn: Turn
  /** Epoch milliseconds: which generation of its conversation this is. */
  readonly createdAt: number
  running(): boolean
  /** Adds a reader; plain: with all that was sent if it is the first, else only what is to come. */
  attach(out: Output, resume: boolean): void
  detach(out: Output): void
  resumeState(): Record<string, unknown> | null
  aggregated(): unknown[]
  /** Stops the run, stores what there is and tells the readers. */
  abort(): void
  /** Stops the run because another took its place. */
  replace(): void
}

export function createJob(
  context: Context,
  turn: Turn,
  failFirst: string | null,
  onOver: (failed: boolean) => void,
): Job {
  const run: Run = createRun(context, turn)
  const createdAt = moment()
  const readers = new Set<Output>()
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, context.closing])
  const log: { text: string; event: StepEvent | null }[] = []
  const firstReader = Promise.withResolvers<void>()
  let attached = false
  let state: 'running' | 'failed' | 'over' = 'running'
  let titleSent = false

  const emit = (text: string, event: StepEvent | null = null): void => {
    log.push({ text, event })
    for (const out of readers) out.write(text)
  }
  const step = (event: StepEvent): void => emit(frame('message', event), event)

  const tellTitle = (): void => {
    const title = turn.wantsTitle && !titleSent ? context.titles.ready(turn.conversationId) : null
    if (title === null) return
    titleSent = true
    step({ event: 'title', data: { conversationId: turn.conversationId, title } })
  }

  const over = (next: 'failed' | 'over', last: string): void => {
    state = next
    emit(last)
    for (const out of readers) out.end()
    readers.clear()
    onOver(next === 'failed')
  }

  /** The id an answer is stored under before its first token. */
  const preliminary = `${turn.question.messageId}_`
  const answerId = (): string => (run.begun() ? turn.answerId : preliminary)

  const savePartial = (): void => {
    const end = run.end(true)
    if (run.begun()) dropMessage(context.store, turn.conversationId, preliminary)
    saveAnswer(context, turn, { ...end, id: answerId(), text: textOf(end.parts) })
  }

  const finish = (): void => {
    tellTitle()
    const end = run.end(false)
    const output = Math.ceil(textOf(end.parts).length / 4)
    const usage = { input_tokens: 18, output_tokens: output, total_tokens: 18 + output }
    const { model, endpoint, answerId: runId } = turn
    step({ event: 'on_token_usage', data: { ...usage, model, provider: endpoint, runId, seq: 0 } })
    dropMessage(context.store, turn.conversationId, preliminary)
    saveAnswer(context, turn, end)
    over('over', frame('message', { ...finalEvent(turn, end), ...protocol }))
  }

  const work = async (): Promise<void> => {
    const { failed } = await run.play(
      {
        created(message) {
          emit(frame('message', { created: true, message, streamId: turn.conversationId }))
          if (turn.wantsTitle) context.titles.generate(turn.conversationId, turn.question.text)
        },
        event(event) {
          tellTitle()
          step(event)
        },
        attachment: (attachment) => step({ event: 'attachment', data: attachment }),
      },
      signal,
      failFirst,
    )
    if (failed === null && !attached && !signal.aborted) {
      const grace = sleep(context.settings.attachGraceMs, undefined, { signal }).catch(() => undefined)
      await Promise.race([firstReader.promise, grace])
    }
    if (state !== 'running' || signal.aborted) return
    if (failed === null) finish()
    else over('failed', frame('error', { error: failed, ...protocol }))
  }

  /** What a reader that comes back needs, as of `behind` step events ago. */
  const stateAt = (behind: number): { state: Record<string, unknown>; slots: unknown[]; pending: StepEvent[] } => {
    const events = log.flatMap(({ event }) => (event === null ? [] : [event]))
    const seen = createContent()
    const known = events.slice(0, Math.max(0, events.length - behind))
    for (const event of known) seen.apply(event)
    const { messageId, parentMessageId, conversationId, text } = turn.question
    const title = known.find(({ event }) => event === 'title')
    return {
      slots: seen.slots(),
      pending: events.slice(known.length),
      state: {
        runSteps: seen.steps(),
        aggregatedContent: seen.slots(),
        userMessage: { messageId, parentMessageId, conversationId, text },
        ...(run.begun() ? { responseMessageId: turn.answerId } : {}),
        conversationId,
        sender: turn.sender,
        model: turn.model,
        iconURL: null,
        ...(title ? { titleEvent: title } : {}),
      },
    }
  }

  const job: Job = {
    turn,
    createdAt,
    running: () => state === 'running',
    attach(out, resume) {
      const first = !attached
      attached = true
      if (resume && run.created() && state === 'running') {
        const { state: resumeState, pending } = stateAt(lag)
        out.write(frame('message', { sync: true, resumeState, pendingEvents: pending }))
      } else if (first || resume) for (const { text } of log) out.write(text)
      else if (state === 'failed') out.write(log.at(-1)?.text ?? '')
      if (state !== 'running') return out.end()
      readers.add(out)
      firstReader.resolve()
    },
    detach(out) {
      if (readers.delete(out) && readers.size === 0 && state === 'running' && run.created() && !context.closing.aborted)
        savePartial()
    },
    resumeState: () => (run.created() ? stateAt(0).state : null),
    aggregated: () => stateAt(0).slots,
    abort() {
      stop.abort()
      const { conversationId, question, sender, model, endpoint } = turn
      const { messageId, parentMessageId, text } = question
      const requestMessage = { messageId, parentMessageId, conversationId, text, isCreatedByUser: true }
      const early = !run.created()
      if (!early) savePartial()
      const responseMessage = {
        messageId: answerId(),
        parentMessageId: messageId,
        conversationId,
        content: run.end(true).parts,
        sender,
        model,
        endpoint,
        unfinished: true,
        error: false,
        isCreatedByUser: false,
      }
      const last = {
        final: true,
        conversation: early ? null : { conversationId },
        title: 'New Chat',
        requestMessage,
        responseMessage: early ? null : responseMessage,
        aborted: true,
        earlyAbort: early,
        ...protocol,
      }
      over('over', frame('message', last))
    },
    replace() {
      stop.abort()
      if (run.created()) savePartial()
      const error = 'Generation state changed; reconnect to load the saved response.'
      over('over', frame('error', { error, ...protocol }))
    },
  }
  work().catch((thrown: unknown) => {
    if (state === 'running') over('failed', frame('error', { error: String(thrown), ...protocol }))
  })
  return job
}
