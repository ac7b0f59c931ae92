import type { Page } from 'playwright-core'
import type { AppError } from '../../src/contract/errors.ts'
import {
  attachment,
  conversations,
  longThread,
  longTitle,
  message,
  models,
  photo,
  signedIn,
  thread,
  turn,
  user,
} from './fixture.ts'
import type { Fixture } from './fixture.ts'

export interface Scene {
  readonly name: string
  readonly fixture: Fixture
  /** The page; default: the main window's. */
  readonly page?: string
  /** Its size, where that is not the main window's. */
  readonly viewport?: { readonly width: number; readonly height: number }
  /** What a person does before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>
}

const out = (patch: object = {}): Fixture => ({
  session: { phase: 'signed-out', reason: 'never', error: null, keychain: null, ...patch },
})
const open: Fixture = {
  session: signedIn,
  models,
  conversations,
  messages: { c0: thread, c2: longThread },
  settings: { lastConversationId: 'c0' },
}
const fresh: Fixture = { ...open, settings: { lastConversationId: null } }
const refused: AppError = {
  code: 'registration-refused',
  fields: {
    email: ['A user with this email address already exists.'],
    password: ['This password is too short. It must contain at least 12 characters.'],
  },
}

const quickSize = { width: 640, height: 440 }

export const scenes: readonly Scene[] = [
  { name: 'quick', page: 'quick.html', viewport: quickSize, fixture: fresh },
  { name: 'quick-signed-out', page: 'quick.html', viewport: quickSize, fixture: out() },
  { name: 'starting', fixture: { session: { phase: 'starting' } } },
  { name: 'sign-in', fixture: out() },
  { name: 'sign-in-wrong', fixture: out({ reason: 'failed', error: { code: 'wrong-credentials' } }) },
  {
    name: 'sign-in-tls',
    fixture: out({ reason: 'failed', error: { code: 'unreachable', server: 'librechat', reason: 'tls' } }),
  },
  { name: 'sign-in-keychain', fixture: out({ reason: 'cancelled', keychain: 'hanging' }) },
  { name: 'signing-in', fixture: { session: { phase: 'signing-in', step: 'librechat', email: user.email } } },
  {
    name: 'create-account',
    fixture: { ...out(), errors: { 'session.register': refused } },
    async act(page) {
      await page.getByRole('button', { name: 'Create account' }).click()
      for (const [label, value] of [
        ['First name', 'Demo'],
        ['Last name', 'User'],
        ['Email', user.email],
      ] as const)
        await page.getByLabel(label).fill(value)
      await page.getByLabel('Password', { exact: true }).fill('short')
      await page.getByLabel('Confirm password').fill('short')
      await page.getByRole('button', { name: 'Create account' }).click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'provisioning',
    fixture: { session: { phase: 'provisioning', email: user.email, attempt: 8, nextTryAt: Date.now() + 600_000 } },
  },
  {
    name: 'two-factor',
    fixture: {
      session: {
        phase: 'two-factor',
        email: user.email,
        expiresAt: Date.now() + 600_000,
        error: { code: 'wrong-code' },
      },
    },
  },
  {
    name: 'terms',
    fixture: {
      session: {
        phase: 'terms',
        user,
        text: `# Terms of use\n\n${'The service answers questions about your home. Do not rely on it in an emergency. '.repeat(12)}\n\n- Be kind\n- Be honest`,
        url: 'https://example.com/terms',
      },
    },
  },
  { name: 'locked', fixture: { session: { phase: 'locked', problem: 'locked' } } },
  { name: 'welcome', fixture: fresh },
  { name: 'welcome-nothing', fixture: { session: signedIn, models, settings: { lastConversationId: null } } },
  { name: 'thread', fixture: open },
  {
    name: 'thread-top',
    fixture: open,
    act: async (page) => await page.locator('.thread').evaluate((element) => element.scrollTo(0, 0)),
  },
  {
    name: 'thread-long-words',
    fixture: { ...open, settings: { lastConversationId: 'c2' } },
    act: async (page) => await page.getByRole('heading', { name: longTitle }).waitFor(),
  },
  { name: 'waiting', fixture: { ...open, turns: [turn({ status: 'sending' })] } },
  {
    name: 'streaming',
    fixture: {
      ...open,
      turns: [
        turn({
          answer: message(
            'a9',
            'q9',
            [{ type: 'text', text: 'Brackets are about 3.40 each, so seven of them come to' }],
            { state: 'partial' },
          ),
        }),
      ],
    },
  },
  {
    name: 'reconnecting',
    fixture: {
      ...open,
      turns: [
        turn({
          status: 'reconnecting',
          answer: message('a9', 'q9', [{ type: 'text', text: 'Brackets are about 3.40 each' }], { state: 'partial' }),
        }),
      ],
    },
  },
  {
    name: 'turn-failed',
    fixture: {
      ...open,
      turns: [
        turn({
          status: 'failed',
          retriable: true,
          error: { code: 'turn-failed', reason: 'message-limit', detail: null },
        }),
      ],
    },
  },
  {
    name: 'not-sent',
    fixture: {
      ...fresh,
      turns: [
        turn({
          conversationId: null,
          status: 'failed',
          retriable: true,
          error: { code: 'server-error', server: 'librechat', status: 502 },
        }),
      ],
    },
  },
  {
    name: 'interrupted',
    fixture: {
      ...open,
      turns: [
        turn({
          status: 'failed',
          retriable: true,
          error: { code: 'turn-failed', reason: 'interrupted', detail: null },
          answer: message('a9', 'q9', [{ type: 'text', text: 'Brackets are about' }], { state: 'partial' }),
        }),
      ],
    },
  },
  {
    name: 'attachments',
    fixture: {
      ...fresh,
      draft: { text: 'What do you make of these?' },
      attachments: [
        attachment(1, 'gutter.jpg', { kind: 'ready', file: photo }),
        attachment(2, 'a photo with a really long name of its own from last summer.jpg', {
          kind: 'uploading',
          sentBytes: 900_000,
        }),
        attachment(3, 'roof.jpg', {
          kind: 'failed',
          error: { code: 'unreachable', server: 'librechat', reason: 'reset' },
        }),
      ],
    },
  },
  {
    name: 'offline',
    fixture: {
      ...open,
      session: {
        ...signedIn,
        online: false,
        offlineError: { code: 'unreachable', server: 'librechat', reason: 'offline' },
      } as Fixture['session'],
      errors: {
        'messages.load': { code: 'unreachable', server: 'librechat', reason: 'offline' },
        'conversations.page': { code: 'unreachable', server: 'librechat', reason: 'offline' },
      },
    },
  },
  {
    name: 'not-remembered',
    fixture: { ...open, session: { ...signedIn, remembered: false, keychain: 'unavailable' } as Fixture['session'] },
  },
  { name: 'expired', fixture: { ...open, session: { phase: 'expired', email: user.email } } },
  {
    name: 'rename',
    fixture: open,
    async act(page) {
      if (await page.getByRole('button', { name: 'Show conversations' }).isVisible())
        await page.getByRole('button', { name: 'Show conversations' }).click()
      await page.getByRole('button', { name: 'Insulating the loft', exact: true }).focus()
      await page.getByRole('button', { name: 'Rename Insulating the loft' }).click()
    },
  },
  {
    name: 'delete',
    fixture: open,
    async act(page) {
      if (await page.getByRole('button', { name: 'Show conversations' }).isVisible())
        await page.getByRole('button', { name: 'Show conversations' }).click()
      await page.getByRole('button', { name: longTitle, exact: true }).focus()
      await page.getByRole('button', { name: `Delete ${longTitle}` }).click()
    },
  },
  {
    name: 'lightbox',
    fixture: open,
    act: async (page) => await page.getByRole('button', { name: 'Enlarge gutter.jpg' }).click(),
  },
  {
    name: 'drawer',
    fixture: open,
    async act(page) {
      const button = page.getByRole('button', { name: 'Show conversations' })
      if (await button.isVisible()) await button.click()
    },
  },
]
