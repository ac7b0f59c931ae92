import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { LogEvent } from '../log.ts'
import type { BackgroundProvisioning } from './background.ts'
import { createBackgroundProvisioning } from './background.ts'
import { ProvisioningFault } from './fault.ts'

interface Attempt {
  readonly userId: string
  readonly signal: AbortSignal
  succeed(): void
  fail(error: unknown): void
}

/** Attempts stay open until the test ends them. */
function setUp(delays = { first: 10, longest: 40 }): {
  background: BackgroundProvisioning
  attempts: Attempt[]
  log: LogEvent[]
  /** The attempt with this number, when it has begun. */
  attempt(index: number): Promise<Attempt>
} {
  const attempts: Attempt[] = []
  const log: LogEvent[] = []
  const background = createBackgroundProvisioning({
    provision: (userId, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new ProvisioningFault('unreachable')))
        attempts.push({ userId, signal, succeed: resolve, fail: reject })
      }),
    log: (event) => log.push(event),
    delays,
  })
  const attempt = async (index: number): Promise<Attempt> => {
    for (;;) {
      const found = attempts[index]
      if (found) return found
      await pause(1)
    }
  }
  return { background, attempts, log, attempt }
}
const waits = (log: readonly LogEvent[]): unknown[] =>
  log.filter(({ level }) => level === 'warn').map(({ fields }) => fields?.['retryInMilliseconds'])

test('attempts at one user at once are one attempt', async () => {
  const { background, attempts } = setUp()
  const all = [background.once('a'), background.once('a')]
  background.start('a')
  background.start('a')
  await pause(5)
  expect(attempts).toHaveLength(1)
  attempts[0]?.succeed()
  await Promise.all(all)
  await pause(30)
  expect(attempts).toHaveLength(1)
  const again = background.once('a')
  expect(attempts).toHaveLength(2)
  attempts[1]?.succeed()
  await again
})

test('two users at a time, the others in turn', async () => {
  const { background, attempts } = setUp()
  for (const userId of ['a', 'b', 'c', 'd']) background.start(userId)
  await pause(5)
  expect(attempts.map(({ userId }) => userId)).toEqual(['a', 'b'])
  attempts[1]?.fail(new ProvisioningFault('other-password'))
  await pause(5)
  expect(attempts.map(({ userId }) => userId)).toEqual(['a', 'b', 'c'])
  attempts[0]?.succeed()
  await pause(5)
  expect(attempts.map(({ userId }) => userId)).toEqual(['a', 'b', 'c', 'd'])
  await background.close()
})

test('waits longer each time, up to a limit, and as long as LibreChat asks', async () => {
  const { background, log, attempt } = setUp()
  background.start('a')
  for (let index = 0; index < 4; index++) (await attempt(index)).fail(new ProvisioningFault('unreachable'))
  const asked = new ProvisioningFault('rate-limited', { status: 429, retryAfter: 60 })
  ;(await attempt(4)).fail(asked)
  const started = performance.now()
  const last = await attempt(5)
  expect(performance.now() - started).toBeGreaterThan(50)
  expect(waits(log)).toEqual([10, 20, 40, 40, 60])
  last.succeed()
  await background.close()
  expect(log.at(-1)).toEqual({ level: 'info', event: 'librechat.provisioned', fields: { userId: 'a' } })
})

test('something unexpected is tried again too, and told by name alone', async () => {
  const { background, log, attempt } = setUp()
  background.start('a')
  ;(await attempt(0)).fail(new TypeError('with demo@example.com in its text'))
  ;(await attempt(1)).succeed()
  await background.close()
  expect(log[0]?.fields).toMatchObject({ userId: 'a', tries: 1, name: 'TypeError' })
  expect(JSON.stringify(log)).not.toContain('demo@')
})

test('close cuts off what runs, what waits for its turn, and what waits to try again', async () => {
  const { background, attempts, attempt } = setUp({ first: 60_000, longest: 60_000 })
  background.start('waiting')
  ;(await attempt(0)).fail(new ProvisioningFault('unreachable'))
  await pause(5)
  for (const userId of ['b', 'c', 'in turn']) background.start(userId)
  await pause(5)
  const joined = background.once('in turn').catch((error: unknown) => error)
  await background.close()
  expect(await joined).toMatchObject({ name: 'AbortError' })
  expect(attempts.map(({ userId }) => userId)).toEqual(['waiting', 'b', 'c'])
  background.start('late')
  expect(attempts).toHaveLength(3)
})
