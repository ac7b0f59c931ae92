import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { openSetting } from './harness/setting.ts'
import type { Setting } from './harness/setting.ts'

let setting: Setting
beforeAll(async () => {
  setting = await openSetting({ keychain: createMemoryKeychain(), viewport: { width: 400, height: 760 } })
})
afterAll(async () => await setting.close())

test('what the platform does not take is told at the field, and the form keeps what was entered', async () => {
  const page = setting.page()
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByLabel('First name').fill('Test')
  await page.getByLabel('Last name').fill('Person')
  await page.getByLabel('Email').fill(setting.stack.demo.email)
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByLabel('Confirm password').fill('different')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('The two passwords are not the same.').waitFor()
  await page.getByLabel('Confirm password').fill('short')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('alert').filter({ hasText: 'Check the marked fields' }).waitFor()
  await page.getByText('already exists').waitFor()
  expect(await page.getByLabel('First name').inputValue()).toBe('Test')
})

test('registering waits while the chat is prepared, and goes on by itself', async () => {
  const page = setting.page()
  setting.stack.librechat.faults.add({ path: '/api/auth/register', times: 2, action: { kind: 'status', status: 503 } })
  await page.getByLabel('Email').fill('new.person@example.com')
  await page.getByLabel('Password', { exact: true }).fill('A-long-Passphrase-42!')
  await page.getByLabel('Confirm password').fill('A-long-Passphrase-42!')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Preparing your chat' }).waitFor()
  await setting.me().messageBox.waitFor({ timeout: 40_000 })
})

test('in a narrow window the conversations are a drawer', async () => {
  const page = setting.page()
  const me = setting.me()
  await me.send('A narrow question')
  await me.answers.last().getByText('A narrow question').waitFor()
  const entry = me.conversations.getByRole('button', { name: 'A narrow question', exact: true })
  expect(await entry.isVisible()).toBe(false)
  await page.getByRole('button', { name: 'Show conversations' }).click()
  await entry.waitFor({ timeout: 20_000 })
  await page.keyboard.press('Escape')
  await expect.poll(async () => await entry.isVisible()).toBe(false)
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
  expect(setting.errors).toEqual([])
})
