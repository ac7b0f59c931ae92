import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes, randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Conversation, Message } from '../../contract/chat.ts'
import type { OutboxRow } from './cache.ts'
import { eraseCache, openCache } from './open.ts'

let folder = ''
const key = randomBytes(32)
const logged: string[] = []
const open = (with_: Buffer | null = key): ReturnType<typeof openCache> =>
  openCache({ folder, account: 'a1', key: with_, log: (event) => logged.push(event.event) })

const conversation = (id: string, updatedAt: number): Conversation => ({
  id,
  title: `Chat ${id}`,
  endpoint: 'openAI',
  model: 'gpt-4o',
  agentId: null,
  createdAt: 1,
  updatedAt,
})
const message = (id: string, text: string): Message => ({
  id,
  conversationId: 'c1',
  parentId: null,
  role: 'user',
  sender: 'User',
  parts: [{ type: 'text', text }],
  files: [],
  model: null,
  state: 'complete',
  createdAt: 5,
})
const row = (): OutboxRow => ({
  input: {
    turnId: randomUUID(),
    messageId: randomUUID(),
    conversationId: null,
    parentId: null,
    text: 'Canary question',
    attachmentIds: [],
    target: { endpoint: 'openAI', endpointType: null, model: 'gpt-4o', agentId: null, spec: null },
  },
  files: [{ id: 'f1', name: 'a.png', type: 'image/png', width: 1, height: 1, bytes: 9, path: '/images/u/f1' }],
  state: 'sent',
  conversationId: null,
  error: null,
  createdAt: 7,
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-cache-'))
  logged.length = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('keeps conversations, messages, drafts and outbox over a restart, newest conversation first', () => {
  const first = open()
  first.saveConversations([conversation('c1', 10), conversation('c2', 30)])
  first.replaceMessages('c1', [message('m1', 'Hello'), message('m2', 'World')], [])
  first.saveDraft('new', { text: 'half a sent' })
  const sent = row()
  expect(first.saveOutbox(sent)).toBe(true)
  first.close()
  const again = open()
  expect(again.conversations().map((found) => found.id)).toEqual(['c2', 'c1'])
  expect(again.messages('c1').map((found) => found.id)).toEqual(['m1', 'm2'])
  expect(again.draft('new')?.text).toBe('half a sent')
  expect(again.outbox()).toEqual([sent])
  again.removeOutbox(sent.input.turnId)
  expect(again.outbox()).toEqual([])
  again.close()
})

test('what is on disk is encrypted', () => {
  const cache = open()
  cache.replaceMessages('c1', [message('m1', 'Canary text on disk')], [])
  cache.close()
  for (const name of readdirSync(join(folder, 'cache')))
    expect(readFileSync(join(folder, 'cache', name)).includes('Canary')).toBe(false)
})

test('a damaged file is moved aside and the cache starts anew', () => {
  writeFileSync(join(folder, 'x'), '')
  const first = open()
  first.saveConversations([conversation('c1', 10)])
  first.close()
  writeFileSync(join(folder, 'cache', 'a1.db'), randomBytes(8192))
  const again = open()
  expect(again.conversations()).toEqual([])
  expect(again.saveConversations([conversation('c3', 1)])).toBe(true)
  again.close()
  expect(readdirSync(join(folder, 'cache'))).toContain('a1.db.damaged')
  expect(logged).toContain('cache.damaged')
})

test('another key does not open it', () => {
  const first = open()
  first.saveConversations([conversation('c1', 10)])
  first.close()
  const other = open(randomBytes(32))
  expect(other.conversations()).toEqual([])
  other.close()
})

test('without a key nothing is written to disk', () => {
  const cache = open(null)
  cache.saveConversations([conversation('c1', 10)])
  expect(cache.conversations()).toHaveLength(1)
  cache.close()
  expect(readdirSync(folder)).toEqual([])
})

test('a message saved again keeps its place', () => {
  const cache = open()
  cache.replaceMessages('c1', [message('m1', 'a'), message('m2', 'b')], [])
  cache.saveMessage(message('m1', 'changed'))
  cache.saveMessage(message('m3', 'c'))
  expect(cache.messages('c1').map((found) => [found.id, found.parts[0]])).toEqual([
    ['m1', { type: 'text', text: 'changed' }],
    ['m2', { type: 'text', text: 'b' }],
    ['m3', { type: 'text', text: 'c' }],
  ])
  cache.close()
})

test('erasing leaves no file of the account', () => {
  const cache = open()
  cache.saveConversations([conversation('c1', 10)])
  cache.close()
  eraseCache(folder, 'a1')
  expect(readdirSync(join(folder, 'cache'))).toEqual([])
})
