import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Fault } from '../fault.ts'
import { awaitPassword } from './provisioning.ts'

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

const start = (answers: (string | null | Fault)[]) => {
  const asked: number[] = []
  const waits: number[] = []
  const hurry: { now: (() => void) | null } = { now: null }
  const closing = new AbortController()
  const found = awaitPassword({
    ask: async () => {
      asked.push(Date.now())
      const answer = answers.shift() ?? null
      if (answer instanceof Fault) throw answer
      return answer
    },
    onWait: (_attempt, nextTryAt) => waits.push(nextTryAt),
    signal: closing.signal,
    hurry,
  })
  return { found, asked, waits, hurry, closing }
}
const limited = (retryAt: number | null): Fault => new Fault({ code: 'rate-limited', server: 'platform', retryAt })

test('asks again, less and less often, until there is a password', async () => {
  const { found, asked, waits } = start([null, null, null, 'secret'])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await found).toBe('secret')
  expect(asked).toEqual([0, 1000, 3000, 6000])
  expect(waits).toEqual([1000, 3000, 6000])
})

test('asked too often: it waits as long as the platform says, and goes on', async () => {
  const { found, asked } = start([null, limited(30_000), limited(null), 'secret'])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await found).toBe('secret')
  expect(asked).toEqual([0, 1000, 30_000, 33_000])
})

test('whoever does not want to wait need not, and may give up', async () => {
  const { found, asked, hurry, closing } = start([null, null])
  await vi.advanceTimersByTimeAsync(10)
  hurry.now?.()
  await vi.advanceTimersByTimeAsync(10)
  expect(asked).toEqual([0, 10])
  closing.abort()
  await expect(found).rejects.toMatchObject({ error: { code: 'cancelled' } })
})

test('every other fault ends it', async () => {
  const { found } = start([new Fault({ code: 'server-error', server: 'platform', status: 500 })])
  await expect(found).rejects.toMatchObject({ error: { code: 'server-error' } })
})
