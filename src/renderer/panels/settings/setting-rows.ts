import type { AppInfo } from '../../../contract/app.ts'
import type { SettingName, Settings } from '../../../contract/settings.ts'

type NameOf<T> = { [N in SettingName]: Settings[N] extends T ? N : never }[SettingName]

export interface Choice {
  readonly value: string | number
  readonly text: string
}

export type Control =
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly choices: readonly Choice[] }
  | { readonly kind: 'languages' }
  | { readonly kind: 'shortcut' }
  /** Only to be read; the text of what applies. */
  | { readonly kind: 'fixed'; readonly text: (settings: Settings) => string }

export interface SettingRow {
  readonly name: SettingName
  readonly label: string
  readonly help: string
  readonly control: Control
}

export type SectionId =
  'general' | 'appearance' | 'notifications' | 'window' | 'quick' | 'spelling' | 'updates' | 'installation'

export interface SettingSection {
  readonly id: SectionId
  readonly title: string
  readonly rows: readonly SettingRow[]
}

export interface Surroundings extends Pick<AppInfo, 'host' | 'platform'> {
  /** There is a quick window, and something to be said of its shortcut. */
  readonly quick: boolean
}

const onOff = (name: NameOf<boolean>, label: string, help: string): SettingRow => ({
  name,
  label,
  help,
  control: { kind: 'switch' },
})
const choice = (name: SettingName, label: string, help: string, choices: readonly Choice[]): SettingRow => ({
  name,
  label,
  help,
  control: { kind: 'choice', choices },
})
const fixed = (name: SettingName, label: string, help: string, text: (settings: Settings) => string): SettingRow => ({
  name,
  label,
  help,
  control: { kind: 'fixed', text },
})

const zoomChoices = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3].map((value) => ({
  value,
  text: `${Math.round(value * 100)} %`,
}))

/** The sections that have something to set, or to read, on this system; in a browser, the browser has the rest. */
export function settingSections({ host, platform, quick }: Surroundings): SettingSection[] {
  const desktop = host === 'electron'
  const mac = platform === 'darwin'
  const tray = platform === 'win32' ? 'notification area of the taskbar' : 'notification area'
  const when = (here: boolean, ...rows: SettingRow[]): SettingRow[] => (here ? rows : [])
  const sections: SettingSection[] = [
    {
      id: 'general',
      title: 'General',
      rows: when(
        desktop,
        onOff('startAtLogin', 'Start at login', 'Starts when you sign in to this computer.'),
        onOff('startMinimized', 'Start minimised', 'A start at login opens no window.'),
      ),
    },
    {
      id: 'appearance',
      title: 'Appearance',
      rows: [
        choice('theme', 'Theme', 'Light, dark, or as the system has it.', [
          { value: 'system', text: 'As the system' },
          { value: 'light', text: 'Light' },
          { value: 'dark', text: 'Dark' },
        ]),
        ...when(desktop, choice('zoom', 'Zoom', 'How large everything in the window is.', zoomChoices)),
      ],
    },
    {
      id: 'notifications',
      title: 'Notifications',
      rows: [
        ...when(
          desktop,
          onOff('notifications', 'Notifications', 'Tell when an answer is ready while you do not use the window.'),
          onOff(
            'notificationPreview',
            'Text in notifications',
            'Shows the title of the conversation and the beginning of the answer, also to whoever looks at your screen.',
          ),
        ),
        ...when(
          desktop && platform !== 'linux',
          onOff(
            'recentInSystemMenus',
            'Recent chats in system menus',
            `Lists the titles of recent conversations in the ${mac ? 'Dock menu' : 'jump list of the taskbar'}.`,
          ),
        ),
      ],
    },
    {
      id: 'window',
      title: 'Window and tray',
      rows: when(
        desktop && !mac,
        onOff('trayIcon', 'Tray icon', `Shows an icon in the ${tray}.`),
        choice('closeAction', 'Closing the window', `What happens to the app when you close its window.`, [
          { value: 'ask', text: 'Ask' },
          { value: 'quit', text: 'Quit the app' },
          { value: 'keep-running', text: 'Keep running' },
        ]),
        onOff(
          'minimizeToTray',
          'Minimise to the tray',
          `A minimised window leaves the taskbar and stays in the ${tray}.`,
        ),
      ),
    },
    {
      id: 'quick',
      title: 'Quick window',
      rows: when(quick, {
        name: 'quickShortcut',
        label: 'Shortcut of the quick window',
        help: `Opens the quick window from anywhere, whatever program you are in.${mac ? '' : ' Ctrl + Shift + Space is free on most computers.'}`,
        control: { kind: 'shortcut' },
      }),
    },
    {
      id: 'spelling',
      title: 'Spelling',
      rows: [
        ...when(
          desktop,
          onOff(
            'spellcheck',
            'Check spelling',
            `Marks misspelled words in the message box.${mac ? ' macOS checks in the languages that it is set to.' : ''}`,
          ),
        ),
        ...when(desktop && !mac, {
          name: 'spellcheckLanguages',
          label: 'Spelling languages',
          help: 'Languages to check in; none means the language of the system. On Windows and Linux the dictionary of a language is fetched from Google once.',
          control: { kind: 'languages' },
        }),
      ],
    },
    {
      id: 'updates',
      title: 'Updates',
      rows: when(
        desktop,
        onOff(
          'automaticUpdates',
          'Download updates',
          'Downloads an update when there is one; it is installed at the next start.',
        ),
      ),
    },
    {
      id: 'installation',
      title: 'This installation',
      rows: [
        fixed(
          'platformUrl',
          'Platform address',
          'The Hestami platform that you sign in to.',
          ({ platformUrl }) => platformUrl ?? 'As installed',
        ),
        fixed(
          'librechatUrl',
          'Chat server address',
          'The LibreChat server of that platform.',
          ({ librechatUrl }) => librechatUrl ?? 'As installed',
        ),
        ...when(
          desktop,
          fixed('updates', 'Looking for updates', 'Whether the app looks for updates by itself.', ({ updates }) =>
            updates ? 'On' : 'Off',
          ),
          fixed(
            'updateMirror',
            'Update mirror',
            'Where updates come from. Their signatures are checked all the same.',
            ({ updateMirror }) => updateMirror ?? 'None: straight from Hestami',
          ),
        ),
        fixed('uploads', 'Attaching images', 'Whether images can go with a message.', ({ uploads }) =>
          uploads ? 'Allowed' : 'Not allowed',
        ),
      ],
    },
  ]
  // The section of updates tells the version, too.
  return sections.filter(({ id, rows }) => rows.length > 0 || id === 'updates')
}

/** The sections with the rows that `query` finds in their labels, help texts or titles; all of them when it is empty. */
export function findSettings(sections: readonly SettingSection[], query: string): SettingSection[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return sections.flatMap((section) => {
    const rows = section.rows.filter(({ label, help }) => {
      const text = `${section.title} ${label} ${help}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    const title = words.every((word) => section.title.toLowerCase().includes(word))
    return rows.length > 0 || title ? [{ ...section, rows: title ? section.rows : rows }] : []
  })
}
