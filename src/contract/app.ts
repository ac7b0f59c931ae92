import { z } from 'zod'

/** What build this is and what it runs in. */
export const appInfo = z.strictObject({
  name: z.string(),
  version: z.string(),
  flavour: z.enum(['production', 'beta', 'debug']),
  updateChannel: z.enum(['stable', 'beta', 'debug']),
  /** Commit and date of the build, or `development`. */
  build: z.string(),
  host: z.enum(['electron', 'browser']),
  /** As Node names it: `linux`, `darwin`, `win32`. */
  platform: z.string(),
  /** The version whose support bundle is being replayed; null in ordinary use. */
  replayOf: z.string().nullable(),
  /** All of it in lines, for the clipboard. */
  details: z.string(),
})
export type AppInfo = z.infer<typeof appInfo>

const command = <N extends string>(name: N) => z.strictObject({ name: z.literal(name) })

/** What a menu, the tray, a link or a notification asks of the main window. */
export const appCommand = z.discriminatedUnion('name', [
  command('new-chat'),
  /** A new chat with this text in the message box; nothing is sent. */
  z.strictObject({ name: z.literal('new-chat-with'), text: z.string().max(20_000) }),
  z.strictObject({ name: z.literal('open-conversation'), conversationId: z.string().min(1).max(200) }),
  command('settings'),
  command('about'),
  command('diagnostics'),
  command('support-bundle'),
  command('shortcuts'),
  command('whats-new'),
  command('check-for-updates'),
  command('print'),
  command('save-pdf'),
  command('focus-composer'),
  /** In developer builds only. */
  command('timeline'),
  command('open-bundle'),
])
export type AppCommand = z.infer<typeof appCommand>

/** `taken`: another program has it. `unsupported`: this desktop has no global shortcuts; the app says how to bind one. */
export const quickState = z.strictObject({
  shortcut: z.string().nullable(),
  registration: z.enum(['none', 'registered', 'taken', 'unsupported']),
  /** Epoch milliseconds of the last time that it was seen to fire since it was registered. */
  firedAt: z.number().nullable(),
  /** A command that opens the quick window, for desktops where the user has to bind it. */
  command: z.string().nullable(),
})
export type QuickState = z.infer<typeof quickState>
