import { z } from 'zod'
import { target } from './chat.ts'

/** BCP 47, as Chromium names its dictionaries: `en-GB`, `de`. */
const language = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)

/** Electron's accelerator syntax: modifiers and one key, joined by `+`. */
const accelerator = z
  .string()
  .max(60)
  .regex(/^([A-Za-z]+\+){1,3}([A-Za-z0-9]{1,12}|[-=[\];',./\\`])$/)

const httpsUrl = z.url({ protocol: /^https$/ }).max(500)

/**
 * Who may decide a setting. `user`: in the app, and an administrator by policy (as a default or enforced). `administrator`: by
 * policy alone. `app`: what the app itself remembers; no policy has a say.
 */
export type SettingOwner = 'user' | 'administrator' | 'app'

export interface SettingRow<S extends z.ZodType = z.ZodType> {
  readonly schema: S
  readonly owner: SettingOwner
  /** For the templates of administrators: a short name, and what each value does. Empty for the app's own. */
  readonly title: string
  readonly about: string
}

const row = <S extends z.ZodType>(owner: SettingOwner, schema: S, title = '', about = ''): SettingRow<S> => ({
  schema,
  owner,
  title,
  about,
})

/** THE table of settings (what applies by default is in setting-defaults.ts): settings file, settings screen, policies and policy templates all come from it. */
export const settingsTable = {
  theme: row('user', z.enum(['system', 'light', 'dark']), 'Theme', 'Light, dark, or as the system says.'),
  zoom: row('user', z.number().min(0.5).max(3), 'Zoom', 'Size of everything in the window; 1 is normal.'),
  spellcheck: row('user', z.boolean(), 'Check spelling', 'Marks misspelled words in the message box.'),
  spellcheckLanguages: row(
    'user',
    z.array(language).max(10),
    'Spelling languages',
    'Languages to check spelling in, such as en-GB; none means the language of the system.',
  ),
  notifications: row(
    'user',
    z.boolean(),
    'Notifications',
    'Tells when an answer is ready while the window is not in use.',
  ),
  notificationPreview: row(
    'user',
    z.boolean(),
    'Text in notifications',
    'Shows the title of the conversation and the beginning of the answer in notifications.',
  ),
  recentInSystemMenus: row(
    'user',
    z.boolean(),
    'Recent chats in system menus',
    'Lists the titles of recent conversations in the jump list and the Dock menu.',
  ),
  trayIcon: row('user', z.boolean(), 'Tray icon', 'Shows an icon in the notification area.'),
  closeAction: row(
    'user',
    z.enum(['ask', 'quit', 'keep-running']),
    'Closing the window',
    'Quits, keeps running in the notification area, or asks once. macOS always keeps running.',
  ),
  minimizeToTray: row(
    'user',
    z.boolean(),
    'Minimise to the tray',
    'A minimised window leaves the taskbar and stays in the notification area.',
  ),
  startAtLogin: row('user', z.boolean(), 'Start at login', 'Starts when the user signs in to the computer.'),
  startMinimized: row('user', z.boolean(), 'Start minimised', 'A start at login opens no window.'),
  quickShortcut: row(
    'user',
    accelerator.nullable(),
    'Shortcut of the quick window',
    'Opens the quick window from anywhere, such as Control+Shift+Space. None by default.',
  ),
  automaticUpdates: row(
    'user',
    z.boolean(),
    'Download updates',
    'Downloads an update when there is one; it is installed at the next start.',
  ),
  updates: row('administrator', z.boolean(), 'Updates', 'Off: the app never looks for updates by itself.'),
  updateMirror: row(
    'administrator',
    httpsUrl.nullable(),
    'Update mirror',
    'Address of a copy of the update feed inside the organisation. Signatures are checked all the same.',
  ),
  platformUrl: row(
    'administrator',
    httpsUrl.nullable(),
    'Platform address',
    'Address of the Hestami platform that this installation signs in to.',
  ),
  librechatUrl: row(
    'administrator',
    httpsUrl.nullable(),
    'Chat server address',
    'Address of the LibreChat server of that platform.',
  ),
  uploads: row('administrator', z.boolean(), 'Attach images', 'Off: nothing can be attached to a message.'),
  /** Epoch milliseconds until which the log holds debug lines; at most 24 hours ahead. */
  verboseLogUntil: row('app', z.number().nullable()),
  /** Epoch milliseconds until which no notification is shown; null: they are not paused. */
  notificationsPausedUntil: row('app', z.number().nullable()),
  /** What the last message was sent to; the first choice for a new conversation. */
  lastTarget: row('app', target.nullable()),
  /** The conversation that was open last; shown first at the next start. */
  lastConversationId: row('app', z.string().max(200).nullable()),
} as const satisfies Record<string, SettingRow>

type Table = typeof settingsTable
export type SettingName = keyof Table
type Shape = { [N in SettingName]: Table[N]['schema'] }

const shape = Object.fromEntries(
  Object.entries(settingsTable).map(([name, { schema }]) => [name, schema]),
) as unknown as Shape

export const settings = z.strictObject(shape)
export type Settings = z.infer<typeof settings>

export const settingsPatch = settings.partial()

export const settingNames = Object.keys(settingsTable) as readonly SettingName[]
export const settingName = z.enum(settingNames as [SettingName, ...SettingName[]])

/**
 * Who set what applies. `policy-default`: an administrator's default, which the user may change; `policy`: enforced. `from`
 * names the place (a registry key, a file) for people to find it; null unless it is a policy.
 */
export const settingOrigin = z.strictObject({
  by: z.enum(['default', 'user', 'policy-default', 'policy']),
  from: z.string().max(500).nullable(),
})
export type SettingOrigin = z.infer<typeof settingOrigin>

export const settingOrigins = z.record(settingName, settingOrigin)
export type SettingOrigins = z.infer<typeof settingOrigins>
