import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { watchErrors } from './harness/browser.ts'
import { createPerson } from './harness/person.ts'
import { openSetting } from './harness/setting.ts'
import type { Setting } from './harness/setting.ts'

let setting: Setting
let quick: Page
const errors: string[] = []
beforeAll(async () => {
  setting = await openSetting()
  quick = await setting.page().context().newPage()
  await quick.setViewportSize({ width: 640, height: 440 })
  watchErrors(quick, errors)
  await quick.goto(new URL('/quick.html', setting.app().url).href)
})
afterAll(async () => await setting.close())

test('before a sign-in it says where to sign in', async () => {
  await quick.getByText('Please sign in first').waitFor()
  await setting.me().signIn(setting.stack.demo.email, setting.stack.demo.password)
  await createPerson(quick).messageBox.waitFor()
})

test('a question is answered in place, and the draft in the main window stays', async () => {
  await setting.me().messageBox.waitFor()
  await setting.me().write('half a sentence about the roof')
  const me = createPerson(quick)
  await expect.poll(async () => await me.messageBox.evaluate((box) => box === document.activeElement)).toBe(true)
  await quick.keyboard.type('Which filter does the furnace need?')
  await quick.keyboard.press('Enter')
  await me.answers.last().waitFor()
  await me.sendButton.waitFor({ timeout: 20_000 })
  await expect.poll(async () => ((await me.answers.last().textContent()) ?? '').length).toBeGreaterThan(10)
  expect(await setting.me().messageBox.inputValue()).toBe('half a sentence about the roof')
  await setting.page().reload()
  await expect.poll(async () => await setting.me().messageBox.inputValue()).toBe('half a sentence about the roof')
})

test('the main window lists the conversation without leaving its own', async () => {
  await setting
    .me()
    .conversations.getByRole('button', { name: /furnace/i })
    .first()
    .waitFor({ timeout: 20_000 })
  expect(await setting.me().answers.count()).toBe(0)
})

test('a second question goes on in the same conversation', async () => {
  const me = createPerson(quick)
  await me.send('And how often?')
  await expect.poll(async () => await me.answers.count()).toBe(2)
  await me.sendButton.waitFor({ timeout: 20_000 })
  await expect.poll(async () => await me.answers.count()).toBe(2)
})

test('"Open in main window" shows the conversation there', async () => {
  await quick.getByRole('button', { name: 'Open in main window' }).click()
  await expect.poll(async () => await setting.me().answers.count(), { timeout: 20_000 }).toBe(2)
})

test('"New" begins another one', async () => {
  await quick.getByRole('button', { name: 'New', exact: true }).click()
  expect(await createPerson(quick).answers.count()).toBe(0)
})

test('Escape asks the host to hide the window', async () => {
  await quick.keyboard.press('Escape')
  await expect.poll(() => setting.app().calls.some(({ route }) => route === 'quick.hide')).toBe(true)
})

test('neither page had errors', () => expect([...errors, ...setting.errors]).toEqual([]))
