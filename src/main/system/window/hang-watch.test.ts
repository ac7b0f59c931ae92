import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createHangWatch } from './hang-watch.ts'

let questions: { signal: AbortSignal; answer: (answer: 'wait' | 'reload') => void }[]
const reload = vi.fn<() => void>()
const open = () =>
  createHangWatch({
    ask: async (signal) =>
      await new Promise((answer) => {
        questions.push({ signal, answer })
      }),
    reload,
  })

beforeEach(() => {
  vi.useFakeTimers()
  reload.mockReset()
  questions = []
})
afterEach(() => void vi.useRealTimers())

test('asks after some seconds, once, and reloads when told to', async () => {
  const watch = open()
  watch.hangs()
  watch.hangs()
  await vi.advanceTimersByTimeAsync(4_999)
  expect(questions).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(1)
  expect(questions).toHaveLength(1)
  watch.hangs()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(questions).toHaveLength(1)
  questions[0]?.answer('reload')
  await vi.advanceTimersByTimeAsync(0)
  expect(reload).toHaveBeenCalledOnce()
  expect(vi.getTimerCount()).toBe(0)
})

test('does not ask when the window answers in time', async () => {
  const watch = open()
  watch.hangs()
  await vi.advanceTimersByTimeAsync(4_000)
  watch.answers()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(questions).toHaveLength(0)
})

test('takes the question away when the window answers, whatever is clicked then', async () => {
  const watch = open()
  watch.hangs()
  await vi.advanceTimersByTimeAsync(5_000)
  watch.answers()
  expect(questions[0]?.signal.aborted).toBe(true)
  questions[0]?.answer('reload')
  await vi.advanceTimersByTimeAsync(600_000)
  expect(reload).not.toHaveBeenCalled()
  watch.hangs()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(questions).toHaveLength(2)
})

test('asks again after a minute when the user waits', async () => {
  const watch = open()
  watch.hangs()
  await vi.advanceTimersByTimeAsync(5_000)
  questions[0]?.answer('wait')
  await vi.advanceTimersByTimeAsync(59_999)
  expect(questions).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(questions).toHaveLength(2)
  watch.close()
  expect(questions[1]?.signal.aborted).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})
