import { describe, expect, test } from 'vitest'
import { ownArguments, readLaunch } from '../start/arguments.ts'
import { jumpList, recents, tasks } from './recents.ts'

const row = (id: string, title: string, updatedAt: number): { id: string; title: string; updatedAt: number } => ({
  id,
  title,
  updatedAt,
})
const protocol = 'hestami-chat'

describe('recent chats', () => {
  const rows = [row('a', 'First', 1), row('b', 'Third', 3), row('c', 'Second', 2)]
  test('are none unless the user wants them', () => expect(recents(rows, false)).toEqual([]))
  test('are the newest first', () =>
    expect(recents(rows, true)).toEqual([
      { conversationId: 'b', title: 'Third' },
      { conversationId: 'c', title: 'Second' },
      { conversationId: 'a', title: 'First' },
    ]))
  test('are eight at most, with a title and an id that a link takes', () => {
    const many = Array.from({ length: 30 }, (_, index) => row(`id-${index}`, `Chat ${index}`, index))
    expect(recents(many, true)).toHaveLength(8)
    expect(recents([row('a/b', 'x', 1), row('c"d', 'x', 1), row('e', ' \n', 1)], true)).toEqual([])
  })
  test('have titles of one line that hide nothing', () => {
    const [only] = recents([row('a', `turned\u{202e}around\nand ${'long '.repeat(50)}`, 1)], true)
    expect(only?.title).toMatch(/^turned around and long .*…$/)
    expect(only!.title.length).toBeLessThanOrEqual(60)
  })
})

describe('the jump list', () => {
  const recent = [
    { conversationId: 'abc-1', title: 'Roof' },
    { conversationId: 'xyz', title: 'Tap' },
  ]
  test('starts what it says: its arguments are read as they were meant', () => {
    const list = jumpList({ protocol, hasQuick: true, recent, removed: [] })
    const read = (args: string): unknown => readLaunch(ownArguments(['/app', ...args.split(' ')], true), protocol)
    expect(list.tasks.map(({ title, args }) => [title, read(args)])).toMatchObject([
      ['New chat', { verb: 'new-chat' }],
      ['New chat from clipboard', { verb: 'new-chat-from-clipboard' }],
      ['Quick window', { verb: 'quick' }],
    ])
    expect(list.recent.map(({ title, args }) => [title, read(args)])).toMatchObject([
      ['Roof', { conversationId: 'abc-1' }],
      ['Tap', { conversationId: 'xyz' }],
    ])
  })
  test('does not bring back what the user took away', () => {
    const { recent: all } = jumpList({ protocol, hasQuick: false, recent, removed: [] })
    const { recent: left } = jumpList({ protocol, hasQuick: false, recent, removed: [all[0]!.args] })
    expect(left.map(({ title }) => title)).toEqual(['Tap'])
  })
  test('has no quick window where there is none', () => expect(tasks(false)).toHaveLength(2))
})
