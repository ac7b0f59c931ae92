import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { openSetting } from './harness/setting.ts'
import type { Setting } from './harness/setting.ts'

const turns = 30
const wide = 'const sealed = rafters.filter((rafter) => rafter.isDry && rafter.side === "south-west").map(seal)'
const code = Array.from({ length: 60 }, (_, at) => `line_${at} = "${'x'.repeat(at % 3 === 0 ? 300 : 20)}"; end_${at}`)
const answer = (at: number): string =>
  [
    `## Part ${at}`,
    'See [the guide](https://example.com/guide) and https://example.com/plain or write to <help@example.com>.',
    ...(at === 3 ? [`\`\`\`ts\n${wide}\n${code.join('\n')}\n\`\`\``] : []),
    '| a | b |\n|--|--|\n| 1 | 2 |',
    `Answer ${at}`,
  ].join('\n\n')

let setting: Setting
beforeAll(async () => {
  setting = await openSetting({ keychain: createMemoryKeychain() })
  setting.stack.librechat.addConversation({
    email: setting.stack.demo.email,
    title: 'A roof to print',
    turns: Array.from({ length: turns }, (_, at) => ({ question: `Question ${at}`, answer: answer(at) })),
  })
  setting.stack.librechat.addConversation({
    email: setting.stack.demo.email,
    title: 'Another conversation',
    turns: [{ question: 'Something else', answer: 'Yes.' }],
  })
  await setting.me().signIn(setting.stack.demo.email, setting.stack.demo.password)
  await setting.me().conversations.getByRole('button', { name: 'A roof to print', exact: true }).click()
  await setting
    .me()
    .answers.last()
    .getByText(`Answer ${turns - 1}`)
    .waitFor()
})
afterAll(async () => await setting.close())

/** What Chromium prints, as Electron’s `printToPDF` does too. */
const printed = async (): Promise<{ pages: number; text: string }> => {
  const pdf = await setting.page().pdf({ preferCSSPageSize: true, printBackground: true, tagged: true })
  const { totalPages, text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: true })
  return { pages: totalPages, text }
}
const squeezed = (text: string): string => text.replaceAll(/\s+/g, '')

describe('the conversation on paper', () => {
  test('is whole, selectable and alone, in several pages', async () => {
    await setting.me().write('a draft nobody prints')
    const { pages, text } = await printed()
    expect(pages).toBeGreaterThan(3)
    expect(text).toContain('A roof to print')
    for (let at = 0; at < turns; at++) {
      expect(text).toContain(`Question ${at}`)
      expect(text).toContain(`Answer ${at}`)
    }
    for (const chrome of [
      'Another conversation',
      'New chat',
      'a draft nobody prints',
      setting.stack.demo.email,
      'Copy',
    ])
      expect(text).not.toContain(chrome)
  })

  test('no line of code is cut', async () => {
    const text = squeezed((await printed()).text)
    expect(text).toContain(squeezed(wide))
    for (const line of code) expect(text).toContain(squeezed(line))
  })

  test('links say where they lead, once', async () => {
    const { text } = await printed()
    expect(text).toContain('the guide (https://example.com/guide)')
    expect(text.split('https://example.com/plain')).toHaveLength(turns + 1)
    expect(text).not.toContain('mailto:')
  })

  test('is dark on light whatever the theme is', async () => {
    const page = setting.page()
    await page.evaluate(() => document.documentElement.setAttribute('data-theme', 'dark'))
    await page.emulateMedia({ media: 'print' })
    const colors = await setting
      .me()
      .answers.last()
      .evaluate((answer) => {
        const body = getComputedStyle(document.body)
        return [getComputedStyle(answer).color, body.backgroundColor]
      })
    expect(colors).toEqual(['rgb(26, 25, 23)', 'rgba(0, 0, 0, 0)'])
    const wider = await page.evaluate(
      () => [...document.querySelectorAll('.thread *')].filter((one) => one.scrollWidth > one.clientWidth + 1).length,
    )
    expect(wider).toBe(0)
    await page.emulateMedia({ media: 'screen' })
    await page.evaluate(() => document.documentElement.removeAttribute('data-theme'))
  })
})

describe('what the menu asks', () => {
  const prints = async (): Promise<number> =>
    await setting.page().evaluate(() => (globalThis as { printed?: number }).printed ?? 0)
  beforeAll(async () => {
    await setting.page().evaluate(() => {
      const counted = globalThis as { printed?: number }
      globalThis.print = () => void (counted.printed = (counted.printed ?? 0) + 1)
    })
  })

  test('print opens the print dialog, without the panel that lies over the page', async () => {
    const { commands } = setting.app().app
    commands.give({ name: 'about' })
    await setting.page().getByRole('dialog').waitFor()
    commands.give({ name: 'print' })
    await expect.poll(prints).toBe(1)
    expect(await setting.page().getByRole('dialog').count()).toBe(0)
  })

  test('a PDF is the host’s, with the title for its name; where there is none the dialog has to do', async () => {
    setting.app().app.commands.give({ name: 'save-pdf' })
    await expect.poll(prints).toBe(2)
    expect(setting.app().calls.findLast(({ route }) => route === 'app.savePdf')?.input).toEqual({
      title: 'A roof to print',
    })
  })

  test('write a message puts the caret into the message box', async () => {
    await setting.me().log.click()
    await setting.page().evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    setting.app().app.commands.give({ name: 'focus-composer' })
    await expect
      .poll(async () => await setting.me().messageBox.evaluate((box) => box === document.activeElement))
      .toBe(true)
  })
})

test('the page had no errors', () => expect(setting.errors).toEqual([]))
