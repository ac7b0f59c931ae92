import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../src/contract/ipc.ts'
import type { Policy } from '../../src/main/policy/policy.ts'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { png } from './harness/images.ts'
import { pasteFiles } from './harness/person.ts'
import { openSetting } from './harness/setting.ts'
import type { Setting } from './harness/setting.ts'

const place = '/etc/hestami-chat/policy.json'
const policy: Policy = {
  defaults: { closeAction: { value: 'keep-running', from: place } },
  enforced: { startAtLogin: { value: true, from: place }, uploads: { value: false, from: place } },
}

/** Global shortcuts as a desktop has them: one is another program's, the others arrive when they are pressed. */
const desktop = { taken: 'Control+Shift+T', registered: '', press: (): void => undefined }
const quick = {
  window: { show: () => undefined, hide: () => undefined, isVisible: () => false },
  shortcut: {
    register(accelerator: string, fired: () => void) {
      desktop.registered = accelerator
      desktop.press = fired
      return accelerator !== desktop.taken
    },
    unregister: () => void (desktop.registered = ''),
    supported: true,
  },
  command: 'hestami-chat --quick',
}

let setting: Setting
beforeAll(async () => {
  setting = await openSetting({ keychain: createMemoryKeychain(), parts: { kind: 'electron', quick }, policy })
})
afterAll(async () => await setting.close())

const dialog = (): Locator => setting.page().getByRole('dialog', { name: 'Settings' })
const row = (name: string): Locator => dialog().getByRole('group', { name, exact: true })
const select = (name: string): Locator => dialog().getByRole('combobox', { name, exact: true })
const focused = (): Locator => setting.page().locator(':focus')
const openSettings = async (): Promise<void> => {
  const { page } = setting
  await page().getByRole('button', { name: 'Help and settings' }).click()
  await page().getByRole('menuitem', { name: 'Settings', exact: true }).click()
  await dialog().waitFor()
}

test('theme and zoom apply at once, and are there after a restart', async () => {
  const theme = async (): Promise<string | null> => await setting.page().locator('html').getAttribute('data-theme')
  await openSettings()
  await select('Theme').selectOption('Dark')
  await expect.poll(theme).toBe('dark')
  await select('Zoom').selectOption('150 %')
  await row('Zoom').getByText('Changed by you').waitFor()
  await expect.poll(() => setting.app().app.settings.get()).toMatchObject({ theme: 'dark', zoom: 1.5 })

  await setting.restart()
  await expect.poll(theme).toBe('dark')
  await openSettings()
  await expect.poll(async () => await select('Zoom').inputValue()).toBe('1.5')
  await row('Theme').getByText('Changed by you').waitFor()
})

test('what the organisation decided is locked, says where that comes from, and is refused at the bridge', async () => {
  await row('Start at login').getByText(`Set by your organisation (${place})`).waitFor()
  const control = dialog().getByRole('switch', { name: 'Start at login' })
  expect(await control.isDisabled()).toBe(true)
  expect(await control.isChecked()).toBe(true)
  const answer = await setting.page().evaluate(async () => {
    const { hestami } = window as unknown as { hestami: Api }
    return await hestami.settings.set({ startAtLogin: false })
  })
  expect(answer).toEqual({ ok: false, error: { code: 'managed', setting: 'startAtLogin' } })
  expect(setting.app().app.settings.get().startAtLogin).toBe(true)
  await row('Attaching images').getByText('Not allowed').waitFor()
  await row('Attaching images').getByText(`Set by your organisation (${place})`).waitFor()
})

test('what the organisation recommends can be changed, and brought back', async () => {
  const closing = row('Closing the window')
  await closing.getByText('Recommended by your organisation. You may change it.').waitFor()
  expect(await select('Closing the window').inputValue()).toBe('keep-running')
  await select('Closing the window').selectOption('Quit the app')
  await closing.getByText('Changed by you').waitFor()
  expect(setting.app().app.settings.get().closeAction).toBe('quit')
  await closing.getByRole('button', { name: 'Reset' }).click()
  await closing.getByText('Recommended by your organisation').waitFor()
  expect(await select('Closing the window').inputValue()).toBe('keep-running')
  expect(await select('Closing the window').evaluate((element) => element === document.activeElement)).toBe(true)
})

test('a language is added to the spelling, and taken away', async () => {
  await select('Spelling languages').selectOption('German')
  await expect.poll(() => setting.app().app.settings.get().spellcheckLanguages).toEqual(['de'])
  await row('Spelling languages').getByRole('button', { name: 'Remove German' }).click()
  await expect.poll(() => setting.app().app.settings.get().spellcheckLanguages).toEqual([])
})

test('a shortcut is recorded by keys, and counts as working when it was seen to', async () => {
  const { keyboard } = setting.page()
  const shortcut = row('Shortcut of the quick window')
  const button = shortcut.getByRole('button', { name: /^Shortcut of the quick window/ })
  await button.focus()
  await keyboard.press('Enter')
  await keyboard.press('Control+c')
  await shortcut.getByText('Other programs use these keys all the time').waitFor()
  // Neither the sheet of keys nor the end of the panel: what is pressed now is for the recorder.
  await keyboard.press('Control+/')
  await keyboard.press('Escape')
  await button.filter({ hasText: 'Record a shortcut' }).waitFor()
  expect(setting.app().app.settings.get().quickShortcut).toBeNull()

  await keyboard.press('Enter')
  await keyboard.press(desktop.taken)
  await shortcut.getByRole('alert').filter({ hasText: 'Another program has this shortcut' }).waitFor()
  await keyboard.press('Enter')
  await keyboard.press('Control+Shift+Space')
  await shortcut.getByText('Press it now').waitFor()
  expect(desktop.registered).toBe('Control+Shift+Space')
  desktop.press()
  await shortcut.getByText('It works.').waitFor()

  await keyboard.press('Enter')
  await keyboard.press('Backspace')
  await button.filter({ hasText: 'Record a shortcut' }).waitFor()
  await expect.poll(() => setting.app().app.settings.get().quickShortcut).toBeNull()
  expect(desktop.registered).toBe('')
  await keyboard.press('Escape')
  await dialog().waitFor({ state: 'hidden' })
})

test('the keyboard alone finds a setting, changes it and leaves', async () => {
  const { keyboard } = setting.page()
  await keyboard.press('Control+,')
  await dialog().waitFor()
  await expect.poll(async () => await focused().getAttribute('type')).toBe('search')
  await keyboard.type('tray icon')
  await dialog().getByText('1 setting found').waitFor()
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await expect.poll(async () => await focused().textContent()).toBe('Window and tray')
  await keyboard.press('Tab')
  await keyboard.press('Space')
  await row('Tray icon').getByText('Changed by you').waitFor()
  expect(setting.app().app.settings.get().trayIcon).toBe(true)
  await dialog().getByRole('searchbox').focus()
  await keyboard.press('Escape')
  await row('Theme').waitFor()
  await keyboard.press('Escape')
  await dialog().waitFor({ state: 'hidden' })
})

test('where images may not be attached, the button and a pasted picture say so', async () => {
  const { page, me, stack, app } = setting
  await me().signIn(stack.demo.email, stack.demo.password)
  await me().messageBox.waitFor()
  const why = page().getByRole('alert').filter({ hasText: 'Your organisation does not let images be attached' })
  const attach = page().getByRole('button', { name: 'Attach images' })
  expect(await attach.getAttribute('title')).toContain('Your organisation')
  await attach.press('Enter')
  await why.waitFor()
  await why.getByRole('button').click()
  await why.waitFor({ state: 'hidden' })
  await pasteFiles(me().messageBox, [{ name: 'roof.png', type: 'image/png', bytes: await png() }])
  await why.waitFor()
  expect(app().calls.some(({ route }) => route === 'attachments.add')).toBe(false)
  expect(setting.errors).toEqual([])
})
