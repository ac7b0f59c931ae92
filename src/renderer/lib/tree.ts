import type { Message } from '../../contract/chat.ts'

/** A message on screen with its siblings: other wordings of a question, other answers to it. */
export interface Step {
  readonly message: Message
  /** Position among the siblings, from 0, and how many there are. */
  readonly index: number
  readonly siblings: readonly Message[]
}

const root = ''

/** The key under which the choice among a message's siblings is kept. */
export const branchKey = (message: Message): string => message.parentId ?? root

/**
 * The branch that is shown: at each fork the chosen message, else the newest. Messages whose parent is missing (deleted on the
 * server) count as roots. `choice` maps a parent's id to the chosen child's.
 */
export function branchOf(messages: readonly Message[], choice: Readonly<Record<string, string>>): Step[] {
  const ids = new Set(messages.map((message) => message.id))
  const children = new Map<string, Message[]>()
  for (const message of messages) {
    const parent = message.parentId !== null && ids.has(message.parentId) ? message.parentId : root
    const list = children.get(parent)
    if (list) list.push(message)
    else children.set(parent, [message])
  }
  const steps: Step[] = []
  const seen = new Set<string>()
  let parent = root
  for (;;) {
    const siblings = children.get(parent)
    if (siblings === undefined) return steps
    const chosen = siblings.findIndex((message) => message.id === choice[parent])
    const index = chosen === -1 ? siblings.length - 1 : chosen
    const message = siblings[index]
    // A loop in what the server sent must not hang the window.
    if (message === undefined || seen.has(message.id)) return steps
    seen.add(message.id)
    steps.push({ message, index, siblings })
    parent = message.id
  }
}
