import { shortId } from '../state/ids.ts'
import type { Part, RunStep, StepEvent } from './content.ts'
import type { AnswerStep, ScriptedAnswer } from './scripts.ts'

/** What happens next in a run. Paced events keep the beat of the deltas. */
export type Cue =
  | { readonly kind: 'event'; readonly event: StepEvent; readonly paced: boolean }
  | { readonly kind: 'attachment'; readonly attachment: Readonly<Record<string, unknown>> }
  | { readonly kind: 'pause'; readonly ms: number }
  | { readonly kind: 'part'; readonly part: Part }
  | { readonly kind: 'fail'; readonly error: string }

/** Characters of the longest delta; words are shorter. */
const longestDelta = 24

/** Words with the white space before them; what has none is cut, never inside a character. */
export const deltasOf = (text: string): string[] =>
  (text.match(/\s*\S+|\s+$/g) ?? []).flatMap((word) => {
    const characters = Array.from(word)
    const count = Math.ceil(characters.length / longestDelta)
    return Array.from({ length: count }, (_, at) =>
      characters.slice(at * longestDelta, (at + 1) * longestDelta).join(''),
    )
  })

const event = (name: string, data: Readonly<Record<string, unknown>>, paced = false): Cue => ({
  kind: 'event',
  event: { event: name, data },
  paced,
})

const openStep = (type: RunStep['type'], index: number, runId: string, stepDetails: unknown): RunStep => ({
  stepIndex: index,
  id: shortId('step'),
  type,
  index,
  stepDetails,
  usage: null,
  runId,
})

const messageStep = (index: number, runId: string): RunStep =>
  openStep('message_creation', index, runId, {
    type: 'message_creation',
    message_creation: { message_id: shortId('msg') },
  })

const toolStep = (index: number, runId: string, id: string, name: string): RunStep =>
  openStep('tool_calls', index, runId, { type: 'tool_calls', tool_calls: [{ id, name, args: '', type: 'tool_call' }] })

function* toolCues(step: Extract<AnswerStep, { kind: 'tool' }>, index: number, runId: string): Generator<Cue> {
  const id = shortId('call')
  const opened = toolStep(index, runId, id, step.name)
  yield event('on_run_step', opened, true)
  for (let at = 0; at < step.args.length; at += 8) {
    const args = step.args.slice(at, at + 8)
    const delta = { type: 'tool_calls', tool_calls: [{ index: 0, args, type: 'tool_call_chunk' }] }
    yield event('on_run_step_delta', { id: opened.id, delta }, true)
  }
  const call = { id, name: step.name, args: step.args, output: step.output, progress: 1 }
  yield event('on_run_step_completed', { result: { id: opened.id, index, type: 'tool_call', tool_call: call } }, true)
}

function* textCues(
  { kind, text }: { kind: 'text' | 'think'; text: string },
  index: number,
  runId: string,
): Generator<Cue> {
  const opened = messageStep(index, runId)
  yield event('on_run_step', opened)
  const name = kind === 'text' ? 'on_message_delta' : 'on_reasoning_delta'
  for (const piece of deltasOf(text))
    yield event(name, { id: opened.id, delta: { content: [{ type: kind, [kind]: piece }] } }, true)
}

/** The server asks the user to sign in to a tool's server before the run proper: its events name no answer yet. */
export function* beforeCues(before: NonNullable<ScriptedAnswer['before']>): Generator<Cue> {
  let index = 0
  for (const step of before) {
    if (step.kind === 'pause') {
      yield step
      continue
    }
    const id = shortId('call')
    const name = `oauth_mcp_${step.server}`
    const opened = toolStep(index++, 'USE_PRELIM_RESPONSE_MESSAGE_ID', id, name)
    yield event('on_run_step', opened)
    const delta = {
      type: 'tool_calls',
      tool_calls: [{ id, name, args: '' }],
      auth: step.url,
      expires_at: Math.floor(Date.now() / 1000) + 600,
    }
    yield event('on_run_step_delta', { id: opened.id, delta })
  }
}

/** `firstIndex`: the slot after those that prompts before the run have taken. */
export function* answerCues(steps: readonly AnswerStep[], runId: string, firstIndex: number): Generator<Cue> {
  let index = firstIndex
  for (const step of steps) {
    if (step.kind === 'tool') yield* toolCues(step, index++, runId)
    else if (step.kind === 'hole') yield event('on_run_step', messageStep(index++, runId))
    else if (step.kind === 'text' || step.kind === 'think') yield* textCues(step, index++, runId)
    else if (step.kind === 'error') yield { kind: 'part', part: { type: 'error', error: step.error } }
    else yield step
  }
}
