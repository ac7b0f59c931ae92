import type { Context } from '../context.ts'
import type { Content, Part, StepEvent } from './content.ts'
import { createContent } from './content.ts'
import type { Cue } from './cues.ts'
import { answerCues, beforeCues } from './cues.ts'
import { play } from './play.ts'
import type { AnswerEnd, Turn, UserMessage } from './turn.ts'
import { saveQuestion } from './turn.ts'

/** Where a run's events go, in the order of the stream. */
export interface Sink {
  created(message: UserMessage): void
  event(event: StepEvent): void
  attachment(attachment: Readonly<Record<string, unknown>>): void
}

export interface Run {
  readonly turn: Turn
  readonly content: Content
  /** Whether `created` was sent; from then on the question is stored. */
  created(): boolean
  /** Whether anything of the answer was sent. */
  begun(): boolean
  /** Plays the turn. `failFirst` fails it before `created`. */
  play(sink: Sink, signal: AbortSignal, failFirst: string | null): Promise<{ readonly failed: string | null }>
  /** How the answer stands: kept parts and new ones, under the answer's own id. */
  end(unfinished: boolean): AnswerEnd
}

/** The kept parts of an edited answer and what came after them; parts of one kind at the seam become one. */
function joined(kept: readonly Part[], parts: readonly Part[]): Part[] {
  const last = kept.at(-1)
  const [first, ...rest] = parts
  if (!last || !first || last.type !== first.type || (first.type !== 'text' && first.type !== 'think'))
    return [...kept, ...parts]
  const seam = { ...last, [first.type]: `${String(last[first.type])}${String(first[first.type])}` }
  return [...kept.slice(0, -1), seam, ...rest]
}

export function createRun(context: Context, turn: Turn): Run {
  const { settings } = context
  const content = createContent()
  const attachments: Readonly<Record<string, unknown>>[] = []
  let created = false
  let begun = false
  let failed: string | null = null

  const take =
    (sink: Sink) =>
    (cue: Exclude<Cue, { kind: 'pause' }>): void => {
      if (cue.kind === 'fail') failed = cue.error
      else if (cue.kind === 'part') content.append(cue.part)
      else if (cue.kind === 'event') {
        begun ||= created
        content.apply(cue.event)
        sink.event(cue.event)
      } else {
        const attachment = { ...cue.attachment, messageId: turn.answerId, conversationId: turn.conversationId }
        attachments.push(attachment)
        sink.attachment(attachment)
      }
    }

  return {
    turn,
    content,
    created: () => created,
    begun: () => begun,
    async play(sink, signal, failFirst) {
      const { answer } = turn
      const pace = { deltasPerSecond: answer.deltasPerSecond ?? settings.deltasPerSecond, signal, on: take(sink) }
      await play(beforeCues(answer.before ?? []), pace)
      if (failFirst !== null || signal.aborted) return { failed: failFirst }
      saveQuestion(context, turn)
      created = true
      sink.created(turn.question)
      await play(answerCues(answer.steps, turn.answerId, content.slots().length), pace)
      return { failed }
    },
    end: (unfinished) => ({
      id: turn.answerId,
      parts: joined(turn.kept, content.parts()),
      unfinished,
      ...(attachments.length > 0 ? { attachments: [...attachments] } : {}),
    }),
  }
}
