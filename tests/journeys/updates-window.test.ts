import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startUpdateServer } from '../../dev/update-server/server.ts'
import type { LocalUpdateServer } from '../../dev/update-server/server.ts'
import { beginTrial } from '../../src/main/updates/begin-trial.ts'
import type { UpdateHost } from '../../src/main/updates/update-host.ts'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { makeRelease, newKey, writeRelease } from '../updates/harness/feed.ts'
import { openSetting } from './harness/setting.ts'
import type { Setting } from './harness/setting.ts'

const version = '1.1.0-debug.1'
const notes = '## New\n\n- It hums while it works.'
const folder = mkdtempSync(join(tmpdir(), 'hestami-updates-'))
const image = join(folder, 'Hestami-Chat.AppImage')
const key = newKey()
const release = makeRelease({ version, key, channel: 'debug', notes })
const quits: number[] = []
const relaunched: (string | null)[] = []
let server: LocalUpdateServer
let setting: Setting
let updates: UpdateHost

beforeAll(async () => {
  writeFileSync(image, 'the installed version', { mode: 0o755 })
  process.env['APPIMAGE'] = image
  server = await startUpdateServer({ folder: join(folder, 'feed') })
  updates = {
    support: { kind: 'appimage', image },
    build: { url: server.url, keys: [key.public], publishers: [], downloadPage: null },
    platform: 'linux',
    arch: 'x64',
    resources: folder,
    verifyCodeSignature: async () => await Promise.resolve(null),
    hasWindow: () => true,
    quit: () => void quits.push(Date.now()),
    leaving: () => 'update',
    relaunch: (file) => void relaunched.push(file),
  }
  setting = await openSetting({
    keychain: createMemoryKeychain(),
    // Here an answer ends with the connection that it comes on.
    style: 'post-stream',
    librechat: { deltasPerSecond: 40 },
    parts: { updates },
  })
})
afterAll(async () => {
  await setting.close()
  await server.close()
  delete process.env['APPIMAGE']
  rmSync(folder, { recursive: true, force: true })
})

const button = (name: string): Locator => setting.page().getByRole('button', { name, exact: true })
const help = (): Locator => button('Help and settings')
const entry = (name: string): Locator => setting.page().getByRole('menuitem', { name, exact: true })
const dialog = (name: string): Locator => setting.page().getByRole('dialog', { name, exact: true })
const focused = async (locator: Locator): Promise<boolean> =>
  await locator.evaluate((element) => element === document.activeElement)
const isFocused = async (locator: Locator): Promise<void> =>
  await expect.poll(async () => await focused(locator)).toBe(true)

test('before the sign-in, help is a menu for the keyboard', async () => {
  const { keyboard } = setting.page()
  await help().focus()
  await keyboard.press('ArrowDown')
  await isFocused(entry('Settings'))
  expect(await help().getAttribute('aria-expanded')).toBe('true')
  await keyboard.press('ArrowDown')
  await isFocused(entry('What’s new'))
  await keyboard.press('ArrowUp')
  await keyboard.press('ArrowUp')
  await isFocused(entry('Open support bundle'))
  await keyboard.press('Home')
  await isFocused(entry('Settings'))
  await keyboard.press('Escape')
  await entry('Settings').waitFor({ state: 'hidden' })
  await isFocused(help())
  expect(await help().getAttribute('aria-expanded')).toBe('false')

  await keyboard.press('Enter')
  await isFocused(entry('Settings'))
  await keyboard.press('a')
  await isFocused(entry('About'))
  await keyboard.press('Enter')
  await dialog('About').waitFor()
  await keyboard.press('Escape')
  await dialog('About').waitFor({ state: 'hidden' })
  await isFocused(help())
})

test('what this build is can be copied', async () => {
  await help().click()
  await entry('About').click()
  await dialog('About').getByText('0.0.0-test', { exact: true }).waitFor()
  await dialog('About').getByRole('button', { name: 'Copy' }).click()
  await dialog('About').getByRole('button', { name: 'Copied' }).waitFor()
  const copied = await setting.page().evaluate(async () => await navigator.clipboard.readText())
  expect(copied).toMatch(/^Hestami Chat 0\.0\.0-test\nChannel: debug\nBuild: development\n/)
  await dialog('About').getByRole('button', { name: 'Close' }).click()
})

test('each panel is opened by a press, and gives the focus back', async () => {
  const { demo } = setting.stack
  await setting.me().signIn(demo.email, demo.password)
  await setting.me().messageBox.waitFor()
  for (const [name, title] of [
    ['Settings', 'Settings'],
    ['What’s new', 'What’s new'],
    ['Keyboard shortcuts', 'Keyboard shortcuts'],
    ['Check the connection', 'Connection check'],
    ['Save support bundle', 'Save support bundle'],
    ['About', 'About'],
  ] as const) {
    await help().click()
    await entry(name).click()
    await dialog(title).waitFor()
    await dialog(title).getByRole('button', { name: 'Close', exact: true }).click()
    await dialog(title).waitFor({ state: 'hidden' })
    await isFocused(help())
  }
})

test('keys open the sheet of keys and the settings, and the sheet has them', async () => {
  const { keyboard } = setting.page()
  await setting.me().messageBox.focus()
  await keyboard.press('Control+/')
  const sheet = dialog('Keyboard shortcuts')
  await sheet.getByRole('region', { name: 'App and window' }).getByText('Control + Comma').waitFor()
  await keyboard.press('Control+,')
  await dialog('Settings').waitFor()
  await keyboard.press('Escape')
  await dialog('Settings').waitFor({ state: 'hidden' })
})

test('an update is looked for, downloaded, and its notes can be read', async () => {
  const section = dialog('Settings').getByRole('region', { name: 'Updates' })
  const inSection = (name: string): Locator => section.getByRole('button', { name, exact: true })
  setting.app().app.commands.give({ name: 'check-for-updates' })
  await section.getByRole('alert').filter({ hasText: 'could not be reached' }).or(section.getByRole('status')).waitFor()
  expect(await inSection('Restart to update').isDisabled()).toBe(true)
  await writeRelease(join(folder, 'feed'), release)
  await expect.poll(async () => await inSection('Check now').isEnabled()).toBe(true)
  await inSection('Check now').click()
  await section
    .getByRole('status')
    .filter({ hasText: `Version ${version} is ready` })
    .waitFor()
  expect(await inSection('Restart to update').isEnabled()).toBe(true)
  expect(await inSection('Download').isDisabled()).toBe(true)

  await inSection(`What’s new in ${version}`).click()
  const news = dialog('What’s new').getByRole('article', { name: `Version ${version}` })
  await news.getByText('It hums while it works.').waitFor()
  await setting.page().keyboard.press('Escape')
})

test('a restart asks before it stops an answer, keeps the draft, and installs', async () => {
  const me = setting.me()
  const notice = setting.page().getByRole('status').filter({ hasText: version })
  await me.send('A long one, please')
  await me.answers.last().waitFor()
  await me.write('not sent yet')
  await notice.getByRole('button', { name: 'Restart to update' }).click()
  const question = dialog('Restart to update')
  await question.getByRole('heading', { name: 'Restarting stops 1 answer' }).waitFor()
  await question.getByRole('button', { name: 'Not now' }).click()
  await question.waitFor({ state: 'hidden' })
  expect(await me.stop.isVisible()).toBe(true)
  expect(quits).toEqual([])

  await notice.getByRole('button', { name: 'Restart to update' }).click()
  await question.getByRole('button', { name: 'Restart and stop' }).click()
  await setting.page().getByText(`Restarting to install version ${version}`).waitFor()
  await expect.poll(() => quits.length).toBe(1)
  await setting.restart()
  expect(readFileSync(image)).toEqual(release.bytes)
  expect(relaunched).toEqual([image])
  await expect.poll(async () => await setting.me().messageBox.inputValue()).toBe('not sent yet')
})

test('an update that can wait is put off', async () => {
  const { page } = setting
  await help().click()
  await entry('Settings').click()
  await dialog('Settings').getByRole('button', { name: 'Check now' }).click()
  await dialog('Settings').getByText(`Version ${version} is ready`).waitFor()
  await page().keyboard.press('Escape')
  await page().getByRole('status').filter({ hasText: version }).getByRole('button', { name: 'Later' }).click()
  await expect.poll(async () => await page().getByRole('status').filter({ hasText: version }).count()).toBe(0)
})

test('the first start of the new version says so, and has the notes until they are dismissed', async () => {
  const { page } = setting
  // What the program does before the app at every start.
  await beginTrial({ host: updates, version, data: join(setting.folder, 'app'), log: () => undefined })
  await setting.restart()
  const notice = page()
    .getByRole('status')
    .filter({ hasText: `Updated to version ${version}` })
  await notice.getByRole('button', { name: 'What’s new' }).click()
  const news = dialog('What’s new').getByRole('article', { name: `Version ${version}` })
  await news.getByText('It hums while it works.').waitFor()
  await news.getByText('Installed: this is the version you have.').waitFor()
  await page().keyboard.press('Escape')
  await notice.getByRole('button', { name: 'Dismiss' }).click()
  await notice.waitFor({ state: 'detached' })
  expect(setting.errors).toEqual([])
})
