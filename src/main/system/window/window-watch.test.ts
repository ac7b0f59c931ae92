import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWindowWatch, patience } from './window-watch.ts'
import type { WindowState, WindowWatch } from './window-watch.ts'

let state: WindowState
let done: string[]
let forced: WindowState
let watch: WindowWatch
beforeEach(() => {
  vi.useFakeTimers()
  state = 'unseen'
  forced = 'seen'
  done = []
  watch = createWindowWatch({
    state: () => state,
    force() {
      done.push('force')
      state = forced
    },
    recreate: () => void done.push('recreate'),
    log: ({ event, fields }) => void done.push(`${event} ${fields?.['state']} ${fields?.['attempt']}`),
  })
})
afterEach(() => {
  watch.stop()
  vi.useRealTimers()
})

test('a window that is seen in time is left alone', () => {
  watch.expect()
  state = 'seen'
  vi.advanceTimersByTime(60_000)
  expect(done).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('one whose page takes long is shown without it, after three seconds and not before', () => {
  watch.expect()
  vi.advanceTimersByTime(patience - 1)
  expect(done).toEqual([])
  vi.advanceTimersByTime(1)
  expect(done).toEqual(['force'])
  expect(vi.getTimerCount()).toBe(0)
})

test.each(['none', 'crashed'] as const)('one that is %s is made anew', (gone) => {
  state = gone
  watch.expect()
  vi.advanceTimersByTime(patience)
  expect(done).toEqual([`window.wedged ${gone} 1`, 'recreate'])
  state = 'seen'
  vi.advanceTimersByTime(60_000)
  expect(done).toHaveLength(2)
})

test('one that cannot be shown is made anew, twice and no more', () => {
  forced = 'unseen'
  watch.expect()
  vi.advanceTimersByTime(60_000)
  expect(done).toEqual([
    'force',
    'window.wedged unseen 1',
    'recreate',
    'force',
    'window.wedged unseen 2',
    'recreate',
    'force',
    'window.wedged unseen 3',
  ])
})

test('asked for again it starts over; hidden it is not waited for', () => {
  state = 'none'
  watch.expect()
  vi.advanceTimersByTime(patience - 1)
  watch.expect()
  vi.advanceTimersByTime(patience - 1)
  expect(done).toEqual([])
  watch.stop()
  vi.advanceTimersByTime(60_000)
  expect(done).toEqual([])
})
