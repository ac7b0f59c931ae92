import type { Page } from 'playwright-core'
import type { AppError } from '../../src/contract/errors.ts'
import { allWell, midway, severalProblems } from './check-fixture.ts'
import { debugScenes } from './debug-scenes.ts'
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
import { settingsScenes } from './settings-scenes.ts'
import { supportScenes } from './support-scenes.ts'
import { beta, debug, longUpdate, update, updating } from './update-fixture.ts'

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

const proxy = { proxy: 'proxy.example.com:8080', realm: 'Head office, ground floor', refused: false, supported: true }
const quickSize = { width: 640, height: 440 }

const checking = (check: Fixture['check']): Fixture => ({
  ...fresh,
  check,
  answers: { 'app.ready': [{ name: 'diagnostics' }] },
})
const runCheck = async (page: Page): Promise<void> => await page.getByRole('button', { name: 'Run the check' }).click()

const openHelp = async (page: Page): Promise<void> => {
  const drawer = page.getByRole('button', { name: 'Show conversations' })
  if (await drawer.isVisible()) await drawer.click()
  await page.getByRole('button', { name: 'Help and settings' }).press('ArrowDown')
}
const updated = { kind: 'updated', from: '1.3.2', to: '1.4.0', notes: update.notes } as const
const idle = { phase: 'idle', checkedAt: Date.now() - 3_600_000 } as const
const unhealthy = { kind: 'unhealthy', version: '1.4.0', url: 'https://example.com/download' } as const

export const scenes: readonly Scene[] = [
  ...debugScenes,
  { name: 'help-menu', fixture: open, act: openHelp },
  { name: 'help-menu-developer', fixture: { ...open, answers: { 'app.info': debug } }, act: openHelp },
  {
    name: 'help-menu-signed-out',
    fixture: out(),
    act: async (page) => await page.getByRole('button', { name: 'Help and settings' }).press('ArrowDown'),
  },
  { name: 'about', fixture: { ...open, answers: updating(idle, 'about') } },
  { name: 'about-beta', fixture: { ...open, answers: { ...updating(idle, 'about'), 'app.info': beta } } },
  { name: 'shortcuts', fixture: { ...open, answers: { ...updating(idle, 'shortcuts'), 'app.info': debug } } },
  {
    name: 'shortcuts-mac',
    fixture: {
      ...open,
      settings: { ...open.settings, quickShortcut: 'Alt+Command+Space' },
      answers: { ...updating(idle, 'shortcuts'), 'app.info': beta },
    },
  },
  { name: 'whats-new', fixture: { ...open, answers: updating({ phase: 'ready', update }, 'whats-new') } },
  {
    name: 'whats-new-long',
    fixture: { ...open, answers: updating({ phase: 'available', update: longUpdate }, 'whats-new', updated) },
  },
  { name: 'whats-new-none', fixture: { ...open, answers: updating(idle, 'whats-new') } },
  { name: 'updates-idle', fixture: { ...open, answers: updating(idle, 'check-for-updates') } },
  {
    name: 'updates-off',
    fixture: { ...open, answers: updating({ phase: 'off', reason: 'not-supported' }, 'check-for-updates') },
  },
  {
    name: 'updates-downloading',
    fixture: {
      ...open,
      answers: updating(
        { phase: 'downloading', update, receivedBytes: 31_600_000, totalBytes: update.size, bytesPerSecond: 2_400_000 },
        'check-for-updates',
      ),
    },
  },
  {
    name: 'updates-failed',
    fixture: { ...open, answers: updating({ phase: 'failed', update, problem: 'disk-full' }, 'check-for-updates') },
  },
  { name: 'update-ready', fixture: { ...open, answers: updating({ phase: 'ready', update }) } },
  {
    name: 'update-question',
    fixture: { ...open, answers: updating({ phase: 'ready', update }) },
    act: async (page) => await page.getByRole('button', { name: 'Restart to update' }).click(),
  },
  { name: 'update-done', fixture: { ...open, answers: updating(idle, undefined, updated) } },
  {
    name: 'update-rolled-back',
    fixture: { ...open, answers: updating(idle, undefined, { kind: 'rolled-back', from: '1.5.0', to: '1.4.0' }) },
  },
  { name: 'update-unhealthy', fixture: { ...open, answers: updating(idle, undefined, unhealthy) } },
  ...settingsScenes(open),
  ...supportScenes(open, out()),
  { name: 'check-start', fixture: checking({ steps: [] }) },
  { name: 'check-running', fixture: checking({ steps: midway, running: true }), act: runCheck },
  { name: 'check-well', fixture: checking({ steps: allWell }), act: runCheck },
  {
    name: 'check-problems',
    fixture: checking({ steps: severalProblems }),
    async act(page) {
      await runCheck(page)
      await page.getByText('Details of Encryption (TLS)').first().click()
      await page.getByText('Encryption (TLS)', { exact: true }).first().scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'check-problems-end',
    fixture: checking({ steps: severalProblems }),
    async act(page) {
      await runCheck(page)
      await page.getByRole('list', { name: 'This computer' }).scrollIntoViewIfNeeded()
    },
  },
  { name: 'proxy', fixture: { ...out(), answers: { 'proxy.get': proxy } } },
  { name: 'proxy-refused', fixture: { ...open, answers: { 'proxy.get': { ...proxy, refused: true } } } },
  { name: 'proxy-unsupported', fixture: { ...open, answers: { 'proxy.get': { ...proxy, supported: false } } } },
  { name: 'safe', page: 'safe.html#memory', fixture: out() },
  {
    name: 'safe-bundle',
    page: 'safe.html',
    fixture: {
      ...out(),
      answers: { 'support.bundle': { fileName: 'bundle.txt', lines: ['Hestami Chat 1.4.0', 'x'.repeat(300)] } },
    },
    act: async (page) => await page.getByRole('button', { name: 'Support bundle…' }).click(),
  },
  { name: 'quick', page: 'quick.html', viewport: quickSize, fixture: fresh },
  { name: 'quick-signed-out', page: 'quick.html', viewport: quickSize, fixture: out() },
  {
    name: 'conversation-missing',
    fixture: {
      ...open,
      settings: { lastConversationId: 'gone' },
      errors: { 'messages.load': { code: 'not-found' } },
      answers: { 'chat.turns': [] },
    },
  },
  {
    name: 'unread-answer',
    fixture: {
      ...open,
      events: {
        'chat.turn': [
          { kind: 'turn', seq: 1, turn: turn({ conversationId: 'c1', status: 'complete' }) },
          { kind: 'turn', seq: 1, turn: turn({ id: crypto.randomUUID(), conversationId: 'c2', status: 'complete' }) },
        ],
      },
    },
    async act(page) {
      const menu = page.getByRole('button', { name: 'Show conversations' })
      if (await menu.isVisible()) await menu.click()
    },
  },
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
