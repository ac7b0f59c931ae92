import type { Message, Turn } from '../../contract/chat.ts'
import { branchOf } from '../lib/tree.ts'
import type { Step } from '../lib/tree.ts'
import type { Shown } from '../stores/thread.ts'

/** The turns that belong to the conversation on screen, oldest first. What never reached the server belongs to a new chat. */
export const turnsOf = (turns: Readonly<Record<string, Turn>>, shown: Shown): Turn[] =>
  Object.values(turns)
    .filter((turn) =>
      shown.kind === 'stored'
        ? turn.conversationId === shown.id
        : turn.id === shown.turnId || (turn.status === 'failed' && turn.conversationId === null),
    )
    .sort((a, b) => a.question.createdAt - b.question.createdAt)

/** The branch on screen: what is stored, with the questions and answers of running and failed turns put in. */
export function shownBranch(
  messages: readonly Message[],
  turns: readonly Turn[],
  choice: Readonly<Record<string, string>>,
): Step[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  for (const { question, answer } of turns) {
    byId.set(question.id, question)
    if (answer !== null) byId.set(answer.id, answer)
  }
  return branchOf([...byId.values()], choice)
}
