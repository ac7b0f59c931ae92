import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { brokenPng, jpeg, png } from './harness/images.ts'
import { dropFiles, pasteFiles } from './harness/person.ts'
import { openSetting } from './harness/setting.ts'
import type { Setting } from './harness/setting.ts'

let setting: Setting
beforeAll(async () => {
  setting = await openSetting({ keychain: createMemoryKeychain(), librechat: { deltasPerSecond: 300 } })
  await setting.me().signIn(setting.stack.demo.email, setting.stack.demo.password)
  await setting.me().messageBox.waitFor()
})
afterEach(() => {
  setting.stack.librechat.faults.clear()
  setting.stack.librechat.liftBans()
})
afterAll(async () => await setting.close())
const alert = (text: string | RegExp) => setting.page().getByRole('alert').filter({ hasText: text })
const faults = () => setting.stack.librechat.faults
const composerAlerts = async (): Promise<number> =>
  await setting.page().getByRole('form', { name: 'New message' }).getByRole('alert').count()

test('a message that could not be sent is told, kept, and can be sent again', async () => {
  const me = setting.me()
  faults().add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'status', status: 502 } })
  await me.send('This one fails first')
  await alert('has a problem right now (502)').waitFor()
  expect(await me.questions.last().textContent()).toContain('This one fails first')
  await setting.page().getByRole('button', { name: 'Send again' }).click()
  await me.answers.last().getByText('This one fails first').waitFor()
  await expect.poll(async () => await setting.page().getByRole('alert').count()).toBe(0)
})

test('a failed message can be taken back to be changed', async () => {
  const me = setting.me()
  faults().add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'denial', reason: 'moderation' } })
  await me.send('Something not allowed')
  await alert('content rules').waitFor()
  await setting.page().getByRole('button', { name: 'Edit', exact: true }).click()
  await expect.poll(async () => await me.messageBox.inputValue()).toBe('Something not allowed')
  await me.write('')
})

test('a first message that never reached the server is there after a restart, and comes back whole to be changed', async () => {
  const page = setting.page()
  await page.getByRole('button', { name: 'New chat' }).click()
  await dropFiles(setting.me().log, [{ name: 'kept.png', type: 'image/png', bytes: await png(48, 36) }])
  await page.getByRole('button', { name: 'Remove kept.png' }).waitFor()
  await expect.poll(async () => await page.getByRole('progressbar').count()).toBe(0)
  faults().add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'status', status: 503 } })
  faults().add({ method: 'POST', path: '/api/agents/chat', times: 4, action: { kind: 'status', status: 502 } })
  await setting.me().send('Never arrived')
  await alert('has a problem right now').waitFor()
  faults().clear()

  await setting.restart()
  await alert('has a problem right now').waitFor()
  expect(await setting.me().questions.last().textContent()).toContain('Never arrived')
  await setting.page().getByRole('button', { name: 'Edit', exact: true }).click()
  await setting.page().getByRole('button', { name: 'Remove kept.png' }).waitFor()
  expect(await setting.me().messageBox.inputValue()).toBe('Never arrived')
  await setting.me().sendButton.click()
  await setting.me().answers.last().getByText('48 × 36').waitFor()
  expect(await setting.page().getByRole('alert').count()).toBe(0)
})

test('another message can be sent before a failed one is dealt with, and the failed one is not lost', async () => {
  const page = setting.page()
  const me = setting.me()
  await page.getByRole('button', { name: 'New chat' }).click()
  faults().add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'status', status: 500 } })
  await me.send('Left alone')
  await alert('has a problem right now (500)').waitFor()
  await me.send('Another one')
  await me.answers.last().getByText('Another one').waitFor()
  await page.getByRole('button', { name: 'New chat' }).click()
  await page.getByRole('button', { name: 'Send again' }).click()
  await me.answers.last().getByText('Left alone').waitFor()
  await expect.poll(async () => await page.getByRole('alert').count()).toBe(0)
})

test('an answer that fails on the way shows what came, and why it ended', async () => {
  const me = setting.me()
  await me.send('error please')
  await me.answers.last().getByText('Let me see.').waitFor()
  await me.answers.last().getByRole('alert').waitFor()
})

test('a dropped connection in mid-answer ends with the full text', async () => {
  const me = setting.me()
  faults().add({ method: 'GET', path: '/api/agents/chat/stream', action: { kind: 'cut', afterBytes: 6000 } })
  await me.send('A long one over a bad line')
  await setting.page().getByText('Connection lost. Getting the answer back').waitFor()
  await me.answers.last().getByText('The end.').waitFor({ timeout: 30_000 })
  await me.sendButton.waitFor()
})

test('files that are no images, empty or broken are refused one by one; the good one is attached', async () => {
  const me = setting.me()
  const page = setting.page()
  await dropFiles(me.log, [
    { name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('hello') },
    { name: 'empty.png', type: 'image/png', bytes: Buffer.alloc(0) },
    { name: 'broken.png', type: 'image/png', bytes: brokenPng() },
    { name: 'good.png', type: 'image/png', bytes: await png(50, 50) },
  ])
  await alert('notes.txt').filter({ hasText: 'not an image' }).waitFor()
  await alert('empty.png').filter({ hasText: 'empty' }).waitFor()
  await alert('broken.png').filter({ hasText: 'not an image' }).waitFor()
  await page.getByRole('button', { name: 'Remove good.png' }).waitFor()
  await page.getByRole('button', { name: 'Remove good.png' }).click()
  for (const name of ['notes.txt', 'empty.png', 'broken.png'])
    await page.getByRole('button', { name: `Dismiss the note on ${name}` }).click()
  expect(await composerAlerts()).toBe(0)
})

test('an upload shows its progress, can fail, be tried again, and be taken away', async () => {
  const me = setting.me()
  const page = setting.page()
  faults().add({ method: 'POST', path: '/api/files/images', action: { kind: 'hang' } })
  await dropFiles(me.log, [{ name: 'slow.png', type: 'image/png', bytes: await png(600, 600) }])
  await page.getByRole('progressbar', { name: 'slow.png' }).waitFor()
  expect(await me.sendButton.isEnabled()).toBe(false)
  await page.getByRole('button', { name: 'Remove slow.png' }).click()
  await expect.poll(async () => await page.getByRole('progressbar').count()).toBe(0)
  faults().add({ method: 'POST', path: '/api/files/images', action: { kind: 'status', status: 500 } })
  await dropFiles(me.log, [{ name: 'again.png', type: 'image/png', bytes: await png(60, 60) }])
  await alert('again.png').waitFor()
  await page.getByRole('button', { name: 'Upload again.png again' }).click()
  await expect.poll(async () => await alert('again.png').count()).toBe(0)
  await page.getByRole('button', { name: 'Remove again.png' }).click()
})

test('a photo that is far too heavy is scaled down instead of refused', async () => {
  const page = setting.page()
  const { default: sharp } = await import('sharp')
  const [width, height] = [3000, 2400]
  const heavy = await sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer()
  expect(heavy.length).toBeGreaterThan(20 * 1024 * 1024)
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Attach images' }).click(),
  ])
  const { mkdtempSync, writeFileSync } = await import('node:fs')
  const path = `${mkdtempSync(`${setting.folder}/big-`)}/heavy.png`
  writeFileSync(path, heavy)
  await chooser.setFiles(path)
  await page.getByRole('button', { name: 'Remove heavy.png' }).waitFor()
  await expect.poll(async () => await page.getByRole('progressbar').count(), { timeout: 20_000 }).toBe(0)
  expect(await composerAlerts()).toBe(0)
  await page.getByRole('button', { name: 'Remove heavy.png' }).click()
})

test('the place and the camera in a photo stay on this computer', async () => {
  const me = setting.me()
  const page = setting.page()
  const bytes = await jpeg()
  expect(bytes.includes('canary-artist')).toBe(true)
  await pasteFiles(me.messageBox, [{ name: 'private.jpg', type: 'image/jpeg', bytes }])
  await page.getByRole('button', { name: 'Remove private.jpg' }).waitFor()
  const added = setting.app().calls.findLast(({ route }) => route === 'attachments.add')?.input as { bytes: Uint8Array }
  const sent = Buffer.from(added.bytes)
  expect(sent.length).toBeGreaterThan(1000)
  expect(sent.includes('canary-artist')).toBe(false)
  expect(sent.includes('Exif')).toBe(false)
  await page.getByRole('button', { name: 'Remove private.jpg' }).click()
})

test('a long list of conversations is loaded as one scrolls, each once', async () => {
  const page = setting.page()
  const me = setting.me()
  for (let at = 0; at < 130; at++)
    setting.stack.librechat.addConversation({
      email: setting.stack.demo.email,
      title: `Listed ${at}`,
      updatedAt: Date.now() - 3_600_000 - at * 60_000,
    })
  await page.reload()
  await me.conversations.getByRole('button', { name: 'Listed 0', exact: true }).waitFor()
  await expect
    .poll(async () => {
      await me.conversations.evaluate((element) => element.scrollTo(0, element.scrollHeight))
      return await me.conversations.getByRole('button', { name: 'Listed 129', exact: true }).count()
    })
    .toBe(1)
  const names = await me.conversations.getByRole('button', { name: /^Listed \d+$/ }).allTextContents()
  expect(new Set(names).size).toBe(names.length)
  expect(names).toHaveLength(130)
})

test('being offline is said, what is here can be read, and coming back is noticed', async () => {
  const me = setting.me()
  faults().add({ path: '/api', times: Infinity, action: { kind: 'reset' } })
  await me.send('While offline')
  await alert('You can read what is here meanwhile').waitFor()
  expect(await me.answers.count()).toBeGreaterThan(1)
  faults().clear()
  await expect.poll(async () => await alert('You can read what is here meanwhile').count(), { timeout: 15_000 }).toBe(0)
  await setting.page().getByRole('button', { name: 'Send again' }).click()
  await me.answers.last().getByText('While offline').waitFor()
})

test('links in answers open outside, and dangerous ones not at all', async () => {
  const me = setting.me()
  setting.stack.librechat.script(
    'links please',
    'See [the page](https://example.com/help) or [this](javascript:alert(1)).\n\n<img src=x onerror=alert(2)> ![pixel](https://tracker.example/p.png)',
  )
  await me.send('links please')
  const answer = me.answers.last()
  await answer.getByRole('link', { name: 'the page' }).click()
  await expect.poll(() => setting.app().opened).toEqual(['https://example.com/help'])
  expect(await answer.getByRole('link', { name: 'this' }).count()).toBe(0)
  expect(await answer.locator('img').count()).toBe(0)
  expect(await answer.textContent()).toContain('<img src=x onerror=alert(2)>')
})

test('a stop that the server does not take is told, and the answer goes on', async () => {
  const me = setting.me()
  setting.stack.librechat.script('unstoppable', {
    steps: [{ kind: 'text', text: 'word '.repeat(300) + 'Finished.' }],
    deltasPerSecond: 150,
  })
  faults().add({ method: 'POST', path: '/api/agents/chat/abort', action: { kind: 'status', status: 500 } })
  await me.send('unstoppable')
  await expect.poll(async () => ((await me.answers.last().textContent()) ?? '').length).toBeGreaterThan(40)
  await me.stop.click()
  await alert('has a problem right now (500)').waitFor()
  await setting.page().getByRole('button', { name: 'Dismiss', exact: true }).click()
  await me.answers.last().getByText('Finished.').waitFor()
})

test('an answer is copied as it was written', async () => {
  const me = setting.me()
  setting.stack.librechat.script('copy this', 'Some **bold** words.')
  await me.send('copy this')
  await me.answers.last().getByText('bold').waitFor()
  await me.sendButton.waitFor()
  await me.answers.last().getByRole('button', { name: 'Copy answer' }).click()
  await expect
    .poll(async () => await setting.page().evaluate(async () => await navigator.clipboard.readText()))
    .toBe('Some **bold** words.')
})

test('a conversation is renamed and deleted, by keyboard alone', async () => {
  const me = setting.me()
  const page = setting.page()
  await page.getByRole('button', { name: 'New chat' }).click()
  await me.send('Chat to rename')
  const row = me.conversations.getByRole('button', { name: 'Chat to rename', exact: true })
  await row.waitFor({ timeout: 20_000 })
  await row.focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Title' }).fill('Renamed by keys')
  await page.keyboard.press('Enter')
  const renamed = me.conversations.getByRole('button', { name: 'Renamed by keys', exact: true })
  await renamed.waitFor()
  await renamed.focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Delete conversation' }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect.poll(async () => await renamed.count()).toBe(0)
  await page.getByRole('heading', { name: /How can I help/ }).waitFor()
})

test('a link opens its conversation, and one to nothing says so and leaves a new chat', async () => {
  const me = setting.me()
  const { email } = setting.stack.demo
  const turns = [{ question: 'Which tile?', answer: 'The grey one.' }]
  const { conversationId } = setting.stack.librechat.addConversation({ email, title: 'Tiles', turns })
  const open = (id: string): void => setting.app().app.commands.give({ name: 'open-conversation', conversationId: id })
  open(conversationId)
  await me.answers.getByText('The grey one.').waitFor()
  open('00000000-0000-4000-8000-00000000dead')
  await alert('This conversation is not there').waitFor()
  expect(await me.answers.count()).toBe(0)
  await me.send('A question in a new chat')
  await me.answers.last().getByText('A question in a new chat').waitFor()
  expect(await setting.page().getByRole('alert').count()).toBe(0)
})

test('the page had no errors of its own', () => expect(setting.errors).toEqual([]))
