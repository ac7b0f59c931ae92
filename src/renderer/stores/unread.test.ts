import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Turn } from '../../contract/chat.ts'
import type { Api } from '../lib/api.ts'
import { createThreadStore } from './thread.ts'
import type { ThreadStore } from './thread.ts'
import { createUnreadStore } from './unread.ts'
import type { UnreadStore } from './unread.ts'

const api = {
  messages: {
    cached: async () => await Promise.resolve({ ok: true, value: [] }),
    load: async () => await Promise.resolve({ ok: true, value: [] }),
  },
} as unknown as Api

let focused: boolean
let thread: ThreadStore
let unread: UnreadStore
beforeEach(() => {
  focused = true
  vi.spyOn(document, 'hasFocus').mockImplementation(() => focused)
  thread = createThreadStore(api)
  unread = createUnreadStore(thread)
})
afterEach(() => {
  unread.close()
  vi.restoreAllMocks()
})
const ids = (): string[] => [...unread.store.getState().ids]
const ended = (conversationId: string | null, status: Turn['status'] = 'complete'): void =>
  unread.ended({ conversationId, status } as Turn)

test('an answer elsewhere is unread until its conversation is opened', async () => {
  await thread.open('c1')
  ended('c1')
  ended('c2')
  ended('c3')
  ended('c2')
  expect(ids()).toEqual(['c2', 'c3'])
  await thread.open('c2')
  expect(ids()).toEqual(['c3'])
})

test('one that came while another program was in use is unread until the window is used again', async () => {
  await thread.open('c1')
  focused = false
  ended('c1')
  await thread.open('c2')
  await thread.open('c1')
  expect(ids()).toEqual(['c1'])
  focused = true
  window.dispatchEvent(new Event('focus'))
  expect(ids()).toEqual([])
})

test('what was stopped or failed, or has no conversation, is nothing to read', () => {
  ended('c1', 'stopped')
  ended('c1', 'failed')
  ended(null)
  expect(ids()).toEqual([])
})

test('another account has nothing unread', () => {
  ended('c1')
  unread.reset()
  expect(ids()).toEqual([])
})
