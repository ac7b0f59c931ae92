import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'

let run: Launched
beforeAll(async () => {
  await ensureBuilt()
  run = await launch({ platform: 'win32', takenShortcut: 'Control+Shift+T' })
  await run.does.opened()
  await run.does.readyToShow()
})
afterAll(async () => await run.close())

const state = async (): Promise<unknown> =>
  ((await run.does.invoke('page', 'quick.get', undefined)) as { value: unknown }).value
const choose = async (quickShortcut: string | null): Promise<unknown> =>
  await run.does.invoke('page', 'settings.set', { quickShortcut })
const windows = async () => (await run.does.record()).windows

describe('the shortcut', () => {
  test('there is none by default, and no window is made for it', async () => {
    expect(await state()).toEqual({ shortcut: null, registration: 'none', firedAt: null, command: null })
    expect(await run.does.shortcuts()).toEqual([])
    expect(await windows()).toHaveLength(1)
  })

  test('is registered when it is chosen, and the window is made ahead, hidden and locked down like the other', async () => {
    await choose('Control+Shift+Space')
    expect(await run.does.shortcuts()).toEqual(['Control+Shift+Space'])
    expect(await state()).toMatchObject({ registration: 'registered', firedAt: null })
    const [main, quick] = await windows()
    expect(quick?.url).toBe('app://bundle/quick.html')
    expect(quick?.calls).not.toContain('show')
    expect(quick?.options).toMatchObject({ show: false, frame: false, alwaysOnTop: true, skipTaskbar: true })
    expect(quick?.options.webPreferences).toEqual(main?.options.webPreferences)
  })

  test('opens the window where the pointer is, and is then known to work', async () => {
    expect(await run.does.pressShortcut('Control+Shift+Space')).toBe(true)
    expect((await windows())[1]?.calls.slice(-3)).toEqual(['bounds 640,216 640×440', 'show', 'focus'])
    expect(await state()).toMatchObject({ firedAt: expect.any(Number) })
  })

  test('pressed again it puts the window away', async () => {
    await run.does.focusNth(1)
    await run.does.pressShortcut('Control+Shift+Space')
    expect((await windows())[1]?.calls.at(-1)).toBe('hide')
  })

  test('another one replaces it', async () => {
    await choose('Control+Shift+H')
    expect(await run.does.shortcuts()).toEqual(['Control+Shift+H'])
  })

  test('one that another program has is told', async () => {
    await choose('Control+Shift+T')
    expect(await run.does.shortcuts()).toEqual([])
    expect(await state()).toMatchObject({ shortcut: 'Control+Shift+T', registration: 'taken' })
  })

  test('one that Electron does not know is told the same way', async () => {
    await choose('Control+Bogus')
    expect(await state()).toMatchObject({ registration: 'taken' })
    await choose('Control+Shift+Space')
  })
})

describe('the window', () => {
  test('talks over the same bridge, and every event reaches both', async () => {
    expect(await run.does.invokeNth(1, 'app.info', undefined)).toMatchObject({ ok: true })
    const before = (await run.does.record()).sent.length
    await run.does.invokeNth(1, 'settings.set', { theme: 'dark' })
    const told = (await run.does.record()).sent.slice(before).filter(([, name]) => name === 'settings.changed')
    expect(told).toHaveLength(2)
  })

  test('hides by Escape, through its route', async () => {
    await run.does.pressShortcut('Control+Shift+Space')
    await run.does.invokeNth(1, 'quick.hide', undefined)
    expect((await windows())[1]?.calls.at(-1)).toBe('hide')
  })

  test('hands its conversation to the main window', async () => {
    await run.does.invoke('page', 'app.ready', undefined)
    await run.does.invokeNth(1, 'quick.openInMain', { conversationId: 'c-1' })
    const { sent } = await run.does.record()
    expect(sent).toContainEqual(['hestami:event', 'app.command', { name: 'open-conversation', conversationId: 'c-1' }])
    expect((await windows())[0]?.calls.slice(-2)).toEqual(['show', 'focus'])
  })

  test('closing it puts it away; it is still warm', async () => {
    await run.does.pressShortcut('Control+Shift+Space')
    await run.does.closeNth(1)
    const [, quick] = await windows()
    expect(quick?.destroyed).toBe(false)
    expect(quick?.calls.at(-1)).toBe('hide')
  })

  test('after a crash the next press makes a new one', async () => {
    await run.does.crashNth(1)
    expect((await windows())[1]?.destroyed).toBe(true)
    await run.does.pressShortcut('Control+Shift+Space')
    const all = await windows()
    expect(all).toHaveLength(3)
    expect(all[2]).toMatchObject({ url: 'app://bundle/quick.html', destroyed: false })
  })

  test('does not keep the app running: quitting ends it, and gives the shortcut back', async () => {
    await run.does.quit()
    const { code, record } = await run.exited
    expect(code).toBe(0)
    expect(record?.windows.every(({ destroyed }) => destroyed)).toBe(true)
  })
})
