import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { openSetting } from './harness/setting.ts'
import type { Setting } from './harness/setting.ts'

/** Seconds that a sign-in at the platform lasts here. */
const life = 4
let setting: Setting
beforeAll(async () => {
  setting = await openSetting({
    keychain: createMemoryKeychain(),
    platform: { accessSeconds: 1, refreshSeconds: life },
    librechat: { terms: { text: '# Be kind\n\nAnd **honest**.' }, deltasPerSecond: 300 },
  })
})
afterAll(async () => await setting.close())

test('terms are read and accepted before the chat', async () => {
  const page = setting.page()
  await setting.me().signIn(setting.stack.demo.email, setting.stack.demo.password)
  await page.getByRole('heading', { name: 'Be kind' }).waitFor()
  await page.getByRole('button', { name: 'Accept and continue' }).click()
  await setting.me().messageBox.waitFor()
  await setting.me().send('Something to read later')
  await setting.me().answers.last().getByText('Something to read later').waitFor()
  await setting.me().sendButton.waitFor()
})

test('a session that both servers ended says so, and what is here stays readable', async () => {
  const me = setting.me()
  await me.write('unsent words')
  await new Promise((resolve) => setTimeout(resolve, life * 1000))
  setting.stack.librechat.revokeSessions()
  setting.stack.librechat.expireAccessTokens()
  await me.sendButton.click()
  await setting.page().getByRole('alert').filter({ hasText: 'Your session has ended. You can read' }).waitFor()
  expect(await me.answers.first().textContent()).toContain('Something to read later')
})

test('after signing in again it goes on where it was, and the unsent message can be sent', async () => {
  const page = setting.page()
  const me = setting.me()
  await page.getByRole('button', { name: 'Sign in again' }).click()
  expect(await page.getByLabel('Email').inputValue()).toBe(setting.stack.demo.email)
  await page.getByLabel('Password').fill('Not-it-1!')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').filter({ hasText: 'not correct' }).waitFor()
  await page.getByRole('button', { name: 'Back to reading' }).click()
  await me.answers.first().getByText('Something to read later').waitFor()
  await page.getByRole('button', { name: 'Sign in again' }).click()
  await page.getByLabel('Password').fill(setting.stack.demo.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await me.answers.first().getByText('Something to read later').waitFor()
  await page.getByRole('button', { name: 'Send again' }).click()
  await me.answers.last().getByText('unsent words').waitFor()
  expect(setting.errors).toEqual([])
})
