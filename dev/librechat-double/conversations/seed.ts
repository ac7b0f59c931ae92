import { senderOf } from '../catalog/offer.ts'
import { noParent } from '../chat/no-parent.ts'
import type { Context } from '../context.ts'
import { documentId, moment, uuid } from '../state/ids.ts'
import { putMessage } from './messages.ts'

export interface SeededConversation {
  /** The address of an account that is there. */
  readonly email: string
  readonly title: string
  readonly turns?: readonly { readonly question: string; readonly answer: string }[]
  /** Epoch milliseconds of its last change; default now. */
  readonly updatedAt?: number
}

/** Stores the conversation and returns its id. */
export function seed(
  { store, users }: Context,
  { email, title, turns = [], updatedAt = moment() }: SeededConversation,
): string {
  const user = users.byEmail(email)
  if (user === null) throw new Error(`no account ${email}`)
  const conversationId = uuid()
  const endpoint = 'openAI'
  const model = 'gpt-4o'
  const first = updatedAt - turns.length * 2
  store.conversations.set(conversationId, {
    _id: documentId(),
    conversationId,
    user: user.id,
    title,
    endpoint,
    model,
    messages: [],
    tags: [],
    files: [],
    createdAt: new Date(first).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  })
  let parentMessageId = noParent
  for (const [at, { question, answer }] of turns.entries()) {
    const asked = uuid()
    const answered = uuid()
    const common = { conversationId, endpoint, error: false, unfinished: false }
    const time = first + at * 2
    const user_ = {
      ...common,
      messageId: asked,
      parentMessageId,
      sender: 'User',
      text: question,
      isCreatedByUser: true,
    }
    putMessage(store, user.id, user_, time)
    const content = [{ type: 'text', text: answer }]
    const said = {
      messageId: answered,
      parentMessageId: asked,
      sender: senderOf(endpoint, model),
      text: '',
      model,
      content,
    }
    putMessage(store, user.id, { ...common, ...said, isCreatedByUser: false }, time + 1)
    parentMessageId = answered
  }
  store.changed()
  return conversationId
}
