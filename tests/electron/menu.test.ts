import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'

let run: Launched
beforeAll(async () => {
  await ensureBuilt()
  run = await launch()
  await run.does.opened()
})
afterAll(async () => await run.close())

const record = async (): ReturnType<Launched['does']['record']> => await run.does.record()
const setting = async (name: string): Promise<unknown> => {
  const settings = (await run.does.invoke('page', 'settings.get', undefined)) as { value: Record<string, unknown> }
  return settings.value[name]
}

interface Item {
  readonly label?: string
  readonly role?: string
  readonly enabled?: boolean
  readonly checked?: boolean
  readonly submenu?: readonly Item[]
}
const items = async (): Promise<Item[]> => {
  const flat = (all: readonly Item[]): Item[] => all.flatMap((item) => [item, ...flat(item.submenu ?? [])])
  return flat((await record()).menu as Item[])
}
const item = async (label: string): Promise<Item | undefined> => (await items()).find((one) => one.label === label)

describe('the application menu', () => {
  test('has what the system does by itself, and no developer tools', async () => {
    const roles = (await items()).map(({ role }) => role)
    const usual = [
      'undo',
      'redo',
      'cut',
      'copy',
      'paste',
      'pasteAndMatchStyle',
      'selectAll',
      'togglefullscreen',
      'quit',
    ]
    expect(roles).toEqual(expect.arrayContaining([...usual, 'minimize', 'close', 'help']))
    expect(roles).not.toContain('toggleDevTools')
    expect(JSON.stringify((await record()).menu)).not.toMatch(/reload|timeline/i)
  })

  test('asks the window, which is brought to the front; before it listens, that waits', async () => {
    await run.does.minimize()
    await run.does.menu('&Diagnostics…')
    expect((await record()).windows[0]?.calls.slice(-3)).toEqual(['restore', 'show', 'focus'])
    expect(await run.does.invoke('page', 'app.ready', undefined)).toMatchObject({ value: [{ name: 'diagnostics' }] })
    await run.does.menu('&Settings')
    await run.does.menu('Pr&eferences')
    expect((await record()).sent.at(-1)).toEqual(['hestami:event', 'app.command', { name: 'settings' }])
  })

  test('greys what needs a conversation until there is one', async () => {
    for (const label of ['&New chat', '&Print…', 'Save as P&DF…', '&Write a message'])
      expect([label, (await item(label))?.enabled]).toEqual([label, false])
    expect((await item('&Diagnostics…'))?.enabled).toBeUndefined()
  })

  test('copies the version at one click', async () => {
    await run.does.menu('&Copy version')
    await expect
      .poll(async () => (await record()).copied.at(-1))
      .toMatch(/^Hestami Chat 0\.1\.0\nChannel: stable\nBuild: /)
  })

  test('follows spelling, on and off', async () => {
    expect((await item('Check &spelling while typing'))?.checked).toBe(true)
    await run.does.menu('Check &spelling while typing')
    expect(await setting('spellcheck')).toBe(false)
    expect((await item('Check &spelling while typing'))?.checked).toBe(false)
    await run.does.menu('Check &spelling while typing')
    expect(await setting('spellcheck')).toBe(true)
  })

  test('F10 shows and hides it, as Alt does', async () => {
    const key = { type: 'keyDown', key: 'F10', alt: false, control: false, meta: false, shift: false }
    const before = (await record()).windows[0]!.calls.length
    await run.does.press({ ...key, type: 'keyUp' })
    await run.does.press({ ...key, shift: true })
    await run.does.press(key)
    await run.does.press(key)
    expect((await record()).windows[0]?.calls.slice(before)).toEqual(['menu bar true', 'menu bar false'])
  })
})

describe.each(['darwin', 'win32'] as const)('on %s', (platform) => {
  test('the menu is that system’s, and lives as long as the app', async () => {
    const other = await launch({ platform, version: '0.2.0-beta.1' })
    try {
      await other.does.opened()
      const top = (): Promise<(string | undefined)[]> =>
        other.does.record().then(({ menu }) => (menu as Item[]).map(({ label }) => label))
      const names =
        platform === 'darwin'
          ? ['Hestami Chat Beta', 'File', 'Edit', 'View', 'Chat', 'Window', 'Help']
          : ['&File', '&Edit', '&View', '&Chat', '&Window', '&Help']
      expect(await top()).toEqual(names)
    } finally {
      await other.close()
    }
  })
})

describe('zoom', () => {
  const zoomed = async (): Promise<number | undefined> => (await record()).windows[0]?.zooms.at(-1)

  test('by the menu, by the wheel, and kept', async () => {
    expect(await zoomed()).toBe(1)
    await run.does.menu('Zoom &in')
    expect([await setting('zoom'), await zoomed()]).toEqual([1.1, 1.1])
    await run.does.wheel('in')
    await run.does.wheel('in')
    await run.does.wheel('out')
    expect(await zoomed()).toBe(1.25)
    await run.does.menu('&Actual size')
    expect([await setting('zoom'), await zoomed()]).toEqual([1, 1])
    expect((await item('&Actual size'))?.enabled).toBe(false)
    await run.does.invoke('page', 'settings.set', { zoom: 2 })
    expect(await zoomed()).toBe(2)
  })

  test('holds for the next window', async () => {
    const again = await launch({ folder: run.folder })
    try {
      await again.does.opened()
      expect((await again.does.record()).windows[0]?.zooms).toEqual([2])
    } finally {
      await again.close()
      await run.does.invoke('page', 'settings.set', { zoom: 1 })
    }
  })
})

describe('spelling', () => {
  const told = async (): Promise<unknown[]> => (await record()).spelling.filter(([session]) => session === 'window')

  test('is told before the first window: the system’s language, and nothing is fetched', async () => {
    const fresh = await launch()
    try {
      await fresh.does.opened()
      const { spelling } = await fresh.does.record()
      expect(spelling).toEqual([
        ['', false],
        ['window', 'http://127.0.0.1:9/'],
        ['window', 'en-GB'],
        ['window', true],
      ])
    } finally {
      await fresh.close()
    }
  })

  test('a chosen language may be fetched; unknown ones are passed over; off is off', async () => {
    const before = (await told()).length
    await run.does.invoke('page', 'settings.set', { spellcheckLanguages: ['fr', 'tlh', 'de-CH'] })
    expect((await told()).slice(before)).toEqual([
      ['window', 'https://redirector.gvt1.com/edgedl/chrome/dict/'],
      ['window', 'fr', 'de'],
      ['window', true],
    ])
    await run.does.invoke('page', 'settings.set', { spellcheck: false })
    expect((await told()).at(-1)).toEqual(['window', false])
    const length = (await told()).length
    await run.does.invoke('page', 'settings.set', { lastConversationId: 'c1' })
    expect(await told()).toHaveLength(length)
    await run.does.noDictionary('fr')
    expect(await readFile(join(run.folder, 'Hestami Chat/logs/app.log'), 'utf8')).toContain(
      '"spelling.no-dictionary","language":"fr"',
    )
  })

  test('is the system’s own on macOS', async () => {
    const mac = await launch({ platform: 'darwin' })
    try {
      await mac.does.opened()
      expect((await mac.does.record()).spelling).toEqual([
        ['', false],
        ['window', true],
      ])
    } finally {
      await mac.close()
    }
  })
})
