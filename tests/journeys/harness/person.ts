import type { Locator, Page } from 'playwright-core'

/** What a person does with the app, by roles and labels alone. */
export interface Person {
  readonly page: Page
  signIn(email: string, password: string): Promise<void>
  write(text: string): Promise<void>
  send(text: string): Promise<void>
  readonly messageBox: Locator
  readonly log: Locator
  /** The answers in the thread. */
  readonly answers: Locator
  readonly questions: Locator
  readonly stop: Locator
  readonly sendButton: Locator
  readonly conversations: Locator
}

export function createPerson(page: Page): Person {
  const messageBox = page.getByRole('textbox', { name: 'Message' })
  const sendButton = page.getByRole('button', { name: 'Send', exact: true })
  const log = page.getByRole('log')
  return {
    page,
    messageBox,
    sendButton,
    log,
    answers: log.getByRole('article', { name: 'Answer' }),
    questions: log.getByRole('article', { name: 'You' }),
    stop: page.getByRole('button', { name: 'Stop', exact: true }),
    conversations: page.getByRole('navigation', { name: 'Conversations' }),
    async signIn(email, password) {
      await page.getByLabel('Email').fill(email)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    },
    async write(text) {
      await messageBox.fill(text)
    },
    async send(text) {
      await messageBox.fill(text)
      await sendButton.click()
    },
  }
}

/** Pastes files into an element as the clipboard would. */
export async function pasteFiles(
  target: Locator,
  files: readonly { name: string; type: string; bytes: Buffer }[],
): Promise<void> {
  await transfer(target, 'paste', files)
}

/** Drops files on an element. */
export async function dropFiles(
  target: Locator,
  files: readonly { name: string; type: string; bytes: Buffer }[],
): Promise<void> {
  await transfer(target, 'drop', files)
}

async function transfer(
  target: Locator,
  kind: 'paste' | 'drop',
  files: readonly { name: string; type: string; bytes: Buffer }[],
): Promise<void> {
  const sent = files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString('base64') }))
  await target.evaluate(
    (element, { kind: how, sent: list }) => {
      const data = new DataTransfer()
      for (const { name, type, base64 } of list)
        data.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name, { type }))
      const options = { bubbles: true, cancelable: true }
      if (how === 'paste') {
        element.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }))
        return
      }
      for (const type of ['dragenter', 'dragover', 'drop'])
        element.dispatchEvent(new DragEvent(type, { ...options, dataTransfer: data }))
    },
    { kind, sent },
  )
}
