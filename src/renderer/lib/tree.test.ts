import { expect, test } from 'vitest'
import type { Message } from '../../contract/chat.ts'
import { branchOf } from './tree.ts'

const message = (id: string, parentId: string | null): Message => ({
  id,
  conversationId: 'c',
  parentId,
  role: 'user',
  sender: 'User',
  parts: [],
  files: [],
  model: null,
  state: 'complete',
  createdAt: 0,
})
const ids = (...args: Parameters<typeof branchOf>): string[] => branchOf(...args).map((step) => step.message.id)

test('follows the newest child at every fork, or the chosen one', () => {
  const tree = [message('q', null), message('a1', 'q'), message('a2', 'q'), message('q2', 'a1'), message('q3', 'a2')]
  expect(ids(tree, {})).toEqual(['q', 'a2', 'q3'])
  expect(ids(tree, { q: 'a1' })).toEqual(['q', 'a1', 'q2'])
  expect(branchOf(tree, {})[1]).toMatchObject({ index: 1, siblings: [{ id: 'a1' }, { id: 'a2' }] })
})

test('a message whose parent is missing is a root', () => {
  expect(ids([message('q', null), message('orphan', 'gone'), message('x', 'orphan')], {})).toEqual(['orphan', 'x'])
})

test('a loop does not hang', () => {
  expect(ids([message('a', 'b'), message('b', 'a')], {})).toEqual([])
  expect(ids([message('a', 'a')], {})).toEqual([])
})

test('an empty conversation is an empty branch', () => expect(branchOf([], {})).toEqual([]))
