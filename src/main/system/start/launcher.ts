import type { AppCommand } from '../../../contract/app.ts'
import type { Log } from '../../host.ts'
import { readLaunch } from './arguments.ts'
import type { Launch, LaunchVerb } from './arguments.ts'
import { conversationOf, isLinkable } from './deep-link.ts'

/** Characters of the clipboard that go into a new chat. */
export const mostClipboard = 20_000

interface Deps {
  readonly protocol: string
  /** Brings the main window to the front, making it when there is none. */
  readonly show: () => void
  /** A start that wants no window. */
  readonly stayHidden: () => void
  /** Null where there is no quick window. */
  readonly quick: (() => void) | null
  readonly give: (command: AppCommand) => void
  readonly clipboard: () => Promise<string>
  readonly log: Log
}

/** Does what starts and links ask for. */
export interface Launcher {
  /** The first start: `hidden` when the system says itself that it is one at login that wants no window. */
  first(args: readonly string[], hidden: boolean): void
  /** Another start while this one runs. Always ends with something on screen, but for the system's own at login. */
  second(args: readonly string[]): void
  /** A link on its own, as macOS brings it. */
  link(url: string): void
  /** A click on a notification of an earlier run started the app; `key` is the notice's. */
  notification(key: string): void
  verb(verb: LaunchVerb): void
  openConversation(conversationId: string): void
}

/** Cut at a whole character. */
const bounded = (text: string): string => {
  const cut = text.slice(0, mostClipboard)
  return cut.isWellFormed() ? cut : cut.slice(0, -1).toWellFormed()
}

export function createLauncher({ protocol, show, stayHidden, quick, give, clipboard, log }: Deps): Launcher {
  const ask = (command: AppCommand): void => {
    show()
    give(command)
  }
  const pasted = async (): Promise<void> => {
    show()
    const text = bounded(await clipboard().catch(() => ''))
    give(text.trim() === '' ? { name: 'new-chat' } : { name: 'new-chat-with', text })
  }
  const verb = (asked: LaunchVerb): void => {
    if (asked === 'new-chat') ask({ name: 'new-chat' })
    else if (asked === 'new-chat-from-clipboard') void pasted()
    else if (quick === null) show()
    else quick()
  }
  const openConversation = (conversationId: string): void => ask({ name: 'open-conversation', conversationId })

  const refused = (why: string): void => log({ level: 'warn', event: 'launch.refused', fields: { why } })

  const obey = (launch: Launch): void => {
    if (launch.refused !== null) refused(launch.refused)
    if (launch.conversationId !== null) openConversation(launch.conversationId)
    else if (launch.verb !== null) verb(launch.verb)
    else if (launch.hidden) stayHidden()
    else show()
  }

  return {
    first(args, hidden) {
      const launch = readLaunch(args, protocol)
      // When the quick window is put away there must be something left of the app.
      if (launch.verb === 'quick' && quick !== null) stayHidden()
      obey(hidden ? { ...launch, hidden } : launch)
    },
    second(args) {
      const launch = readLaunch(args, protocol)
      // The system's own start at login found the app running already: nobody asked for a window.
      if (launch.hidden && launch.verb === null) return
      obey(launch)
    },
    link(url) {
      const conversationId = conversationOf(url, protocol)
      if (conversationId === null) refused('link')
      else openConversation(conversationId)
    },
    notification(key) {
      if (isLinkable(key)) openConversation(key)
    },
    verb,
    openConversation,
  }
}
