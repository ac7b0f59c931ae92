import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { settleWithin } from './shutdown.ts'

vi.mock('electron', () => ({ app: {} }))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('says how closing ended and leaves no timer behind', async () => {
  expect(await settleWithin(Promise.resolve(), 5000)).toBe('closed')
  expect(await settleWithin(Promise.reject(new Error('x')), 5000)).toBe('failed')
  expect(vi.getTimerCount()).toBe(0)
})

test('waits no longer than the limit', async () => {
  const ended = settleWithin(new Promise(() => undefined), 5000)
  const seen = vi.fn<(outcome: string) => void>()
  void ended.then(seen)
  await vi.advanceTimersByTimeAsync(4999)
  expect(seen).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(seen).toHaveBeenCalledWith('late')
})
