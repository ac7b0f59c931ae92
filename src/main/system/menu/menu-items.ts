import type { AppCommand } from '../../../contract/app.ts'
import { separator } from './menu-entry.ts'
import type { DesktopSystem, MenuEntry } from './menu-entry.ts'
import { zoomAfter } from './zoom-steps.ts'
import type { ZoomStep } from './zoom-steps.ts'

/** What the application menu depends on. */
export interface MenuState {
  readonly system: DesktopSystem
  readonly productName: string
  /** Developer builds have more in Help. */
  readonly developer: boolean
  /** There is a main window. macOS keeps the menu without one. */
  readonly window: boolean
  /** Conversations can be read: signed in, or the session has just ended. */
  readonly chat: boolean
  readonly zoom: number
  readonly spellcheck: boolean
  /** What an administrator decided, and the user cannot change. */
  readonly fixed: { readonly zoom: boolean; readonly spellcheck: boolean }
  /** Whether an administrator left looking for updates on. */
  readonly updates: boolean
}

export type MenuAct =
  | { readonly do: 'command'; readonly command: AppCommand }
  | { readonly do: 'zoom'; readonly step: ZoomStep }
  | { readonly do: 'spellcheck'; readonly on: boolean }
  | { readonly do: 'copy-version' }

type Entry = MenuEntry<MenuAct>
type PlainCommand = Exclude<AppCommand, { text: string } | { conversationId: string }>['name']

const command = (name: PlainCommand): { act: MenuAct } => ({ act: { do: 'command', command: { name } } })

/**
 * The application menu as each system has it: title case on macOS, sentence case with mnemonics elsewhere. What does not apply
 * now is greyed, not gone.
 */
export function menuItems(state: MenuState): Entry[] {
  const { system, productName, developer, window, chat, zoom, fixed } = state
  const mac = system === 'mac'
  const say = (onMac: string, elsewhere: string): { label: string } => ({ label: mac ? onMac : elsewhere })
  const role = (name: string, onMac: string, elsewhere: string): Entry => ({ role: name, ...say(onMac, elsewhere) })

  const newChat: Entry = {
    ...say('New Chat', '&New chat'),
    accelerator: 'CommandOrControl+N',
    enabled: chat,
    ...command('new-chat'),
  }
  const settings: Entry = {
    ...say('Settings…', system === 'linux' ? 'Pr&eferences' : '&Settings'),
    accelerator: 'CommandOrControl+,',
    ...command('settings'),
  }
  const checkForUpdates: Entry = {
    ...say('Check for Updates…', 'Check for &updates'),
    enabled: state.updates,
    ...command('check-for-updates'),
  }
  const about: Entry = { ...say(`About ${productName}`, `&About ${productName}`), ...command('about') }

  const app: Entry = {
    label: productName,
    submenu: [
      about,
      checkForUpdates,
      separator,
      settings,
      separator,
      { role: 'services', label: 'Services' },
      separator,
      { role: 'hide', label: `Hide ${productName}` },
      { role: 'hideOthers', label: 'Hide Others' },
      { role: 'unhide', label: 'Show All' },
      separator,
      { role: 'quit', label: `Quit ${productName}` },
    ],
  }

  const file: Entry = {
    ...say('File', '&File'),
    submenu: [
      newChat,
      separator,
      {
        ...say('Print…', '&Print…'),
        accelerator: 'CommandOrControl+P',
        enabled: chat && window,
        ...command('print'),
      },
      { ...say('Save as PDF…', 'Save as P&DF…'), enabled: chat && window, ...command('save-pdf') },
      separator,
      ...(system === 'windows' ? [settings, separator] : []),
      mac
        ? { role: 'close', label: 'Close Window' }
        : { role: 'quit', label: system === 'windows' ? 'E&xit' : '&Quit' },
    ],
  }

  const spelling: Entry = {
    ...say('Check Spelling While Typing', 'Check &spelling while typing'),
    type: 'checkbox',
    checked: state.spellcheck,
    enabled: !fixed.spellcheck,
    act: { do: 'spellcheck', on: !state.spellcheck },
  }
  const edit: Entry = {
    ...say('Edit', '&Edit'),
    submenu: [
      role('undo', 'Undo', '&Undo'),
      role('redo', 'Redo', '&Redo'),
      separator,
      role('cut', 'Cut', 'Cu&t'),
      role('copy', 'Copy', '&Copy'),
      role('paste', 'Paste', '&Paste'),
      role('pasteAndMatchStyle', 'Paste and Match Style', 'Paste as p&lain text'),
      role('delete', 'Delete', '&Delete'),
      separator,
      role('selectAll', 'Select All', 'Select &all'),
      separator,
      ...(mac
        ? [
            { label: 'Spelling', submenu: [spelling] },
            {
              label: 'Substitutions',
              submenu: [
                { role: 'showSubstitutions', label: 'Show Substitutions' },
                separator,
                { role: 'toggleSmartQuotes', label: 'Smart Quotes' },
                { role: 'toggleSmartDashes', label: 'Smart Dashes' },
                { role: 'toggleTextReplacement', label: 'Text Replacement' },
              ],
            },
            {
              label: 'Speech',
              submenu: [
                { role: 'startSpeaking', label: 'Start Speaking' },
                { role: 'stopSpeaking', label: 'Stop Speaking' },
              ],
            },
          ]
        : [spelling]),
      ...(system === 'linux' ? [separator, settings] : []),
    ],
  }

  /** Each further key is an entry of its own that is not seen: a menu shows one key an entry. */
  const zoomEntries = (step: ZoomStep, label: { label: string }, keys: readonly string[]): Entry[] =>
    keys.map((accelerator, index) => ({
      ...label,
      accelerator,
      ...(index === 0 ? {} : { visible: false }),
      enabled: window && !fixed.zoom && zoomAfter(zoom, step) !== zoom,
      act: { do: 'zoom', step },
    }))
  const view: Entry = {
    ...say('View', '&View'),
    submenu: [
      ...zoomEntries('reset', say('Actual Size', '&Actual size'), ['CommandOrControl+0', 'CommandOrControl+num0']),
      ...zoomEntries('in', say('Zoom In', 'Zoom &in'), [
        'CommandOrControl+Plus',
        'CommandOrControl+=',
        'CommandOrControl+numadd',
      ]),
      ...zoomEntries('out', say('Zoom Out', 'Zoom &out'), ['CommandOrControl+-', 'CommandOrControl+numsub']),
      separator,
      role('togglefullscreen', 'Toggle Full Screen', '&Full screen'),
    ],
  }

  const chatMenu: Entry = {
    ...say('Chat', '&Chat'),
    submenu: [
      { ...say('New Chat', '&New chat'), enabled: chat, ...command('new-chat') },
      {
        ...say('Write a Message', '&Write a message'),
        accelerator: 'Shift+Escape',
        enabled: chat,
        ...command('focus-composer'),
      },
    ],
  }

  const windowMenu: Entry = mac
    ? {
        role: 'window',
        label: 'Window',
        submenu: [
          { role: 'minimize', label: 'Minimize' },
          { role: 'zoom', label: 'Zoom' },
          separator,
          { role: 'front', label: 'Bring All to Front' },
        ],
      }
    : {
        label: '&Window',
        submenu: [
          { role: 'minimize', label: 'Mi&nimise' },
          { role: 'close', label: '&Close' },
        ],
      }

  const help: Entry = {
    role: 'help',
    ...say('Help', '&Help'),
    submenu: [
      {
        ...say('Keyboard Shortcuts', '&Keyboard shortcuts'),
        accelerator: 'CommandOrControl+/',
        ...command('shortcuts'),
      },
      { ...say('What’s New', 'What’s &new'), ...command('whats-new') },
      separator,
      { ...say('Diagnostics…', '&Diagnostics…'), ...command('diagnostics') },
      { ...say('Save Support Bundle…', 'Save support &bundle…'), ...command('support-bundle') },
      { ...say('Copy Version', '&Copy version'), act: { do: 'copy-version' } },
      ...(developer
        ? [
            separator,
            { ...say('Network Timeline', 'Network &timeline'), ...command('timeline') },
            { ...say('Open Support Bundle…', '&Open support bundle…'), ...command('open-bundle') },
            role('forceReload', 'Reload Window', '&Reload window'),
            role('toggleDevTools', 'Developer Tools', 'D&eveloper tools'),
          ]
        : []),
      ...(mac ? [] : [separator, checkForUpdates, about]),
    ],
  }

  return [...(mac ? [app] : []), file, edit, view, chatMenu, windowMenu, help]
}
