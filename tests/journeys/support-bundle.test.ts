import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { launchBrowser, watchErrors } from './harness/browser.ts'
import { createPerson } from './harness/person.ts'
import { startApp } from './harness/running-app.ts'
import type { RunningApp } from './harness/running-app.ts'

const nobody = 'http://127.0.0.1:9'
let data = ''
let browser: Browser
let app: RunningApp
let page: Page
let errors: string[] = []

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'hestami-journey-'))
  browser = await launchBrowser()
  app = await startApp({ data, platformOrigin: nobody, librechatOrigin: nobody, keychain: createMemoryKeychain() })
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
  context.setDefaultTimeout(10_000)
  page = await context.newPage()
  errors = watchErrors(page)
  await page.goto(app.url)
})
afterAll(async () => {
  await browser.close()
  await app.close()
  rmSync(data, { recursive: true, force: true })
})

const panel = (): ReturnType<Page['getByRole']> => page.getByRole('dialog', { name: 'Save support bundle' })
const lines = (): ReturnType<Page['getByRole']> => panel().getByRole('listbox', { name: 'Lines of the bundle' })
const saved = async (): Promise<Record<string, unknown>[]> => {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    panel().getByRole('button', { name: 'Save', exact: true }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^hestami-support-\d{4}-\d\d-\d\d\.jsonl$/)
  const text = readFileSync(await download.path(), 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('signed out, after a sign-in that failed, the bundle tells what happened and nothing of who it was', async () => {
  await createPerson(page).signIn('ada.canary@example.com', 'hunter2-canary')
  await page.getByRole('alert').waitFor()
  app.app.commands.give({ name: 'support-bundle' })
  await lines().getByRole('option').first().waitFor()
  const file = await saved()
  const events = file.filter(({ section }) => section === 'log').map(({ event }) => event)
  expect(events).toEqual(expect.arrayContaining(['app.started', 'session.phase', 'http.unreachable']))
  expect(file[0]).toMatchObject({ section: 'header', version: '0.0.0-test', host: 'browser' })
  expect(file.at(-1)).toMatchObject({ section: 'end', lines: file.length - 1, removed: 0 })
  expect(JSON.stringify(file)).not.toMatch(/canary|example\.com|hunter2|127\.0\.0\.1/)
  await panel().getByText('nothing was sent by the app').waitFor()
})

test('every line can be looked at by keyboard, and what is left out is neither saved nor copied', async () => {
  const before = await saved()
  await lines().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  const second = lines().getByRole('option').nth(1)
  expect(await second.getAttribute('aria-selected')).toBe('false')
  expect(JSON.parse((await second.textContent()) ?? '')).toEqual(before[1])
  await panel().getByRole('checkbox', { name: /^Log / }).uncheck()

  const file = await saved()
  const log = before.filter(({ section }) => section === 'log').length
  const kept = before.filter((line, index) => index !== 1 && line['section'] !== 'log').slice(0, -1)
  expect(file.slice(0, -1)).toEqual(kept)
  expect(file.at(-1)).toMatchObject({ lines: kept.length, removed: log + 1 })
  await page.keyboard.press('End')
  await lines().focus()
  await page.keyboard.press('End')
  const last = lines().getByRole('option').last()
  expect(JSON.parse((await last.textContent()) ?? '')).toEqual(file.at(-1))

  await panel().getByRole('button', { name: 'Copy' }).click()
  await panel().getByRole('button', { name: 'Copied' }).waitFor()
  const copied = await page.evaluate(async () => await navigator.clipboard.readText())
  expect(
    copied
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(file)
})

test('lines can be searched for', async () => {
  await panel().getByRole('searchbox', { name: 'Search in the lines' }).fill('HTTP.unreachable')
  await panel()
    .getByText(/^\d+ lines? found$/)
    .waitFor()
  const texts = await lines().getByRole('option').allTextContents()
  expect(texts.length).toBeGreaterThan(1)
  for (const text of texts.slice(0, -1)) expect(text).toContain('http.unreachable')
})

test('the detailed log is switched on for a day, which the sign-in shows, and off again', async () => {
  await panel().getByRole('switch', { name: 'Detailed log for 24 hours' }).check()
  await panel()
    .getByText(/^On until /)
    .waitFor()
  await expect.poll(() => app.app.settings.get().verboseLogUntil ?? 0).toBeGreaterThan(Date.now() + 23 * 3_600_000)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Detailed log is on until / }).click()
  await panel().getByRole('switch').uncheck()
  await expect.poll(() => app.app.settings.get().verboseLogUntil).toBeNull()
  await panel().getByRole('button', { name: 'Close' }).click()
  await page.getByLabel('Email').waitFor()
  expect(await page.getByRole('button', { name: /^Detailed log is on/ }).count()).toBe(0)
})

test('the page had no errors', () => expect(errors).toEqual([]))
