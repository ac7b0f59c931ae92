import type { Conversation } from '../../../contract/chat.ts'
import { switchOf } from '../start/arguments.ts'
import type { LaunchVerb } from '../start/arguments.ts'
import { isLinkable, linkTo } from '../start/deep-link.ts'
import { oneLine } from '../one-line.ts'

/** The most conversations in a system menu, and the most characters of a title there. */
const most = 8
const titleLength = 60

/** What others on this computer can read over a shoulder, so it is off unless the user wants it. */
export interface Recent {
  readonly conversationId: string
  readonly title: string
}

/** The newest conversations with a title, newest first. */
export function recents(
  conversations: readonly Pick<Conversation, 'id' | 'title' | 'updatedAt'>[],
  wanted: boolean,
): Recent[] {
  if (!wanted) return []
  return conversations
    .filter(({ id }) => isLinkable(id))
    .map(({ id, title, updatedAt }) => ({ conversationId: id, title: oneLine(title, titleLength), updatedAt }))
    .filter(({ title }) => title !== '')
    .sort((a, b) => b.updatedAt - a.updatedAt)
    .slice(0, most)
    .map(({ conversationId, title }) => ({ conversationId, title }))
}

export interface JumpItem {
  readonly title: string
  readonly description: string
  /** Arguments of the program, ready for a command line. */
  readonly args: string
}

export interface JumpList {
  readonly tasks: readonly JumpItem[]
  readonly recent: readonly JumpItem[]
}

export const tasks = (hasQuick: boolean): readonly { readonly title: string; readonly verb: LaunchVerb }[] => [
  { title: 'New chat', verb: 'new-chat' },
  { title: 'New chat from clipboard', verb: 'new-chat-from-clipboard' },
  ...(hasQuick ? [{ title: 'Quick window', verb: 'quick' } as const] : []),
]

/** The jump list of Windows. `removed`: arguments of entries that the user took away, which must not come back. */
export function jumpList(facts: {
  readonly protocol: string
  readonly hasQuick: boolean
  readonly recent: readonly Recent[]
  readonly removed: readonly string[]
}): JumpList {
  const { protocol, hasQuick, recent, removed } = facts
  return {
    tasks: tasks(hasQuick).map(({ title, verb }) => ({ title, description: title, args: switchOf(verb) })),
    recent: recent
      .map(({ conversationId, title }) => ({ title, description: title, args: linkTo(protocol, conversationId) }))
      .flatMap((item) => (item.args === null ? [] : [{ ...item, args: `-- ${item.args}` }]))
      .filter(({ args }) => !removed.includes(args)),
  }
}
