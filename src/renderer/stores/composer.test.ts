import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Draft } from '../../contract/chat.ts'
import type { Api } from '../lib/api.ts'
import { createComposerStore } from './composer.ts'

const drafts = new Map<string, Draft | null>()
const api = {
  drafts: {
    get: async ({ draftKey }: { draftKey: string }) =>
      await Promise.resolve({ ok: true, value: drafts.get(draftKey) ?? null }),
    set: async ({ draftKey, draft }: { draftKey: string; draft: Draft | null }) => {
      drafts.set(draftKey, draft)
      return await Promise.resolve({ ok: true })
    },
  },
  attachments: { list: async () => await Promise.resolve({ ok: true, value: [] }) },
  on: { 'attachments.changed': () => () => undefined },
} as unknown as Api

beforeEach(() => {
  drafts.clear()
  vi.useFakeTimers()
})
afterEach(() => void vi.useRealTimers())

test('what is typed is saved after a pause, once', () => {
  const composer = createComposerStore(api)
  composer.setText('a')
  composer.setText('ab')
  expect(drafts.size).toBe(0)
  vi.advanceTimersByTime(400)
  expect(drafts.get('new')?.text).toBe('ab')
})

test('leaving a conversation saves its draft and brings back the other one', async () => {
  drafts.set('c2', { text: 'for the other' })
  const composer = createComposerStore(api)
  composer.setText('for a new chat')
  await composer.open('c2')
  expect(drafts.get('new')?.text).toBe('for a new chat')
  expect(composer.store.getState().text).toBe('for the other')
  await composer.open('new')
  expect(composer.store.getState().text).toBe('for a new chat')
})

test('what is typed while a new conversation gets its name stays, under that name', () => {
  const composer = createComposerStore(api)
  composer.setText('typed meanwhile')
  composer.rename('c9')
  expect(composer.store.getState()).toMatchObject({ draftKey: 'c9', text: 'typed meanwhile' })
  expect(drafts.get('new')).toBe(null)
  expect(drafts.get('c9')?.text).toBe('typed meanwhile')
})

test('a message that comes back stands before what was typed since', () => {
  const composer = createComposerStore(api)
  composer.setText('second')
  composer.giveBack('first')
  expect(composer.store.getState().text).toBe('first\nsecond')
})

test('sending empties the box and the stored draft', () => {
  const composer = createComposerStore(api)
  composer.setText('gone')
  vi.advanceTimersByTime(400)
  composer.sent()
  expect(composer.store.getState().text).toBe('')
  expect(drafts.get('new')).toBe(null)
})
