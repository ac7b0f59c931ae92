import { describe, expect, test } from 'vitest'
import { appCommand } from '../../../contract/app.ts'
import { menuItems } from './menu-items.ts'
import type { MenuAct, MenuState } from './menu-items.ts'
import type { MenuEntry } from './menu-entry.ts'

type Entry = MenuEntry<MenuAct>

const usual: MenuState = {
  system: 'linux',
  productName: 'Hestami Chat',
  developer: false,
  window: true,
  chat: true,
  zoom: 1,
  spellcheck: true,
  fixed: { zoom: false, spellcheck: false },
  updates: true,
}
const systems = ['mac', 'windows', 'linux'] as const
const menu = (patch: Partial<MenuState> = {}): Entry[] => menuItems({ ...usual, ...patch })
const flat = (entries: readonly Entry[]): Entry[] => entries.flatMap((entry) => [entry, ...flat(entry.submenu ?? [])])
const seen = (entry: Entry): boolean => entry.visible !== false
const outline = (entries: readonly Entry[], depth = 0): string[] =>
  entries
    .filter(seen)
    .flatMap((entry) => [
      `${'  '.repeat(depth)}${entry.label ?? '—'}${entry.accelerator === undefined ? '' : ` (${entry.accelerator})`}`,
      ...outline(entry.submenu ?? [], depth + 1),
    ])
const find = (entries: readonly Entry[], label: string): Entry => {
  const found = flat(entries).find((entry) => entry.label?.replace('&', '') === label)
  if (!found) throw new Error(`there is no ${label}`)
  return found
}

test('macOS', () => {
  expect(outline(menu({ system: 'mac' }))).toMatchInlineSnapshot(`
    [
      "Hestami Chat",
      "  About Hestami Chat",
      "  Check for Updates…",
      "  —",
      "  Settings… (CommandOrControl+,)",
      "  —",
      "  Services",
      "  —",
      "  Hide Hestami Chat",
      "  Hide Others",
      "  Show All",
      "  —",
      "  Quit Hestami Chat",
      "File",
      "  New Chat (CommandOrControl+N)",
      "  —",
      "  Print… (CommandOrControl+P)",
      "  Save as PDF…",
      "  —",
      "  Close Window",
      "Edit",
      "  Undo",
      "  Redo",
      "  —",
      "  Cut",
      "  Copy",
      "  Paste",
      "  Paste and Match Style",
      "  Delete",
      "  —",
      "  Select All",
      "  —",
      "  Spelling",
      "    Check Spelling While Typing",
      "  Substitutions",
      "    Show Substitutions",
      "    —",
      "    Smart Quotes",
      "    Smart Dashes",
      "    Text Replacement",
      "  Speech",
      "    Start Speaking",
      "    Stop Speaking",
      "View",
      "  Actual Size (CommandOrControl+0)",
      "  Zoom In (CommandOrControl+Plus)",
      "  Zoom Out (CommandOrControl+-)",
      "  —",
      "  Toggle Full Screen",
      "Chat",
      "  New Chat",
      "  Write a Message (Shift+Escape)",
      "Window",
      "  Minimize",
      "  Zoom",
      "  —",
      "  Bring All to Front",
      "Help",
      "  Keyboard Shortcuts (CommandOrControl+/)",
      "  What’s New",
      "  —",
      "  Diagnostics…",
      "  Save Support Bundle…",
      "  Copy Version",
    ]
  `)
})
test('Windows', () => {
  expect(outline(menu({ system: 'windows' }))).toMatchInlineSnapshot(`
    [
      "&File",
      "  &New chat (CommandOrControl+N)",
      "  —",
      "  &Print… (CommandOrControl+P)",
      "  Save as P&DF…",
      "  —",
      "  &Settings (CommandOrControl+,)",
      "  —",
      "  E&xit",
      "&Edit",
      "  &Undo",
      "  &Redo",
      "  —",
      "  Cu&t",
      "  &Copy",
      "  &Paste",
      "  Paste as p&lain text",
      "  &Delete",
      "  —",
      "  Select &all",
      "  —",
      "  Check &spelling while typing",
      "&View",
      "  &Actual size (CommandOrControl+0)",
      "  Zoom &in (CommandOrControl+Plus)",
      "  Zoom &out (CommandOrControl+-)",
      "  —",
      "  &Full screen",
      "&Chat",
      "  &New chat",
      "  &Write a message (Shift+Escape)",
      "&Window",
      "  Mi&nimise",
      "  &Close",
      "&Help",
      "  &Keyboard shortcuts (CommandOrControl+/)",
      "  What’s &new",
      "  —",
      "  &Diagnostics…",
      "  Save support &bundle…",
      "  &Copy version",
      "  —",
      "  Check for &updates",
      "  &About Hestami Chat",
    ]
  `)
})
test('Linux, a developer build', () => {
  expect(outline(menu({ developer: true }))).toMatchInlineSnapshot(`
    [
      "&File",
      "  &New chat (CommandOrControl+N)",
      "  —",
      "  &Print… (CommandOrControl+P)",
      "  Save as P&DF…",
      "  —",
      "  &Quit",
      "&Edit",
      "  &Undo",
      "  &Redo",
      "  —",
      "  Cu&t",
      "  &Copy",
      "  &Paste",
      "  Paste as p&lain text",
      "  &Delete",
      "  —",
      "  Select &all",
      "  —",
      "  Check &spelling while typing",
      "  —",
      "  Pr&eferences (CommandOrControl+,)",
      "&View",
      "  &Actual size (CommandOrControl+0)",
      "  Zoom &in (CommandOrControl+Plus)",
      "  Zoom &out (CommandOrControl+-)",
      "  —",
      "  &Full screen",
      "&Chat",
      "  &New chat",
      "  &Write a message (Shift+Escape)",
      "&Window",
      "  Mi&nimise",
      "  &Close",
      "&Help",
      "  &Keyboard shortcuts (CommandOrControl+/)",
      "  What’s &new",
      "  —",
      "  &Diagnostics…",
      "  Save support &bundle…",
      "  &Copy version",
      "  —",
      "  Network &timeline",
      "  &Open support bundle…",
      "  &Reload window",
      "  D&eveloper tools",
      "  —",
      "  Check for &updates",
      "  &About Hestami Chat",
    ]
  `)
})

describe.each(systems)('on %s', (system) => {
  const all = flat(menu({ system, developer: true }))

  test('every entry says what it is and does one thing', () => {
    for (const entry of all) {
      if (entry.type === 'separator') continue
      expect(entry.label).toMatch(/\S/)
      const does = [entry.role !== undefined && entry.submenu === undefined, entry.act, entry.submenu].filter(Boolean)
      expect([entry.label, does.length]).toEqual([entry.label, 1])
    }
  })

  test('commands are ones that the window knows', () => {
    const commands = all.flatMap(({ act }) => (act?.do === 'command' ? [act.command] : []))
    expect(commands.length).toBeGreaterThan(10)
    for (const command of commands) expect(appCommand.safeParse(command).success).toBe(true)
  })

  test('one key does one thing', () => {
    const keys = all.flatMap(({ accelerator }) => (accelerator === undefined ? [] : [accelerator]))
    expect(new Set(keys).size).toBe(keys.length)
    // AltGr types letters in half of Europe.
    for (const key of keys) expect(key).not.toMatch(/(Control|Ctrl).*Alt|Alt.*(Control|Ctrl)/)
  })

  test('nothing is gone where it does not apply: it is greyed', () => {
    const without = menu({ system, window: false, chat: false, updates: false, zoom: 3 })
    expect(outline(without)).toEqual(outline(menu({ system })))
    const greyed = flat(without).filter(({ enabled }) => enabled === false)
    const labels = new Set(greyed.map(({ label }) => label?.replace('&', '').toLowerCase()))
    expect(labels).toEqual(
      new Set([
        'actual size',
        system === 'mac' ? 'check for updates…' : 'check for updates',
        'new chat',
        'print…',
        'save as pdf…',
        'write a message',
        'zoom in',
        'zoom out',
      ]),
    )
  })

  test('the version can be copied, and help is there, in every build', () => {
    const help = flat(menu({ system })).find(({ role }) => role === 'help')
    expect(help?.submenu?.some(({ act }) => act?.do === 'copy-version')).toBe(true)
    const names = (help?.submenu ?? []).flatMap(({ act }) => (act?.do === 'command' ? [act.command.name] : []))
    expect(names).toEqual(expect.arrayContaining(['shortcuts', 'whats-new', 'diagnostics', 'support-bundle']))
  })
})

test('developer tools are in developer builds alone', () => {
  const developer = ['timeline', 'open-bundle', 'toggleDevTools', 'forceReload']
  const named = (developer: boolean): string[] =>
    flat(menu({ developer })).flatMap(({ role, act }) => (act?.do === 'command' ? [act.command.name] : [role ?? '']))
  for (const name of developer) {
    expect(named(true)).toContain(name)
    expect(named(false)).not.toContain(name)
  }
})

test('mnemonics: none on macOS, elsewhere one an entry and each once in its menu', () => {
  expect(flat(menu({ system: 'mac', developer: true })).filter(({ label }) => label?.includes('&'))).toEqual([])
  for (const system of ['windows', 'linux'] as const) {
    const check = (entries: readonly Entry[]): void => {
      const letters = entries
        .filter((entry) => seen(entry) && entry.type !== 'separator')
        .map(({ label }) => [label, /&(\p{L})/u.exec(label ?? '')?.[1]?.toLowerCase()])
      expect(letters.filter(([, letter]) => letter === undefined)).toEqual([])
      expect(new Set(letters.map(([, letter]) => letter)).size).toBe(letters.length)
      for (const { submenu } of entries) if (submenu) check(submenu)
    }
    check(menu({ system, developer: true }))
  }
})

test('zooming stops at its ends, and takes the keys of the numeric pad', () => {
  const zoom = (state: Partial<MenuState>): (boolean | undefined)[] =>
    ['Zoom in', 'Zoom out', 'Actual size'].map((label) => find(menu(state), label).enabled)
  expect(zoom({ zoom: 1 })).toEqual([true, true, false])
  expect(zoom({ zoom: 3 })).toEqual([false, true, true])
  expect(zoom({ zoom: 0.5 })).toEqual([true, false, true])
  const keys = (step: string): (string | undefined)[] =>
    flat(menu()).flatMap(({ act, accelerator }) => (act?.do === 'zoom' && act.step === step ? [accelerator] : []))
  expect(keys('in')).toEqual(['CommandOrControl+Plus', 'CommandOrControl+=', 'CommandOrControl+numadd'])
  expect(keys('out')).toEqual(['CommandOrControl+-', 'CommandOrControl+numsub'])
  expect(keys('reset')).toEqual(['CommandOrControl+0', 'CommandOrControl+num0'])
})

test('what an administrator decided cannot be changed in the menu', () => {
  const fixed = menu({ zoom: 1.25, fixed: { zoom: true, spellcheck: true } })
  for (const label of ['Zoom in', 'Zoom out', 'Actual size', 'Check spelling while typing'])
    expect([label, find(fixed, label).enabled]).toEqual([label, false])
})

test('spelling is checked or not, and says which', () => {
  const { checked, act } = find(menu({ spellcheck: false }), 'Check spelling while typing')
  expect([checked, act]).toEqual([false, { do: 'spellcheck', on: true }])
})
