import { beforeEach, expect, test } from 'vitest'
import type { AppCommand } from '../../contract/app.ts'
import type { Result } from '../../contract/errors.ts'
import type { SessionState } from '../../contract/session.ts'
import { defaultSettings } from '../../contract/setting-defaults.ts'
import type { Settings } from '../../contract/settings.ts'
import type { Api } from '../lib/api.ts'
import { createStores } from './stores.ts'
import type { Stores } from './stores.ts'

const signedIn: SessionState = {
  phase: 'signed-in',
  user: { id: 'u', email: 'ann@example.com', name: 'Ann' },
  online: true,
  offlineError: null,
  remembered: true,
  keychain: null,
}
const signedOut: SessionState = { phase: 'signed-out', reason: 'never', error: null, keychain: null }

let session: SessionState
let settings: Settings
let drafts: Map<string, { text: string }>
let messages: Record<string, Result<unknown>>
let turns: unknown[]
let listeners: Map<string, (payload: never) => void>
let asked: string[]
let stores: Stores

/** Only what these tests need of main, answering after the others had their turn. */
function fakeApi(): Api {
  const answers: Record<string, (input: Record<string, string> & { draft?: { text: string } | null }) => unknown> = {
    'session.get': () => session,
    'settings.get': () => settings,
    'settings.set': (patch) => (settings = { ...settings, ...patch }),
    'app.ready': () => [],
    'conversations.cached': () => [],
    'conversations.page': () => ({ conversations: [], nextCursor: null }),
    'messages.cached': () => [],
    'updates.get': () => ({ status: { phase: 'idle', checkedAt: null }, outcome: null }),
    'models.list': () => ({ options: [], preferred: null }),
    'chat.turns': () => turns,
    'attachments.list': () => [],
    'drafts.get': ({ draftKey = '' }) => drafts.get(draftKey) ?? null,
    'drafts.set': ({ draftKey = '', draft }) =>
      void (draft === null || draft === undefined ? drafts.delete(draftKey) : drafts.set(draftKey, draft)),
  }
  const call = async (route: string, input: Record<string, string>): Promise<unknown> => {
    await new Promise((resolve) => void setTimeout(resolve))
    if (route === 'messages.load') {
      asked.push(input['conversationId']!)
      return messages[input['conversationId']!] ?? { ok: false, error: { code: 'not-found' } }
    }
    return { ok: true, value: answers[route]?.(input ?? {}) }
  }
  const on = new Proxy(
    {},
    {
      get: (_target, name) => (listener: (payload: never) => void) => {
        listeners.set(String(name), listener)
        return () => undefined
      },
    },
  )
  return new Proxy(
    {},
    {
      get: (_target, group) =>
        group === 'on'
          ? on
          : new Proxy(
              {},
              {
                get: (_all, method) => async (input: never) => await call(`${String(group)}.${String(method)}`, input),
              },
            ),
    },
  ) as Api
}
const tell = (name: string, payload: unknown): void => listeners.get(name)?.(payload as never)
const give = (command: AppCommand): void => tell('app.command', command)
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => void setTimeout(resolve))
}
const thread = (): ReturnType<Stores['thread']['store']['getState']> => stores.thread.store.getState()
const composer = (): ReturnType<Stores['composer']['store']['getState']> => stores.composer.store.getState()

async function start(state: SessionState = signedIn, last: string | null = null): Promise<void> {
  session = state
  settings = { ...defaultSettings, lastConversationId: last }
  stores = createStores(fakeApi())
  await stores.start()
  await settled()
}
const signIn = async (): Promise<void> => {
  session = signedIn
  tell('session.changed', signedIn)
  await settled()
}

beforeEach(() => {
  drafts = new Map()
  messages = { c1: { ok: true, value: [] } }
  turns = []
  listeners = new Map()
  asked = []
})

test.each([{ code: 'not-found' }, { code: 'forbidden' }] as const)(
  'a conversation that is not there ($code) is said so, and what is typed next begins a new one',
  async (error) => {
    await start()
    messages['gone'] = { ok: false, error }
    give({ name: 'open-conversation', conversationId: 'gone' })
    await settled()
    expect(thread()).toMatchObject({ shown: { kind: 'new', turnId: null }, missing: true, error: null })
    expect(composer().draftKey).toBe('new')
    expect(settings.lastConversationId).toBeNull()
  },
)

test('saying so ends with the next conversation, old or new', async () => {
  await start()
  for (const go of [() => stores.openConversation('c1'), () => stores.newChat()]) {
    give({ name: 'open-conversation', conversationId: 'gone' })
    await settled()
    expect(thread().missing).toBe(true)
    go()
    expect(thread().missing).toBe(false)
    await settled()
  }
})

test('one that was open last and is gone at the next start is said so too', async () => {
  await start(signedIn, 'gone')
  expect(thread().missing).toBe(true)
  expect(settings.lastConversationId).toBeNull()
})

test('a new one that the server has not stored yet is not taken for gone', async () => {
  turns = [{ seq: 1, turn: { id: crypto.randomUUID(), conversationId: 'young', status: 'streaming' } }]
  await start(signedIn, 'young')
  expect(thread()).toMatchObject({ shown: { kind: 'stored', id: 'young' }, missing: false })
})

test('a fault of the network is no proof that it is gone', async () => {
  messages['c2'] = { ok: false, error: { code: 'unreachable', server: 'librechat', reason: 'offline' } }
  await start()
  give({ name: 'open-conversation', conversationId: 'c2' })
  await settled()
  expect(thread()).toMatchObject({
    shown: { kind: 'stored', id: 'c2' },
    missing: false,
    error: { code: 'unreachable' },
  })
})

test('what is asked for before the sign-in is done after it, the last wish only', async () => {
  await start(signedOut)
  give({ name: 'new-chat' })
  give({ name: 'open-conversation', conversationId: 'c1' })
  await settled()
  expect(asked).toEqual([])
  await signIn()
  expect(thread()).toMatchObject({ shown: { kind: 'stored', id: 'c1' }, error: null })
  expect(asked).toEqual(['c1'])
  expect(settings.lastConversationId).toBe('c1')
})

test('text for a new chat waits for the sign-in', async () => {
  await start(signedOut)
  give({ name: 'new-chat-with', text: 'from the clipboard' })
  await signIn()
  expect(composer()).toMatchObject({ draftKey: 'new', text: 'from the clipboard' })
})

test('text for a new chat does not replace the draft that is there', async () => {
  drafts.set('new', { text: 'half a thought' })
  await start(signedIn, 'c1')
  give({ name: 'new-chat-with', text: 'from the clipboard' })
  await settled()
  expect(composer().text).toBe('from the clipboard\nhalf a thought')
  expect(drafts.get('new')?.text).toBe('from the clipboard\nhalf a thought')
})
