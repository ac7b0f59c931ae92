import type { Context } from '../context.ts'
import type { Exchange } from '../http/exchange.ts'
import { uuid } from '../state/ids.ts'
import { frame, streamHeaders } from './frame.ts'
import { createRun } from './run.ts'
import type { Turn } from './turn.ts'
import { finalEvent, saveAnswer, textOf } from './turn.ts'

const plainFailure = 'An error occurred while processing your request. Please contact the Admin.'

/** v0.8.0 to v0.8.2-rc1: the POST's own answer is the stream, and who closes it stops the run. */
export async function answerByPost(
  context: Context,
  exchange: Exchange,
  turn: Turn,
  failFirst: string | null,
): Promise<void> {
  const run = createRun(context, turn)
  const out = exchange.stream(200, { ...streamHeaders, 'access-control-allow-origin': '*' })
  const signal = AbortSignal.any([exchange.gone, context.closing])
  const { failed } = await run.play(
    {
      created(question) {
        const message = Object.fromEntries(Object.entries(question).filter(([field]) => field !== 'files'))
        out.write(frame('message', { created: true, message }))
      },
      event: (event) => out.write(frame('message', event)),
      attachment: (attachment) => out.write(frame('attachment', attachment)),
    },
    signal,
    failFirst,
  )
  if (context.closing.aborted) return
  if (signal.aborted) {
    const end = run.end(false)
    // What was said so far stays, as if it had been all; nothing said leaves nothing.
    if (run.created() && end.parts.length > 0) saveAnswer(context, turn, { ...end, text: textOf(end.parts) })
    return
  }
  if (failed !== null) {
    const text = failed.includes('"type"') ? failed : plainFailure
    const id = uuid()
    const { sender, conversationId, question } = turn
    const ids = { messageId: id, conversationId, parentMessageId: question.messageId }
    if (run.created()) saveAnswer(context, turn, { id, parts: [], unfinished: false, text, error: true })
    out.write(
      frame('error', { sender, ...ids, unfinished: false, error: true, final: true, text, isCreatedByUser: false }),
    )
    return out.end()
  }
  const end = run.end(false)
  saveAnswer(context, turn, end)
  out.write(frame('message', finalEvent(turn, end)))
  if (turn.wantsTitle) context.titles.generate(turn.conversationId, turn.question.text)
  out.end()
}
