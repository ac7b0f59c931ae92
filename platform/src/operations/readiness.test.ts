import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { startEmbeddedPostgres } from '../postgres.ts'
import { startPlatform } from '../server.ts'
import type { HttpResult, TestStack } from '../testing/stack.ts'
import { call, jwtSecret, startTestStack } from '../testing/stack.ts'
import { engineCheck } from './checks.ts'
import type { ReadinessCheck } from './readiness.ts'
import { createReadiness } from './readiness.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})
const start: typeof startTestStack = async (options) => {
  const stack = await startTestStack(options)
  closers.push(stack.close)
  return stack
}

const readyOf = (origin: string): Promise<HttpResult> => call(origin, '/ready', {})
/** Asks until the answer has this status. */
async function readyWith(origin: string, status: number): Promise<HttpResult> {
  for (const until = Date.now() + 10_000; ; await pause(20)) {
    const answer = await readyOf(origin)
    if (answer.status === status || Date.now() > until) return answer
  }
}
const failing = ({ body }: HttpResult): unknown[] =>
  (body as { checks: { ok: boolean }[] }).checks.filter(({ ok }) => !ok)
const check = (name: string, run: ReadinessCheck['run'], required = true): ReadinessCheck => ({ name, required, run })

test('alive and ready, to anybody, never kept', async () => {
  const { platform } = await start()
  const health = await call(platform.origin, '/health', {})
  expect([health.status, health.body]).toEqual([200, { status: 'ok' }])
  const answer = await readyWith(platform.origin, 200)
  expect(answer.body).toEqual({
    status: 'ready',
    checks: [
      { name: 'accepting', required: true, ok: true },
      { name: 'database', required: true, ok: true },
      { name: 'migrations', required: true, ok: true },
      { name: 'engine', required: true, ok: true },
      { name: 'encryption-key', required: true, ok: true },
      { name: 'librechat', required: false, ok: true },
    ],
  })
  for (const { headers } of [health, answer]) expect(headers.get('cache-control')).toBe('no-store')
  const head = await fetch(`${platform.origin}/ready`, { method: 'HEAD' })
  expect(head.status).toBe(200)
})

test('LibreChat down is told and makes nothing unready', async () => {
  const stack: TestStack = await start()
  await readyWith(stack.platform.origin, 200)
  stack.librechat.down = true
  const answer = await readyOf(stack.platform.origin)
  expect(answer.status).toBe(200)
  expect(failing(answer)).toEqual([{ name: 'librechat', required: false, ok: false, detail: 'no answer' }])
})

test('no encryption key, a migration that is missing: unready, and says which', async () => {
  const stack = await start({ encryptionKey: null, engine: false })
  await stack.query(`DELETE FROM hestami_platform_migrations WHERE name = '0001_users'`)
  const answer = await readyOf(stack.platform.origin)
  expect(answer.status).toBe(503)
  expect(answer.body).toMatchObject({ status: 'not-ready' })
  expect(failing(answer)).toEqual([
    { name: 'migrations', required: true, ok: false, detail: '1 not applied' },
    { name: 'encryption-key', required: true, ok: false, detail: 'LIBRECHAT_ENCRYPTION_KEY is not set' },
  ])
})

test('the database gone: unready within seconds, still alive, ready again with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'platform-ready-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const postgres = await startEmbeddedPostgres(folder, { durable: false })
  closers.push(postgres.stop)
  const librechatUrl = 'http://127.0.0.1:1'
  const encryptionKey = Buffer.alloc(32, 7).toString('base64url')
  const { url: databaseUrl } = postgres
  const platform = await startPlatform({ databaseUrl, librechatUrl, encryptionKey, jwtSecret, engine: false })
  closers.push(platform.close)
  expect((await readyOf(platform.origin)).status).toBe(200)

  await postgres.stop()
  const started = performance.now()
  const answer = await readyOf(platform.origin)
  expect(performance.now() - started).toBeLessThan(4000)
  expect(answer.status).toBe(503)
  expect(failing(answer)).toEqual([
    { name: 'database', required: true, ok: false, detail: expect.any(String) },
    { name: 'migrations', required: true, ok: false, detail: expect.any(String) },
    { name: 'librechat', required: false, ok: false, detail: 'no answer' },
  ])
  expect(JSON.stringify(answer.body)).not.toMatch(/127\.0\.0\.1|postgres:|password/)
  expect((await call(platform.origin, '/health', {})).status).toBe(200)
})

test('a draining platform is unready at once and goes on serving', async () => {
  const { platform } = await start({ engine: false, drainSeconds: 60 })
  expect((await readyOf(platform.origin)).status).toBe(200)
  const drained = platform.drain()
  const answer = await readyOf(platform.origin)
  expect([answer.status, failing(answer)]).toEqual([
    503,
    [{ name: 'accepting', required: true, ok: false, detail: 'about to end' }],
  ])
  expect((await call(platform.origin, '/health', {})).status).toBe(200)
  await platform.close()
  await drained
})

test('a check that hangs or throws is a no, cut off in time, and asked once for all who ask meanwhile', async () => {
  let [asked, cut] = [0, false]
  const secret = Object.assign(new Error('postgres://user:hunter2@host'), { code: 'ECONNREFUSED' })
  const readiness = createReadiness(
    [
      check('hangs', (signal) => {
        asked++
        signal.addEventListener('abort', () => (cut = true))
        return new Promise(() => undefined)
      }),
      check('throws', () => Promise.reject(secret), false),
      check(
        'breaks',
        () => {
          throw new TypeError('hunter2')
        },
        false,
      ),
    ],
    50,
  )
  const [report, same] = await Promise.all([readiness(), readiness()])
  expect(same).toBe(report)
  expect([asked, cut, report.ready]).toEqual([1, true, false])
  expect(report.checks.map(({ detail }) => detail)).toEqual(['no result within 50 ms', 'ECONNREFUSED', 'failed'])
})

test('the engine must run, unless another process has it', async () => {
  const signal = new AbortController().signal
  const results = (['running', 'none', 'starting', 'down', 'closed'] as const).map((state) =>
    engineCheck(() => state).run(signal),
  )
  expect(await Promise.all(results)).toEqual([
    { ok: true },
    { ok: true, detail: 'elsewhere' },
    { ok: false, detail: 'starting' },
    { ok: false, detail: 'down' },
    { ok: false, detail: 'closed' },
  ])
})
