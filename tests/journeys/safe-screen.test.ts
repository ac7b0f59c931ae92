import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { contentSecurityPolicy } from '../../src/contract/csp.ts'
import { launchBrowser, watchErrors } from './harness/browser.ts'

const root = join(import.meta.dirname, '../../out/renderer')
const origin = 'http://bundle.example'
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

let browser: Browser
let context: BrowserContext
let page: Page
let asked: string[]
let errors: string[]
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => await browser.close())
beforeEach(async () => {
  asked = []
  await open()
})
afterEach(async () => await context.close())

/** The built pages under the policy that they have in the app; the bridge answers what a test needs. */
async function open(options: { javaScriptEnabled?: boolean } = {}): Promise<void> {
  context = await browser.newContext({ acceptDownloads: true, ...options })
  await context.route('**/*', async (route) => {
    const { pathname } = new URL(route.request().url())
    asked.push(pathname)
    const contentType = types[extname(pathname)] ?? 'application/octet-stream'
    const headers = { 'content-security-policy': contentSecurityPolicy({ connect: "'none'" }) }
    await route.fulfill({ body: readFileSync(join(root, pathname)), contentType, headers })
  })
  page = await context.newPage()
  errors = watchErrors(page)
  await page.addInitScript(() => {
    const calls: string[] = []
    const answer = (name: string, value: unknown) => async (): Promise<unknown> => {
      calls.push(name)
      return await Promise.resolve({ ok: true, value })
    }
    const bundle = { fileName: 'support.txt', lines: ['first line', 'last line'] }
    Object.assign(window, {
      calls,
      copied: null,
      hestami: {
        app: { info: answer('app.info', { details: 'Hestami Chat 1.0' }), quit: answer('app.quit', undefined) },
        support: { bundle: answer('support.bundle', bundle) },
      },
    })
    Object.defineProperty(navigator, 'clipboard', {
      value: {
        writeText: async (text: string) => {
          Object.assign(window, { copied: text })
          await Promise.resolve()
        },
      },
    })
  })
  await page.goto(`${origin}/safe.html`)
}

test('shares no file with the page that crashes', async () => {
  const own = [...asked]
  expect(own.filter((path) => path !== '/safe.html')).toEqual([
    expect.stringMatching(/^\/assets\/safe-.*\.js$/),
    expect.stringMatching(/^\/assets\/safe-.*\.css$/),
  ])
  const main = readFileSync(join(root, 'index.html'), 'utf8')
  for (const path of own) expect(main).not.toContain(path)
  for (const path of own.filter((one) => one.endsWith('.js')))
    expect(readFileSync(join(root, path), 'utf8')).not.toMatch(/\bimport\b|react/i)
  expect(errors).toEqual([])
})

test('tells support what build this is, and shows the bundle before it is saved', async () => {
  await page.getByRole('button', { name: 'Copy version' }).click()
  await page.getByRole('status').getByText('Version copied.').waitFor()
  expect(await page.evaluate(() => (window as unknown as { copied: string }).copied)).toBe('Hestami Chat 1.0')

  await page.getByRole('button', { name: 'Support bundle…' }).click()
  const text = page.getByRole('textbox', { name: 'Text of the support bundle' })
  await text.waitFor()
  expect(await text.inputValue()).toBe('first line\nlast line')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save file' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('support.txt')
  expect(readFileSync(await download.path(), 'utf8')).toBe('first line\nlast line')
  expect(errors).toEqual([])
})

test('quits, and does not say that the app is well', async () => {
  await page.getByRole('button', { name: 'Quit' }).click()
  const calls = async (): Promise<string[]> =>
    await page.evaluate(() => (window as unknown as { calls: string[] }).calls)
  await expect.poll(calls).toEqual(['app.quit'])
})

test('says when memory ran out', async () => {
  const words = page.getByText('ran out of memory')
  expect(await words.isVisible()).toBe(false)
  await page.goto('about:blank')
  await page.goto(`${origin}/safe.html#memory`)
  expect(await words.isVisible()).toBe(true)
})

test('reloads even when no script runs at all', async () => {
  await context.close()
  await open({ javaScriptEnabled: false })
  await page.getByRole('link', { name: 'Reload' }).click()
  await expect.poll(() => page.url()).toBe(`${origin}/index.html`)
})
