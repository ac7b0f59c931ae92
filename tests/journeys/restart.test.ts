import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKeychain } from '../../src/main/keychain/child-keychain.ts'
import { forkWorker } from '../../src/main/keychain/fork-worker.ts'
import type { Keychain } from '../../src/main/keychain/keychain.ts'
import { startBus } from '../faults/harness/secret-service.ts'
import type { SecretService } from '../faults/harness/secret-service.ts'
import { openSetting } from './harness/setting.ts'
import type { Setting } from './harness/setting.ts'

const worker = join(import.meta.dirname, '../../src/main/keychain/worker.ts')
let bus: SecretService
let setting: Setting
const realKeychain = (timeout = 10_000): Keychain =>
  createKeychain({ spawn: () => forkWorker(worker, bus.env), timeout })

beforeAll(async () => {
  bus = await startBus()
  await bus.startKeyring()
  setting = await openSetting({ keychain: realKeychain() })
})
afterAll(async () => {
  await setting.close()
  await bus.close()
})

test('signs in once; the real keychain remembers, so nothing is said about it', async () => {
  const me = setting.me()
  await me.signIn(setting.stack.demo.email, setting.stack.demo.password)
  await me.messageBox.waitFor()
  await me.send('Keep this over a restart')
  await me.answers.last().getByText('Keep this over a restart').waitFor()
  await me.sendButton.waitFor()
  expect(await setting.page().getByText('only until the app is closed').count()).toBe(0)
})

test('closes it, starts it again, and is still signed in, with the thread and a half-written message', async () => {
  await setting.me().write('A half-written mess')
  await setting.page().getByRole('button', { name: 'New chat' }).focus()
  await bus.stopKeyring()
  await bus.startKeyring()
  await setting.restart(realKeychain())
  const me = setting.me()
  await me.answers.last().getByText('Keep this over a restart').waitFor()
  await expect.poll(async () => await me.messageBox.inputValue()).toBe('A half-written mess')
  expect(await setting.page().getByLabel('Password').count()).toBe(0)
})

test('a keyring that is locked at the start: unlock it, try again, and go on', async () => {
  await bus.stopKeyring()
  await bus.startKeyring('not its password')
  await setting.restart(realKeychain())
  const page = setting.page()
  await page.getByRole('heading', { name: 'Your session is locked away' }).waitFor()
  await bus.stopKeyring()
  await bus.startKeyring()
  await page.getByRole('button', { name: 'Try again' }).click()
  await setting.me().answers.last().getByText('Keep this over a restart').waitFor()
})

test('a keyring that is gone at the start loses nothing: signing in by password works meanwhile', async () => {
  await bus.stopKeyring()
  await setting.restart(realKeychain(2000))
  const page = setting.page()
  await page.getByRole('button', { name: 'Sign in with password' }).click()
  await setting.me().signIn(setting.stack.demo.email, setting.stack.demo.password)
  await setting.me().messageBox.waitFor()
  await page.getByText('only until the app is closed').waitFor()
  await bus.startKeyring()
  await setting.restart(realKeychain())
  await setting.me().answers.last().getByText('Keep this over a restart').waitFor()
})

test('a keyring that never answers: the window says what it waits for, and signing in by password works meanwhile', async () => {
  await bus.stopKeyring()
  await bus.startSilent()
  await setting.restart(realKeychain(8000))
  const page = setting.page()
  await page.getByText('Waiting for the keychain').waitFor()
  await page.getByRole('button', { name: 'Sign in with password' }).click()
  await setting.me().signIn(setting.stack.demo.email, setting.stack.demo.password)
  await setting.me().messageBox.waitFor({ timeout: 30_000 })
  await page.getByText('does not answer').waitFor()
  await bus.stopKeyring()
  await bus.startKeyring()
  await setting.restart(realKeychain())
  await setting.me().answers.last().getByText('Keep this over a restart').waitFor()
})

test('after signing out a restart asks for the password', async () => {
  await setting.page().getByRole('button', { name: 'Sign out' }).click()
  await setting.page().getByLabel('Email').waitFor()
  await setting.restart(realKeychain())
  await setting.page().getByLabel('Email').waitFor()
  expect(await setting.me().conversations.count()).toBe(0)
  expect(setting.errors).toEqual([])
})
