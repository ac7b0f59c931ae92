import { describe, expect, test } from 'vitest'
import { menuItems } from '../../src/main/system/menu/menu-items.ts'
import type { MenuEntry } from '../../src/main/system/menu/menu-entry.ts'
import { keyCaps, shortcutGroups } from '../../src/renderer/panels/shortcut-list.ts'

const systems = [
  ['darwin', 'mac'],
  ['win32', 'windows'],
  ['linux', 'linux'],
] as const

const flat = <Act>(entries: readonly MenuEntry<Act>[]): MenuEntry<Act>[] =>
  entries.flatMap((entry) => [entry, ...flat(entry.submenu ?? [])])

/** What Electron gives a role without an accelerator of ours, and null where it gives none. */
const roleKeys = (platform: string): Readonly<Record<string, string | null>> => {
  const mac = platform === 'darwin'
  return {
    undo: 'CommandOrControl+Z',
    redo: platform === 'win32' ? 'Control+Y' : 'Shift+CommandOrControl+Z',
    pasteAndMatchStyle: mac ? 'Command+Option+Shift+V' : 'Shift+CommandOrControl+V',
    togglefullscreen: mac ? 'Control+Command+F' : 'F11',
    minimize: 'CommandOrControl+M',
    close: 'CommandOrControl+W',
    quit: platform === 'win32' ? null : 'CommandOrControl+Q',
    hide: 'Command+H',
    forceReload: 'Shift+CommandOrControl+R',
    toggleDevTools: mac ? 'Option+Command+I' : 'Control+Shift+I',
  }
}
/** Keys of the window itself; what they do is tested in the journeys. */
const windowKeys = ['CommandOrControl+Shift+O', 'Enter', 'Shift+Enter', 'Escape']
const spoken = (platform: string, accelerator: string): string =>
  keyCaps(accelerator, platform)
    .map((cap) => cap.spoken)
    .join('+')

describe.each(systems)('the sheet of shortcuts on %s', (platform, system) => {
  const sheet = shortcutGroups({ host: 'electron', platform, flavour: 'debug', quickShortcut: null })
  const listed = sheet.flatMap(({ shortcuts }) => shortcuts.flatMap(({ keys }) => keys)).map((k) => spoken(platform, k))
  const entries = flat(
    menuItems({
      system,
      productName: 'Hestami Chat',
      developer: true,
      window: true,
      chat: true,
      zoom: 1,
      spellcheck: true,
      fixed: { zoom: false, spellcheck: false },
      updates: true,
    }),
  )
  const own = entries.flatMap(({ accelerator }) => accelerator ?? [])
  const roles = roleKeys(platform)
  const byRole = entries.flatMap(({ role, accelerator }) => (role && !accelerator ? (roles[role] ?? []) : []))

  test('has every key of the menu', () => {
    // The number block does what the digits do.
    const missing = own.filter((key) => !/\+num/.test(key)).filter((key) => !listed.includes(spoken(platform, key)))
    expect(missing).toEqual([])
    expect(own.length).toBeGreaterThan(8)
  })

  test('has none that does nothing', () => {
    const real = [...own, ...byRole, ...windowKeys].map((key) => spoken(platform, key))
    expect(listed.filter((key) => !real.includes(key))).toEqual([])
  })
})

test('in a browser the keys of the menu belong to the browser', () => {
  const place = { host: 'browser', platform: 'linux', flavour: 'debug', quickShortcut: 'Alt+Q' } as const
  const keys = shortcutGroups(place).flatMap(({ shortcuts }) => shortcuts.flatMap((one) => one.keys))
  expect(keys).toContain('CommandOrControl+/')
  for (const key of ['CommandOrControl+N', 'CommandOrControl+P', 'F11', 'Alt+Q']) expect(keys).not.toContain(key)
})

test('keys are written as the system writes them', () => {
  const shown = (accelerator: string, platform: string): string =>
    keyCaps(accelerator, platform)
      .map((cap) => cap.shown)
      .join(' ')
  expect(shown('CommandOrControl+Shift+O', 'darwin')).toBe('⇧ ⌘ O')
  expect(shown('CommandOrControl+Shift+O', 'win32')).toBe('Ctrl Shift O')
  expect(shown('Shift+CommandOrControl+R', 'linux')).toBe('Ctrl Shift R')
  expect(shown('CommandOrControl+Plus', 'linux')).toBe('Ctrl +')
  expect(shown('Alt+Command+Space', 'darwin')).toBe('⌥ ⌘ Space')
})
