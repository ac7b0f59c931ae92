import { expect, test } from 'vitest'
import type { Message } from '../../contract/chat.ts'
import { findTurn } from './answer.ts'

const message = (
  id: string,
  role: 'user' | 'assistant',
  parentId: string | null,
  text: string,
  createdAt: number,
): Message => ({
  id,
  conversationId: 'c',
  parentId,
  role,
  sender: role,
  parts: [{ type: 'text', text }],
  files: [],
  model: null,
  state: 'complete',
  createdAt,
})
const stored = [
  message('q1', 'user', null, 'Hello', 10),
  message('a1', 'assistant', 'q1', 'Hi', 11),
  message('q2', 'user', 'a1', 'Hello', 20),
  message('a2', 'assistant', 'q2', 'Again', 21),
  message('a3', 'assistant', 'q2', 'Regenerated', 22),
]

test('a question is found by its words, its parent and its time; its newest answer goes with it', () => {
  expect(findTurn(stored, { text: 'Hello', parentId: 'a1', since: 15, id: null })).toMatchObject({
    question: { id: 'q2' },
    answer: { id: 'a3' },
  })
  expect(findTurn(stored, { text: 'Hello', parentId: null, since: 5, id: null })).toMatchObject({
    question: { id: 'q1' },
  })
})

test('an older question of the same words is not taken for it', () => {
  expect(findTurn(stored, { text: 'Hello', parentId: null, since: 15, id: null })).toBe(null)
})

test('a question whose id is known is found by it alone', () => {
  expect(findTurn(stored, { text: 'changed', parentId: 'x', since: 99, id: 'q1' })).toMatchObject({
    question: { id: 'q1' },
  })
})
