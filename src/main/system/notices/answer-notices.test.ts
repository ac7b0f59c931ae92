import { beforeEach, describe, expect, test } from 'vitest'
import type { Part, Turn } from '../../../contract/chat.ts'
import { createAnswerNotices, isPaused } from './answer-notices.ts'
import type { AnswerNotices, Notice, NoticeSettings } from './answer-notices.ts'

let clock: number
let settings: NoticeSettings
let titles: Record<string, string>
let shown: Notice[]
let withdrawn: string[]
let counts: number[]
let notices: AnswerNotices

beforeEach(() => {
  clock = 1_000_000
  settings = { notifications: true, notificationPreview: false, notificationsPausedUntil: null }
  titles = { c1: 'A leaking tap', c2: 'Roof' }
  shown = []
  withdrawn = []
  counts = []
  notices = createAnswerNotices({
    appName: 'Hestami Chat',
    settings: () => settings,
    titleOf: (id) => titles[id] ?? null,
    show: (notice) => void shown.push(notice),
    withdraw: (key) => void withdrawn.push(key),
    onUnread: (count) => void counts.push(count),
    now: () => clock,
  })
})

const message = (role: 'user' | 'assistant', parts: Part[]): NonNullable<Turn['answer']> => ({
  id: role,
  conversationId: 'c1',
  parentId: null,
  role,
  sender: role,
  parts,
  files: [],
  model: null,
  state: 'complete',
  createdAt: clock,
})
const text = (said: string): Part => ({ type: 'text', text: said })

function event(patch: Partial<Turn> = {}, parts: Part[] = [text('Turn the valve off.')]): void {
  const turn: Turn = {
    id: 't1',
    conversationId: 'c1',
    status: 'streaming',
    question: message('user', [text('What now?')]),
    answer: message('assistant', parts),
    error: null,
    retriable: false,
    ...patch,
  }
  notices.turn({ kind: 'turn', seq: 1, turn })
}
/** An answer from its first word to its end. */
function answer(took: number, patch: Partial<Turn> = {}, parts?: Part[]): void {
  event({ ...patch, status: 'streaming' }, parts)
  clock += took
  event({ status: 'complete', ...patch }, parts)
}
const interrupted = { code: 'turn-failed', reason: 'interrupted', detail: null } as const

describe('an answer that is ready', () => {
  test('is told after more than ten seconds, without a word of what it says', () => {
    answer(10_001)
    expect(shown).toEqual([{ key: 'c1', conversationId: 'c1', title: 'Hestami Chat', body: 'An answer is ready.' }])
  })
  test.each([0, 5000, 10_000])('is not after %i ms', (took) => {
    answer(took)
    expect(shown).toEqual([])
    // It is unread all the same.
    expect(counts).toEqual([1])
  })
  test('shows title and beginning when the user wants that', () => {
    settings = { ...settings, notificationPreview: true }
    answer(11_000, {}, [text('Turn the valve\n\noff.'), { type: 'think', text: 'secret' }, text(' Then wait.')])
    expect(shown).toMatchObject([{ title: 'A leaking tap', body: 'Turn the valve off. Then wait.' }])
    answer(11_000, { id: 't2' }, [text('😀'.repeat(500))])
    expect(shown[1]?.body).toBe(`${'😀'.repeat(139)}…`)
    titles = { c1: 'turned\u{202e}around' }
    answer(11_000, { id: 't3' }, [])
    expect(shown[2]).toMatchObject({ title: 'turned around', body: 'An answer is ready.' })
    titles = {}
    answer(11_000, { id: 't4' })
    expect(shown[3]?.title).toBe('Hestami Chat')
  })
  test('is not told to who looks at the app', () => {
    for (const look of [
      { conversationId: 'c1' },
      { conversationId: 'c2' },
      { conversationId: null },
      'quick',
    ] as const) {
      notices.looksAt(look)
      answer(60_000, { id: String(Math.random()) })
    }
    expect(shown).toEqual([])
    notices.looksAt('elsewhere')
    answer(60_000)
    expect(shown).toHaveLength(1)
  })
  test('is not told where notifications are off or paused; the pause ends by itself', () => {
    settings = { ...settings, notifications: false }
    answer(11_000)
    settings = { ...settings, notifications: true, notificationsPausedUntil: clock + 3_600_000 }
    answer(11_000, { id: 't2' })
    expect(shown).toEqual([])
    clock += 3_600_000
    answer(11_000, { id: 't3' })
    expect(shown).toHaveLength(1)
    expect(isPaused(settings, clock)).toBe(false)
  })
  test('that began in an earlier run counts from there', () => {
    event({ status: 'reconnecting', question: { ...message('user', []), createdAt: clock - 60_000 } })
    clock += 100
    event({ status: 'complete' })
    expect(shown).toHaveLength(1)
  })
  test('that was tried again counts from then', () => {
    answer(1, { status: 'failed', error: { code: 'cancelled' } })
    clock += 60_000
    const question = { ...message('user', []), createdAt: clock - 60_000 }
    event({ status: 'sending', question })
    clock += 5000
    event({ status: 'complete', question })
    expect(shown).toEqual([])
  })
  test('is told once', () => {
    answer(11_000)
    event({ status: 'complete' })
    expect(shown).toHaveLength(1)
    expect(counts).toEqual([1])
  })
})

describe('an answer that failed', () => {
  test('is told however quickly', () => {
    answer(5, { status: 'failed', error: interrupted })
    expect(shown).toMatchObject([{ conversationId: 'c1', body: 'An answer could not be completed.' }])
    expect(counts).toEqual([])
  })
  test('in a conversation without a name yet leads to the window', () => {
    answer(5, { status: 'failed', error: interrupted, conversationId: null })
    expect(shown).toMatchObject([{ key: 't1', conversationId: null }])
  })
  test('in an earlier run is no news', () => {
    event({ status: 'failed', error: interrupted })
    expect(shown).toEqual([])
  })
  test('and one that the user stopped are none', () => {
    answer(60_000, { status: 'stopped' })
    answer(60_000, { id: 't2', status: 'failed', error: { code: 'cancelled' } })
    expect(shown).toEqual([])
    expect(counts).toEqual([])
  })
})

test('an answer that waits for the user is told, once', () => {
  const tool = {
    type: 'tool',
    name: 'mail',
    args: '',
    output: null,
    done: false,
    authUrl: 'https://x.example',
  } as const
  event({}, [tool])
  event({}, [tool])
  expect(shown).toMatchObject([{ body: 'An answer waits for your permission.' }])
  event({ id: 't2' }, [{ ...tool, done: true }])
  event({ id: 't3' }, [{ ...tool, authUrl: null }])
  expect(shown).toHaveLength(1)
})

describe('taking back', () => {
  test('everything, when the user comes to the app', () => {
    answer(11_000)
    answer(11_000, { id: 't2', conversationId: 'c2' })
    expect(shown.map(({ key }) => key)).toEqual(['c1', 'c2'])
    notices.looksAt({ conversationId: null })
    expect(withdrawn).toEqual(['c1', 'c2'])
    notices.looksAt({ conversationId: null })
    expect(withdrawn).toHaveLength(2)
  })
  test('of what was deleted, and of an account that left', () => {
    answer(11_000)
    answer(11_000, { id: 't2', conversationId: 'c2' })
    notices.removed(['c1', 'c9'])
    expect(withdrawn).toEqual(['c1'])
    notices.forget()
    expect(withdrawn).toEqual(['c1', 'c2'])
    expect(counts).toEqual([1, 2, 1, 0])
  })
  test('what ran for an account that left is not told any more', () => {
    event()
    notices.forget()
    clock += 60_000
    event({ status: 'complete' })
    expect(shown).toEqual([])
  })
})

describe('the number of unread answers', () => {
  test('is of conversations, and goes down when they are read', () => {
    answer(11_000)
    answer(11_000, { id: 't2' })
    answer(1, { id: 't3', conversationId: 'c2' })
    expect(counts).toEqual([1, 2])
    notices.looksAt({ conversationId: null })
    expect(counts).toEqual([1, 2])
    notices.looksAt({ conversationId: 'c1' })
    notices.looksAt({ conversationId: 'c2' })
    expect(counts).toEqual([1, 2, 1, 0])
    expect(notices.unread()).toBe(0)
  })
  test('does not count what was seen to come', () => {
    notices.looksAt({ conversationId: 'c1' })
    answer(11_000)
    notices.looksAt('quick')
    answer(11_000, { id: 't2', conversationId: 'c2' })
    expect(counts).toEqual([])
  })
  test('counts what came elsewhere in the app', () => {
    notices.looksAt({ conversationId: 'c2' })
    answer(11_000)
    notices.looksAt({ conversationId: null })
    answer(11_000, { id: 't2', conversationId: 'c3' })
    expect(counts).toEqual([1, 2])
  })
})

test('appends to an answer are no news', () => {
  notices.turn({ kind: 'deltas', seq: 1, turnId: 't1', deltas: [{ index: 0, type: 'text', text: 'x' }] })
  expect(shown).toEqual([])
})
