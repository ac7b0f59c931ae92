import { expect, test } from 'vitest'
import { noParent, toConversation, toFile, toMessage, toPart } from './wire.ts'

test('a question with files, as v0.8.0 and later send it', () => {
  const found = toMessage(
    {
      messageId: 'q',
      conversationId: 'c',
      parentMessageId: noParent,
      sender: 'User',
      text: 'Hello',
      isCreatedByUser: true,
      files: [{ file_id: 'f', filepath: '/images/u/f__roof.png', type: 'image/png', width: 4, height: 3 }],
      createdAt: '2026-01-01T00:00:00.000Z',
      tokenCount: 5,
    },
    'c',
  )
  expect(found?.message).toEqual({
    id: 'q',
    conversationId: 'c',
    parentId: null,
    role: 'user',
    sender: 'User',
    parts: [{ type: 'text', text: 'Hello' }],
    files: [{ id: 'f', name: 'roof.png', type: 'image/png', width: 4, height: 3, bytes: null }],
    model: null,
    state: 'complete',
    createdAt: Date.UTC(2026, 0, 1),
  })
  expect(found?.files[0]?.path).toBe('/images/u/f__roof.png')
})

test.each([
  [{ unfinished: true, content: [{ type: 'text', text: 'Two' }] }, 'partial'],
  [{ error: true, text: '{"type":"no_user_key"}' }, 'failed'],
  [
    {
      content: [
        { type: 'text', text: 'x' },
        { type: 'error', error: 'broke' },
      ],
    },
    'failed',
  ],
  [{ content: [{ type: 'text', text: 'x' }, null] }, 'complete'],
])('the state of %o is %s', (patch, state) => {
  expect(toMessage({ messageId: 'a', isCreatedByUser: false, ...patch }, 'c')?.message.state).toBe(state)
})

test('fields of a wrong type count as missing; a message without an id is none', () => {
  expect(
    toMessage({ messageId: 'a', text: 7, files: 'x', content: {}, createdAt: 'never' }, 'c', 99)?.message,
  ).toMatchObject({
    parts: [],
    files: [],
    createdAt: 99,
  })
  expect(toMessage({ text: 'x' }, 'c')).toBe(null)
  expect(toMessage(null, 'c')).toBe(null)
})

test('parts that are not known are skipped', () => {
  expect(toPart({ type: 'agent_update' })).toBe(null)
  expect(toPart({ type: 'text', text: { value: 'from the other API', annotations: [] } })).toEqual({
    type: 'text',
    text: 'from the other API',
  })
  expect(toPart({ type: 'error', text: 'older key' })).toMatchObject({ type: 'error', error: { detail: 'older key' } })
})

test('a conversation of any version', () => {
  expect(toConversation({ conversationId: 'c', title: null, updatedAt: '2026-01-01T00:00:00.000Z' })).toEqual({
    id: 'c',
    title: '',
    endpoint: null,
    model: null,
    agentId: null,
    createdAt: Date.UTC(2026, 0, 1),
    updatedAt: Date.UTC(2026, 0, 1),
  })
  expect(toConversation({ title: 'x' })).toBe(null)
})

test('a file without a place cannot be shown', () => expect(toFile({ file_id: 'f' })).toBe(null))
