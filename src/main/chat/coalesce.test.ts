import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Delta } from '../../contract/chat.ts'
import { createCoalescer, joinDeltas } from './coalesce.ts'

const text = (index: number, value: string): Delta => ({ index, type: 'text', text: value })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('joins appends to the same part and keeps the order of others', () => {
  expect(joinDeltas([text(0, 'a'), text(0, 'b'), text(1, 'c'), text(0, 'd')])).toEqual([
    text(0, 'ab'),
    text(1, 'c'),
    text(0, 'd'),
  ])
})

test('the first append goes out at once, the rest at most once a frame', () => {
  vi.setSystemTime(0)
  vi.advanceTimersByTime(1000)
  const sent: unknown[] = []
  const coalescer = createCoalescer((change) => sent.push(change))
  coalescer.deltas([text(0, 'a')])
  expect(sent).toHaveLength(1)
  for (let at = 0; at < 10; at++) {
    coalescer.deltas([text(0, String(at))])
    vi.advanceTimersByTime(1)
  }
  expect(sent).toHaveLength(1)
  vi.advanceTimersByTime(16)
  expect(sent).toEqual([{ deltas: [text(0, 'a')] }, { deltas: [text(0, '0123456789')] }])
})

test('a change of the whole answer swallows the appends that wait with it', () => {
  const sent: unknown[] = []
  const coalescer = createCoalescer((change) => sent.push(change))
  vi.advanceTimersByTime(100)
  coalescer.deltas([text(0, 'a')])
  coalescer.deltas([text(0, 'b')])
  coalescer.whole()
  coalescer.flush()
  expect(sent).toEqual([{ deltas: [text(0, 'a')] }, 'whole'])
})
