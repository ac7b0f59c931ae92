import type { AppInfo } from '../../contract/app.ts'

type System = 'mac' | 'windows' | 'linux'

export const systemOf = (platform: string): System =>
  platform === 'darwin' ? 'mac' : platform === 'win32' ? 'windows' : 'linux'

export interface Shortcut {
  readonly label: string
  /** Electron's accelerator syntax; each does the same. */
  readonly keys: readonly string[]
}

export interface ShortcutGroup {
  readonly title: string
  readonly shortcuts: readonly Shortcut[]
}

interface Place extends Pick<AppInfo, 'host' | 'platform' | 'flavour'> {
  /** The one that the user chose for the quick window. */
  readonly quickShortcut: string | null
}

/**
 * The keys that do something in this app, as it runs here: the application menu and its keys are Electron's; in a browser those
 * belong to the browser. What the menu has without an accelerator of ours are Electron's defaults for roles.
 */
export function shortcutGroups({ host, platform, flavour, quickShortcut }: Place): ShortcutGroup[] {
  const system = systemOf(platform)
  const mac = system === 'mac'
  const menu = host === 'electron'
  const row = (label: string, keys: readonly string[], here = true): Shortcut[] => (here ? [{ label, keys }] : [])
  const groups: ShortcutGroup[] = [
    {
      title: 'Chat',
      shortcuts: [
        ...row('New chat', [...(menu ? ['CommandOrControl+N'] : []), 'CommandOrControl+Shift+O']),
        ...row('Go to the message box', ['Shift+Escape'], menu),
        ...row('Send the message', ['Enter']),
        ...row('New line in the message', ['Shift+Enter']),
        ...row('Close what is open: a panel, a menu, the list of conversations', ['Escape']),
        ...row('Print the conversation', ['CommandOrControl+P'], menu),
      ],
    },
    {
      title: 'Quick window',
      shortcuts: [
        ...row('Open or hide it, from anywhere', [quickShortcut ?? ''], quickShortcut !== null),
        ...row('Hide it', ['Escape']),
      ],
    },
    {
      title: 'Text',
      shortcuts: [
        ...row('Undo', ['CommandOrControl+Z']),
        ...row('Redo', [system === 'windows' ? 'Control+Y' : 'Shift+CommandOrControl+Z']),
        ...row('Paste without formatting', [mac ? 'Command+Option+Shift+V' : 'Control+Shift+V']),
      ],
    },
    {
      title: 'App and window',
      shortcuts: [
        ...row('Settings', ['CommandOrControl+,']),
        ...row('Keyboard shortcuts', ['CommandOrControl+/']),
        ...row('Larger', ['CommandOrControl+Plus', 'CommandOrControl+='], menu),
        ...row('Smaller', ['CommandOrControl+-'], menu),
        ...row('Actual size', ['CommandOrControl+0'], menu),
        ...row('Full screen', [mac ? 'Control+Command+F' : 'F11'], menu),
        ...row('Minimise the window', ['CommandOrControl+M'], menu),
        ...row('Close the window', ['CommandOrControl+W'], menu),
        ...row('Hide the app', ['Command+H'], menu && mac),
        ...row('Quit', ['CommandOrControl+Q'], menu && system !== 'windows'),
      ],
    },
    {
      title: 'Developer',
      shortcuts: [
        ...row('Reload the window', ['Shift+CommandOrControl+R'], menu),
        ...row('Developer tools', [mac ? 'Option+Command+I' : 'Control+Shift+I'], menu),
      ],
    },
  ]
  const hidden = [...(flavour === 'debug' ? [] : ['Developer']), ...(menu ? [] : ['Quick window'])]
  return groups.filter(({ title, shortcuts }) => shortcuts.length > 0 && !hidden.includes(title))
}

/** What is on the key, and how it is read out where that is another thing. */
export interface KeyCap {
  readonly shown: string
  readonly spoken: string
}

const macCaps: Readonly<Record<string, KeyCap>> = {
  Control: { shown: '⌃', spoken: 'Control' },
  Option: { shown: '⌥', spoken: 'Option' },
  Shift: { shown: '⇧', spoken: 'Shift' },
  Command: { shown: '⌘', spoken: 'Command' },
  Enter: { shown: '↩', spoken: 'Return' },
  Escape: { shown: 'esc', spoken: 'Escape' },
}
/** Apple's order of modifiers; elsewhere Ctrl, Alt, Shift. */
const order = {
  mac: ['Control', 'Option', 'Shift', 'Command'],
  other: ['Control', 'Super', 'Alt', 'Shift'],
} as const
const names: Readonly<Record<string, string>> = { Control: 'Ctrl', Escape: 'Esc', Plus: '+', '-': '−' }
const spoken: Readonly<Record<string, string>> = {
  Plus: 'Plus',
  '-': 'Minus',
  '=': 'Equals',
  '/': 'Slash',
  ',': 'Comma',
  Control: 'Control',
  Escape: 'Escape',
}

/** The keys of an accelerator as this system writes them. */
export function keyCaps(accelerator: string, platform: string): KeyCap[] {
  const mac = systemOf(platform) === 'mac'
  const aliases: Readonly<Record<string, string>> = {
    CommandOrControl: mac ? 'Command' : 'Control',
    CmdOrCtrl: mac ? 'Command' : 'Control',
    Cmd: 'Command',
    Ctrl: 'Control',
    Alt: mac ? 'Option' : 'Alt',
    Option: mac ? 'Option' : 'Alt',
    Meta: mac ? 'Command' : 'Super',
    Return: 'Enter',
    Esc: 'Escape',
  }
  const keys = accelerator.split('+').map((key) => aliases[key] ?? key)
  const modifiers = (mac ? order.mac : order.other).filter((name) => keys.includes(name))
  const rest = keys.filter((key) => !(modifiers as readonly string[]).includes(key))
  return [...modifiers, ...rest].map((key) => {
    const name = names[key] ?? key
    return (mac ? macCaps[key] : undefined) ?? { shown: name, spoken: spoken[key] ?? name }
  })
}
