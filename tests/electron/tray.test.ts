import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'

beforeAll(async () => await ensureBuilt())

const set = async (run: Launched, patch: object): Promise<unknown> =>
  await run.does.invoke('page', 'settings.set', patch)
const settings = async (run: Launched): Promise<Record<string, unknown>> =>
  ((await run.does.invoke('page', 'settings.get', undefined)) as { value: Record<string, unknown> }).value

describe('the tray icon', () => {
  let run: Launched
  beforeAll(async () => {
    run = await launch({ platform: 'win32' })
    await run.does.opened()
    await run.does.readyToShow()
    await run.does.invoke('page', 'app.ready', undefined)
    await set(run, { trayIcon: true })
  })
  afterAll(async () => await run.close())
  const tray = async (): Promise<{ images: string[]; tooltip: string; menu: unknown; destroyed: boolean }> =>
    (await run.does.record()).trays.at(-1)!

  test('is there when it is wanted, with a picture, a name and a menu', async () => {
    const { images, tooltip, menu, destroyed } = await tray()
    expect(destroyed).toBe(false)
    expect(images.every((path) => existsSync(path.replace(/ resized$/, '')))).toBe(true)
    expect(tooltip).toBe('Hestami Chat')
    expect(menu).toMatchObject([
      { label: 'Open Hestami Chat' },
      { label: 'New chat' },
      { label: 'Quick window' },
      { type: 'separator' },
      { label: 'Pause notifications', submenu: [{ label: 'For 1 hour' }, { label: 'Until tomorrow' }] },
      { type: 'separator' },
      { label: 'Quit' },
    ])
  })
  test('opens the window by a click and by its menu', async () => {
    const before = (await run.does.record()).windows[0]!.calls.length
    await run.does.clickTray()
    expect(await run.does.trayMenu('Open Hestami Chat')).toBe(true)
    expect((await run.does.record()).windows[0]!.calls.slice(before)).toEqual(['show', 'focus', 'show', 'focus'])
  })
  test('starts a new chat', async () => {
    await run.does.trayMenu('New chat')
    expect((await run.does.record()).sent.at(-1)).toEqual(['hestami:event', 'app.command', { name: 'new-chat' }])
  })
  test('pauses and resumes notifications, and says so', async () => {
    const before = Date.now()
    await run.does.trayMenu('For 1 hour')
    const until = Number((await settings(run))['notificationsPausedUntil'])
    expect(until - before).toBeGreaterThanOrEqual(3_600_000)
    expect(until - before).toBeLessThan(3_660_000)
    const { tooltip, menu } = await tray()
    expect(tooltip).toBe('Hestami Chat – notifications paused')
    const [label] = /Resume notifications \(paused until [^"]*\)/.exec(JSON.stringify(menu)) ?? ['']
    expect(await run.does.trayMenu(label)).toBe(true)
    expect(await settings(run)).toMatchObject({ notificationsPausedUntil: null })
    expect((await tray()).tooltip).toBe('Hestami Chat')
    await run.does.trayMenu('Until tomorrow')
    const tomorrow = new Date(Number((await settings(run))['notificationsPausedUntil']))
    expect([tomorrow.getDate(), tomorrow.getHours()]).toEqual([new Date(before + 86_400_000).getDate(), 8])
    await set(run, { notificationsPausedUntil: null })
  })
  test('follows the theme of the panel', async () => {
    const { images } = await tray()
    await run.does.setDark(true)
    expect((await tray()).images.length).toBeGreaterThan(images.length)
    await run.does.setDark(false)
  })
  test('goes when it is not wanted any more', async () => {
    await set(run, { trayIcon: false })
    expect((await tray()).destroyed).toBe(true)
  })
  test('quits', async () => {
    await set(run, { trayIcon: true })
    await run.does.trayMenu('Quit')
    const { code, record } = await run.exited
    expect(code).toBe(0)
    expect(record?.trays.every(({ destroyed }) => destroyed)).toBe(true)
  })
})

test('on macOS a click opens the menu, not the window', async () => {
  const run = await launch({ platform: 'darwin' })
  await run.does.opened()
  await run.does.readyToShow()
  await set(run, { trayIcon: true })
  const before = (await run.does.record()).windows[0]!.calls.length
  await run.does.clickTray()
  expect((await run.does.record()).windows[0]!.calls).toHaveLength(before)
  await run.close()
})

describe('start at login', () => {
  test('on Windows, with the switch that hides, and only when it is not so already', async () => {
    const run = await launch({ platform: 'win32' })
    await run.does.opened()
    expect((await run.does.record()).loginItems).toEqual([])
    await set(run, { startAtLogin: true })
    await set(run, { theme: 'dark' })
    await set(run, { startMinimized: true })
    await set(run, { startAtLogin: false })
    const name = 'com.hestami.chat'
    expect((await run.does.record()).loginItems).toEqual([
      { openAtLogin: true, path: process.execPath, args: [], name },
      { openAtLogin: true, path: process.execPath, args: ['--hidden'], name },
      { openAtLogin: false, path: process.execPath, args: [], name },
    ])
    await run.close()
  })
  test('on macOS', async () => {
    const run = await launch({ platform: 'darwin' })
    await run.does.opened()
    await set(run, { startAtLogin: true, startMinimized: true })
    await set(run, { startAtLogin: false })
    expect((await run.does.record()).loginItems).toEqual([{ openAtLogin: true }, { openAtLogin: false }])
    await run.close()
  })
  test.each([
    ['program', {}, process.execPath],
    ['AppImage', { APPIMAGE: '/home/ann/Hestami Chat.AppImage' }, '"/home/ann/Hestami Chat.AppImage"'],
  ])('on Linux, by a file that starts the %s', async (_name, env, program) => {
    const run = await launch({ env })
    await run.does.opened()
    const folder = join(run.folder, '.config/autostart')
    expect(existsSync(folder)).toBe(false)
    await set(run, { startAtLogin: true, startMinimized: true })
    expect(readFileSync(join(folder, 'com.hestami.chat.desktop'), 'utf8')).toContain(`\nExec=${program} --hidden\n`)
    await set(run, { startAtLogin: false })
    expect(readdirSync(folder)).toEqual([])
    expect((await run.does.record()).loginItems).toEqual([])
    await run.close()
  })
  test('not for a developer’s app', async () => {
    const run = await launch({ packaged: false, argv: ['/work'] })
    await run.does.opened()
    await set(run, { startAtLogin: true })
    expect(existsSync(join(run.folder, '.config/autostart'))).toBe(false)
    await run.close()
  })
})

describe('a start at login that wants no window', () => {
  let programs: string
  beforeAll(() => {
    programs = mkdtempSync(join(tmpdir(), 'hestami-programs-'))
    writeFileSync(join(programs, 'busctl'), '#!/bin/sh\necho "b true"\n')
    chmodSync(join(programs, 'busctl'), 0o755)
  })
  afterAll(() => rmSync(programs, { recursive: true, force: true }))

  test.each(['win32', 'linux'] as const)('has an icon on %s, and a window when it is asked for', async (platform) => {
    const run = await launch({ platform, argv: ['--hidden'], env: { PATH: programs } })
    await expect.poll(async () => (await run.does.record()).trays).toMatchObject([{ destroyed: false }])
    expect((await run.does.record()).windows).toEqual([])
    await run.does.clickTray()
    await run.does.opened()
    expect((await run.does.record()).windows).toHaveLength(1)
    await run.close()
  })
  test('is in the task bar where the desktop shows no icons', async () => {
    const run = await launch({ argv: ['--hidden'], env: { PATH: '/nowhere' }, speed: 50 })
    await run.does.opened()
    expect((await run.does.record()).windows[0]?.calls).toContain('minimize')
    await run.does.readyToShow()
    expect((await run.does.record()).windows[0]?.calls).not.toContain('show')
    await run.close()
  })
  test('on macOS has the Dock', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hestami-electron-'))
    const first = await launch({ folder, platform: 'darwin' })
    await first.does.opened()
    await set(first, { startAtLogin: true, startMinimized: true })
    await first.close()
    const run = await launch({ folder, platform: 'darwin', openedAtLogin: true })
    await expect.poll(async () => (await run.does.record()).loginItems.length).toBe(1)
    expect((await run.does.record()).windows).toEqual([])
    await run.does.activate(false)
    await run.does.opened()
    await run.close()
    // Opened by a person it shows its window.
    const opened = await launch({ folder, platform: 'darwin' })
    await opened.does.opened()
    await opened.close()
    rmSync(folder, { recursive: true, force: true })
  })
})

describe('the menus of the system', () => {
  test('the jump list of Windows has the tasks', async () => {
    const run = await launch({ platform: 'win32' })
    await run.does.opened()
    const { jumpLists } = await run.does.record()
    expect(jumpLists).toMatchObject([
      [
        {
          type: 'tasks',
          items: [
            { type: 'task', title: 'New chat', args: '--new-chat', program: process.execPath },
            { type: 'task', title: 'New chat from clipboard', args: '--new-chat-from-clipboard' },
            { type: 'task', title: 'Quick window', args: '--quick' },
          ],
        },
      ],
    ])
    await run.close()
  })
  test('the Dock of macOS has them too', async () => {
    const run = await launch({ platform: 'darwin', clipboard: 'words' })
    await run.does.opened()
    await run.does.readyToShow()
    await run.does.invoke('page', 'app.ready', undefined)
    expect((await run.does.record()).dockMenu).toMatchObject([
      { label: 'New chat' },
      { label: 'New chat from clipboard' },
      { label: 'Quick window' },
    ])
    await run.does.dockMenu('New chat from clipboard')
    const command = ['hestami:event', 'app.command', { name: 'new-chat-with', text: 'words' }]
    await expect.poll(async () => (await run.does.record()).sent.at(-1)).toEqual(command)
    await run.close()
  })
})
