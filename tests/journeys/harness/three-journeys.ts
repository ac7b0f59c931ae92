import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jpeg } from './images.ts'
import { createPerson } from './person.ts'
import type { Person } from './person.ts'

/** The app with both servers behind it, in whatever it runs: the browser host, or Electron. */
export interface Front {
  page(): Page
  readonly demo: { readonly email: string; readonly password: string }
  /** Quits the app and starts it again on the same files. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** The three things that must work before anything else is worth looking at: sign in, send a message with an image, start again. */
export function threeJourneys(open: () => Promise<Front>): void {
  let front: Front
  let opened: Front | null = null
  const me = (): Person => createPerson(front.page())
  beforeAll(async () => {
    opened = await open()
    front = opened
  })
  afterAll(async () => await opened?.close())

  test('signs in once', async () => {
    await me().signIn(front.demo.email, front.demo.password)
    await me().messageBox.waitFor()
    await front.page().getByRole('combobox', { name: 'Model' }).waitFor()
  })

  test('sends a message with an image, and the answer streams in', async () => {
    const page = front.page()
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Attach images' }).click(),
    ])
    await chooser.setFiles([{ name: 'gutter.jpg', mimeType: 'image/jpeg', buffer: await jpeg() }])
    await page.getByRole('button', { name: 'Remove gutter.jpg' }).waitFor()
    await me().write('Please write a long answer about this gutter')
    await expect.poll(async () => await me().sendButton.isEnabled()).toBe(true)
    await me().sendButton.click()
    await me().stop.waitFor()
    const answer = me().answers.last()
    await expect.poll(async () => ((await answer.textContent()) ?? '').length).toBeGreaterThan(40)
    const early = ((await answer.textContent()) ?? '').length
    await expect.poll(async () => ((await answer.textContent()) ?? '').length).toBeGreaterThan(early)
    await answer.getByText('The end.').waitFor({ timeout: 30_000 })
    const picture = me().questions.last().getByRole('img', { name: 'gutter.jpg' })
    await expect
      .poll(async () => await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(0)
  })

  test('starts again, still signed in, with the thread where it was', async () => {
    await me().sendButton.waitFor()
    await front.restart()
    await me().answers.last().getByText('The end.').waitFor({ timeout: 30_000 })
    await me().messageBox.waitFor()
    expect(await front.page().getByLabel('Password').count()).toBe(0)
  })
}
