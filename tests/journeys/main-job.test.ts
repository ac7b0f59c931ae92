import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLocalStack } from '../../dev/local-stack/stack.ts'
import type { LocalStack } from '../../dev/local-stack/stack.ts'
import { launchBrowser, watchErrors } from './harness/browser.ts'
import { jpeg, png } from './harness/images.ts'
import { createPerson, dropFiles, pasteFiles } from './harness/person.ts'
import type { Person } from './harness/person.ts'
import { startApp } from './harness/running-app.ts'
import type { RunningApp } from './harness/running-app.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => await browser.close())

describe.each(['post-stream', 'resumable'] as const)('with a LibreChat in %s style', (style) => {
  let folder = ''
  let stack: LocalStack
  let app: RunningApp
  let page: Page
  let me: Person
  let errors: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hestami-journey-'))
    stack = await startLocalStack({ folder: join(folder, 'stack'), style })
    app = await startApp({ ...stack, data: join(folder, 'app') })
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    errors = watchErrors(page)
    me = createPerson(page)
    await page.goto(app.url)
  })
  afterAll(async () => {
    await page.close()
    await app.close()
    await stack.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('a wrong password is told, and what was typed stays', async () => {
    await me.signIn(stack.demo.email, 'Not-the-password-1!')
    await page.getByRole('alert').filter({ hasText: 'email or password' }).waitFor()
    expect(await page.getByLabel('Email').inputValue()).toBe(stack.demo.email)
    expect(await page.getByLabel('Password').inputValue()).toBe('Not-the-password-1!')
  })

  test('signs in once and lands in an empty chat', async () => {
    await me.signIn(stack.demo.email, stack.demo.password)
    await me.messageBox.waitFor()
    await page.getByRole('combobox', { name: 'Model' }).waitFor()
    expect(await page.getByRole('button', { name: 'New chat' }).isVisible()).toBe(true)
  })

  test('an answer streams in, piece by piece, and the chat gets its title', async () => {
    await me.send('Please write a long answer about gutters')
    await me.stop.waitFor()
    const answer = me.answers.last()
    await expect.poll(async () => (await answer.textContent())?.length ?? 0).toBeGreaterThan(40)
    const early = (await answer.textContent())?.length ?? 0
    await expect.poll(async () => (await answer.textContent())?.length ?? 0).toBeGreaterThan(early)
    await answer.getByText('The end.').waitFor({ timeout: 30_000 })
    await me.sendButton.waitFor()
    await me.conversations
      .getByRole('button', { name: /gutters/i })
      .first()
      .waitFor({ timeout: 20_000 })
  })

  test('images by file chooser, paste and drop go with a message and are seen in the thread', async () => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Attach images' }).click(),
    ])
    await chooser.setFiles([
      { name: 'roof.png', mimeType: 'image/png', buffer: await png() },
      { name: 'gutter.jpg', mimeType: 'image/jpeg', buffer: await jpeg() },
    ])
    await pasteFiles(me.messageBox, [{ name: 'pasted.png', type: 'image/png', bytes: await png(64, 48) }])
    await dropFiles(me.log, [{ name: 'dropped.jpg', type: 'image/jpeg', bytes: await jpeg(80, 60) }])
    for (const name of ['roof.png', 'gutter.jpg', 'pasted.png', 'dropped.jpg'])
      await page.getByRole('button', { name: `Remove ${name}` }).waitFor()
    await page.getByRole('button', { name: 'Remove pasted.png' }).click()
    await me.write('What do you see?')
    await expect.poll(async () => await me.sendButton.isEnabled()).toBe(true)
    await me.sendButton.click()
    const question = me.questions.last()
    for (const name of ['roof.png', 'gutter.jpg', 'dropped.jpg']) {
      const picture = question.getByRole('img', { name })
      await picture.waitFor()
      await expect
        .poll(async () => await picture.evaluate((element) => (element as HTMLImageElement).naturalWidth))
        .toBeGreaterThan(0)
    }
    expect(await question.getByRole('img', { name: 'pasted.png' }).count()).toBe(0)
    await me.answers.last().getByText(/320/).waitFor({ timeout: 20_000 })
    await me.sendButton.waitFor()
  })

  test('a long answer can be stopped, and its partial text stays', async () => {
    await me.send('Another long answer, please')
    const answer = me.answers.last()
    await expect.poll(async () => await me.answers.count()).toBe(3)
    await expect.poll(async () => (await answer.textContent())?.length ?? 0).toBeGreaterThan(60)
    await me.stop.click()
    await me.sendButton.waitFor({ timeout: 15_000 })
    const partial = (await answer.textContent()) ?? ''
    expect(partial.length).toBeGreaterThan(60)
    expect(partial).not.toContain('The end.')
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('after a reload one is still signed in and the thread is there', async () => {
    await page.reload()
    await expect.poll(async () => await me.answers.count()).toBe(3)
    await me.answers.first().getByText('The end.').waitFor()
    await me.questions.nth(1).getByRole('img', { name: 'roof.png' }).waitFor()
    expect(await me.answers.last().textContent()).not.toContain('The end.')
  })

  test('a reload in mid-answer ends with the full text', async () => {
    await me.send('One more long answer')
    await expect.poll(async () => await me.answers.count()).toBe(4)
    await expect.poll(async () => ((await me.answers.last().textContent()) ?? '').length).toBeGreaterThan(60)
    await page.reload()
    await me.answers.last().getByText('The end.').waitFor({ timeout: 30_000 })
    await me.sendButton.waitFor()
    expect(await me.answers.count()).toBe(4)
  })

  test('signs out: nothing is left, and the servers know', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Email').waitFor({ timeout: 15_000 })
    expect(await me.conversations.count()).toBe(0)
  })

  test('the page had no errors', () => expect(errors).toEqual([]))
})
