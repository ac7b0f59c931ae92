import type { Message } from '../../contract/chat.ts'

/** The answer as it looks before the server said anything of it. */
export const emptyAnswer = (question: Message, model: string | null, now: number): Message => ({
  id: `${question.id}_`,
  conversationId: question.conversationId,
  parentId: question.id,
  role: 'assistant',
  sender: model ?? 'Assistant',
  parts: [],
  files: [],
  model,
  state: 'partial',
  createdAt: now,
})

export const plainText = (message: Message): string =>
  message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')

/** The stored question of a turn and the newest answer to it, by text and parent: the server gives the question an id of its own. */
export function findTurn(
  messages: readonly Message[],
  asked: {
    readonly text: string
    readonly parentId: string | null
    readonly since: number
    readonly id: string | null
  },
): { question: Message; answer: Message | null } | null {
  const matches = (message: Message): boolean =>
    message.role === 'user' &&
    (message.id === asked.id ||
      (message.parentId === asked.parentId && plainText(message) === asked.text && message.createdAt >= asked.since))
  const question = messages.findLast(matches)
  if (!question) return null
  const answer = messages.findLast((message) => message.role === 'assistant' && message.parentId === question.id)
  return { question, answer: answer ?? null }
}
