import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSchedule } from './schedule.ts'
import type { Schedule } from './schedule.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const minute = 60_000
const hour = 60 * minute

function begin(answers: boolean[], random = 0): { schedule: Schedule; checks: () => number; wake: () => void } {
  let wake = (): void => undefined
  let checks = 0
  const schedule = createSchedule({
    async check() {
      checks++
      return await Promise.resolve(answers.shift() ?? true)
    },
    onResume(listener) {
      wake = listener
      return () => (wake = () => undefined)
    },
    random: () => random,
  })
  schedule.begin()
  return { schedule, checks: () => checks, wake: () => wake() }
}

test('looks soon after the start, then every four hours', async () => {
  const { checks, schedule } = begin([])
  await vi.advanceTimersByTimeAsync(19_999)
  expect(checks()).toBe(0)
  await vi.advanceTimersByTimeAsync(1)
  expect(checks()).toBe(1)
  await vi.advanceTimersByTimeAsync(8 * hour)
  expect(checks()).toBe(3)
  schedule.close()
  await vi.advanceTimersByTimeAsync(24 * hour)
  expect(checks()).toBe(3)
})

test('not all at once: up to a fifth later', async () => {
  const { checks } = begin([], 1)
  await vi.advanceTimersByTimeAsync(23_999)
  expect(checks()).toBe(0)
  await vi.advanceTimersByTimeAsync(1 + 4.8 * hour)
  expect(checks()).toBe(2)
})

test('sooner where the server did not answer', async () => {
  const { checks } = begin([false, false, true])
  await vi.advanceTimersByTimeAsync(20_000 + 40 * minute)
  expect(checks()).toBe(3)
  await vi.advanceTimersByTimeAsync(hour)
  expect(checks()).toBe(3)
})

test('what became due during sleep is done half a minute after it, and nothing before its time', async () => {
  const { checks, wake } = begin([])
  await vi.advanceTimersByTimeAsync(20_000)
  // A short sleep.
  vi.setSystemTime(Date.now() + hour)
  wake()
  await vi.advanceTimersByTimeAsync(2.9 * hour)
  expect(checks()).toBe(1)
  await vi.advanceTimersByTimeAsync(0.2 * hour)
  expect(checks()).toBe(2)
  // A long one.
  vi.setSystemTime(Date.now() + 20 * hour)
  wake()
  await vi.advanceTimersByTimeAsync(29_000)
  expect(checks()).toBe(2)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(checks()).toBe(3)
})
