import { z } from 'zod'
import { conversationOf } from './deep-link.ts'

/** What a start may ask of the app: nothing that sends, signs in or changes a setting, for a web page can cause a start. */
export type LaunchVerb = 'new-chat' | 'new-chat-from-clipboard' | 'quick'

export interface Launch {
  /** The conversation of the link, when there is one; it goes before every verb. */
  readonly conversationId: string | null
  readonly verb: LaunchVerb | null
  /** The system started the app at login, and no window is wanted. */
  readonly hidden: boolean
  /** Why a link was not taken. */
  readonly refused: 'link' | 'several-links' | 'too-long' | null
}

export const plainLaunch: Launch = { conversationId: null, verb: null, hidden: false, refused: null }

const verbs: Readonly<Record<string, LaunchVerb>> = {
  '--new-chat': 'new-chat',
  '--new-chat-from-clipboard': 'new-chat-from-clipboard',
  '--quick': 'quick',
}
/** The switch of the login item. */
export const hiddenSwitch = '--hidden'
export const switchOf = (verb: LaunchVerb): string => `--${verb}`

/** More, or longer ones, are nobody's honest command line. */
const most = { count: 64, length: 2048 }

/** What follows the program, and in development the app's folder, on the command line. */
export function ownArguments(argv: readonly string[], packaged: boolean): string[] {
  if (packaged) return argv.slice(1)
  const folder = argv.findIndex((argument, index) => index > 0 && !argument.startsWith('-'))
  return folder === -1 ? [] : argv.slice(folder + 1)
}

/**
 * Reads what a start asks for. Reading ends at the first argument that is no switch: a link that was cut into several arguments brings
 * no switch of its own in. Switches that are not ours are passed over; Chromium's are the gate's matter (launch-switches.ts).
 */
export function readLaunch(args: readonly string[], protocol: string): Launch {
  if (args.length > most.count || args.some((argument) => argument.length > most.length))
    return { ...plainLaunch, refused: 'too-long' }
  const end = args.findIndex((argument) => !argument.startsWith('-'))
  const switches = end === -1 ? args : args.slice(0, end)
  const rest = end === -1 ? [] : args.slice(end)
  const read = {
    verb: switches.map((argument) => verbs[argument]).find((verb) => verb !== undefined) ?? null,
    hidden: switches.includes(hiddenSwitch),
  }
  const [link] = rest
  if (link === undefined) return { ...plainLaunch, ...read }
  // Whatever stands before a link did not come with it: a link asks for its conversation and nothing else.
  if (rest.filter((argument) => argument.toLowerCase().includes(`${protocol}:`)).length > 1)
    return { ...plainLaunch, refused: 'several-links' }
  const conversationId = conversationOf(link, protocol)
  return conversationId === null
    ? { ...plainLaunch, refused: 'link' }
    : { conversationId, verb: null, hidden: false, refused: null }
}

const handed = z.object({ args: z.array(z.string()).max(most.count) })

/** What a second start hands over; anybody who reaches the lock's socket can, so it is read like a web page's request. */
export function handedOver(data: unknown): string[] {
  const read = handed.safeParse(data)
  return read.success ? read.data.args : []
}
