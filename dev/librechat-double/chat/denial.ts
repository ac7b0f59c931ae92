import { senderOf } from '../catalog/offer.ts'
import type { Context } from '../context.ts'
import type { Exchange } from '../http/exchange.ts'
import { putMessage } from '../conversations/messages.ts'
import { uuid } from '../state/ids.ts'
import type { User } from '../state/schema.ts'
import { frame } from './frame.ts'
import { noParent } from './no-parent.ts'
import { readChatBody } from './question.ts'

export type Denial = 'message_limit' | 'moderation' | 'convo_access' | 'concurrent' | 'ban'

const details = (
  context: Context,
  counts: Readonly<Record<string, number>>,
): Record<Denial, Record<string, unknown>> => ({
  message_limit: {
    max: context.settings.messageMax,
    limiter: 'ip',
    windowInMinutes: 1,
    prev_count: 0,
    violation_count: 1,
    ...counts,
    date: new Date().toISOString(),
  },
  concurrent: {
    limit: context.settings.concurrentMax,
    pendingRequests: context.settings.concurrentMax + 1,
    prev_count: 0,
    violation_count: 1,
    ...counts,
    date: new Date().toISOString(),
  },
  moderation: {},
  convo_access: { error: 'User not authorized for this conversation' },
  ban: {},
})

/**
 * A refused chat request: 200 without a Content-Type and two frames, also where the client expects JSON. Both messages are
 * saved when the request named a conversation and a message to answer.
 */
export async function deny(
  context: Context,
  exchange: Exchange,
  user: User,
  type: Denial,
  counts: Readonly<Record<string, number>> = {},
): Promise<void> {
  const body = readChatBody(await exchange.body())
  const { endpoint, parentMessageId, conversationId: given } = body
  const conversationId = given ?? uuid()
  const question = {
    sender: 'User',
    messageId: body.messageId ?? uuid(),
    parentMessageId: parentMessageId ?? noParent,
    conversationId,
    isCreatedByUser: true,
    text: body.text,
  }
  const answer = {
    sender: senderOf(endpoint ?? '', body.parameters.model ?? null),
    messageId: uuid(),
    conversationId,
    parentMessageId: question.messageId,
    unfinished: false,
    error: true,
    final: true,
    text: JSON.stringify({ type, ...details(context, counts)[type] }),
    isCreatedByUser: false,
  }
  // Nobody writes into somebody else's conversation, not even a refusal.
  if (
    given &&
    parentMessageId &&
    parentMessageId !== noParent &&
    context.store.conversations.get(given)?.user === user.id
  ) {
    putMessage(context.store, user.id, { ...question, error: false, unfinished: false })
    const { final: _, ...row } = answer
    putMessage(context.store, user.id, row)
  }
  const out = exchange.stream(200, {})
  out.write(frame('message', { message: question, created: true }))
  out.write(frame('error', answer))
  out.end()
}

/** A request whose body cannot be used: one error frame, in the same clothes. */
export function refuse(exchange: Exchange, text: string): void {
  const out = exchange.stream(200, {})
  out.write(frame('error', { text }))
  out.end()
}
