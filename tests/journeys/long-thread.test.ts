import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { openSetting } from './harness/setting.ts'
import type { Setting } from './harness/setting.ts'

const turns = 400
const markdown =
  '## Title\n\nSome **bold** text with `code`.\n\n- one\n- two\n\n```ts\nconst a = 1\n```\n\n| a | b |\n|--|--|\n| 1 | 2 |\n'
let setting: Setting
beforeAll(async () => {
  setting = await openSetting({ keychain: createMemoryKeychain(), librechat: { deltasPerSecond: 100 } })
  setting.stack.librechat.addConversation({
    email: setting.stack.demo.email,
    title: 'A long one',
    // Of uneven length, so that no guessed size is right.
    turns: Array.from({ length: turns }, (_, at) => ({
      question: `Question ${at}`,
      answer: `${markdown.repeat(1 + (at % 4))}\nAnswer ${at}`,
    })),
  })
  await setting.me().signIn(setting.stack.demo.email, setting.stack.demo.password)
  await setting.me().conversations.getByRole('button', { name: 'A long one', exact: true }).click()
})
afterAll(async () => await setting.close())

/** How far the log's end is below the view, in pixels. */
const below = async (): Promise<number> =>
  await setting.me().log.evaluate((log) => {
    const view = log.parentElement!.parentElement!
    return view.scrollHeight - view.scrollTop - view.clientHeight
  })

test('opens at its end, with everything there for search and screen readers', async () => {
  const me = setting.me()
  await me.answers
    .last()
    .getByText(`Answer ${turns - 1}`)
    .waitFor()
  expect(await me.answers.count()).toBe(turns)
  await expect.poll(async () => Math.abs(await below())).toBeLessThan(2)
})

test('what is being read moves by as much as one scrolls, and by nothing else', async () => {
  const page = setting.page()
  const me = setting.me()
  await me.log.hover()
  for (let step = 0; step < 12; step++) {
    const marked = await me.log.evaluateHandle((log) => {
      const view = log.parentElement!.parentElement!.getBoundingClientRect()
      return [...log.querySelectorAll('p, li, h4, figure')].find((piece) => {
        const { top } = piece.getBoundingClientRect()
        return top > view.top + 40 && top < view.bottom
      })!
    })
    const top = async (): Promise<number> => await marked.evaluate((article) => article.getBoundingClientRect().top)
    const before = await top()
    await page.mouse.wheel(0, -400)
    await expect.poll(async () => Math.round((await top()) - before)).toBe(400)
    // Late layout of what came into view must not move it either.
    await page.evaluate(async () => await new Promise((resolve) => setTimeout(resolve, 60)))
    expect(Math.round((await top()) - before)).toBe(400)
  }
})

test('an answer that streams in does not take a reader away, and a button leads to it', async () => {
  const page = setting.page()
  const me = setting.me()
  await me.send('long please')
  await expect.poll(async () => Math.abs(await below())).toBeLessThan(80)
  await me.log.hover()
  await page.mouse.wheel(0, -900)
  await expect.poll(below).toBeGreaterThan(500)
  const away = await below()
  await me.answers.last().getByText('A plan for one bed').waitFor({ timeout: 20_000 })
  expect(await below()).toBeGreaterThan(away)
  await page.getByRole('button', { name: 'Go to the newest message' }).click()
  await expect.poll(below).toBeLessThan(80)
  await me.answers.last().getByText('The end.').waitFor({ timeout: 20_000 })
  await expect.poll(below).toBeLessThan(80)
})
