import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openReplay } from '../../dev/start/replay.ts'
import type { SupportBundle } from '../../src/contract/support.ts'
import type { FlavourName } from '../../src/main/flavour.ts'
import { startCheckServers } from '../faults/harness/check-servers.ts'
import type { CheckServers } from '../faults/harness/check-servers.ts'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { launchBrowser, watchErrors } from './harness/browser.ts'
import { createPerson } from './harness/person.ts'
import { startApp } from './harness/running-app.ts'
import type { RunningApp } from './harness/running-app.ts'

let servers: CheckServers
let browser: Browser
let context: BrowserContext
let page: Page
let app: RunningApp
let folder = ''
const errors: string[] = []
const replays: Awaited<ReturnType<typeof openReplay>>[] = []

beforeAll(async () => {
  ;[servers, browser] = await Promise.all([startCheckServers(), launchBrowser()])
})
afterAll(async () => {
  await browser.close()
  await servers.close()
})
afterEach(async () => {
  await context.close()
  await app.close()
  for (const replay of replays.splice(0)) await replay.close()
  rmSync(folder, { recursive: true, force: true })
  if (errors.length > 0) throw new Error(`the page had errors: ${errors.splice(0).join(', ')}`)
})

async function visit(url: string): Promise<Page> {
  const opened = await context.newPage()
  watchErrors(opened, errors)
  await opened.goto(url)
  return opened
}

async function open(flavour: FlavourName): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'hestami-debug-'))
  const { platformOrigin, librechatOrigin } = servers
  const replay = async (text: string): Promise<void> => {
    replays.push(await openReplay({ text, version: '0.0.0-test', port: 0 }))
  }
  const keychain = createMemoryKeychain()
  app = await startApp({
    data: join(folder, 'app'),
    platformOrigin,
    librechatOrigin,
    keychain,
    flavour,
    parts: { replay },
  })
  context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
  context.setDefaultTimeout(10_000)
  page = await visit(app.url)
}

const choose = async (name: string): Promise<void> => {
  await page.getByRole('button', { name: 'Help and settings' }).click()
  await page.getByRole('menuitem', { name }).click()
}
const close = async (): Promise<void> => await page.getByRole('button', { name: 'Close', exact: true }).click()
const row = (request: string): Locator => page.getByRole('row').filter({ hasText: request })
const signIn = async (on: Page): Promise<void> => await createPerson(on).signIn('demo@example.com', 'whatever')

test('a developer sees every exchange, breaks one on purpose, mends it, and replays what was', async () => {
  await open('debug')
  await page.getByRole('note').filter({ hasText: 'Debug build 0.0.0-test' }).waitFor()

  await choose('Network timeline')
  await page.getByRole('combobox', { name: 'Fault' }).selectOption('Offline')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('list', { name: 'Active faults' }).getByText('fails: no network').waitFor()
  await close()
  await signIn(page)
  const offline = page.getByRole('alert').filter({ hasText: /offline|no (network|internet)|connection/i })
  await offline.waitFor()
  const sentence = (await offline.textContent()) ?? ''

  await choose('Network timeline')
  await row('POST /api/users/login/').filter({ hasText: 'no network' }).filter({ hasText: 'injected' }).waitFor()
  const bundle = await app.app.dispatch('support.bundle', undefined)
  await page.getByRole('button', { name: /^Remove: Both servers/ }).click()
  await page.getByText('None: everything goes through as it is.').waitFor()
  await close()
  await signIn(page)
  await createPerson(page).messageBox.waitFor()

  await choose('Network timeline')
  await row('GET /api/convos').filter({ hasText: '200' }).first().waitFor()
  await page.getByRole('button', { name: /^POST \/api\/auth\/login/ }).click()
  await page.getByRole('definition').filter({ hasText: 'json' }).waitFor()
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await page.getByText('Copied').waitFor()
  const copied = await page.evaluate(async () => await navigator.clipboard.readText())
  expect(copied).toContain('\tPOST /api/users/login/\tno network (injected)\t')
  expect(copied).not.toMatch(/demo@example|127\.0\.0\.1/)
  await close()

  await choose('Open support bundle')
  const lines = bundle.ok ? (bundle.value as SupportBundle).lines : []
  await page
    .getByLabel('Support bundle', { exact: true })
    .setInputFiles([{ name: 'a.jsonl', mimeType: 'application/x-ndjson', buffer: Buffer.from(lines.join('\n')) }])
  await page.getByText('Hestami could not be reached (no network): POST /api/users/login/').waitFor()
  await page.getByRole('button', { name: 'Replay' }).click()
  await expect.poll(() => replays.length, { timeout: 20_000 }).toBe(1)
  const replayed = await visit(replays[0]!.url)
  await replayed.getByRole('note').filter({ hasText: 'Replay of 0.0.0' }).waitFor()
  await signIn(replayed)
  await replayed.getByRole('alert').filter({ hasText: sentence }).waitFor()
})

test('production has none of it', async () => {
  await open('production')
  await page.getByLabel('Email').waitFor()
  await page.getByRole('button', { name: 'Help and settings' }).click()
  await page.getByRole('menuitem', { name: 'About' }).waitFor()
  expect(await page.getByRole('menuitem', { name: /timeline|Open support bundle/i }).count()).toBe(0)
  expect(await page.getByRole('note').count()).toBe(0)
})
