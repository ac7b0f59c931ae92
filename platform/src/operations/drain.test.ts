import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { call } from '../testing/stack.ts'

let folder = ''
let child: ChildProcess | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'platform-drain-'))
})
afterEach(async () => {
  if (child?.exitCode === null) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function start(variables: Record<string, string> = {}): Promise<{ origin: string; running: ChildProcess }> {
  const running = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      HESTAMI_PLATFORM_DATA: folder,
      LIBRECHAT_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64url'),
      LIBRECHAT_API_URL: 'http://127.0.0.1:1',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child = running
  for await (const line of createInterface({ input: running.stdout })) {
    const { event, origin } = JSON.parse(line) as { event: string; origin: string }
    if (event !== 'platform.started') continue
    running.stdout.resume()
    return { origin, running }
  }
  throw new Error('ended early')
}

const credentials = JSON.stringify({ email: 'nobody@example.com', password: 'x' })
const login = (origin: string): ReturnType<typeof call> =>
  call(origin, '/api/users/login/', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: credentials,
  })
/** A login that has begun: the server has said that it wants the body, which comes when `end` is called with it. */
async function slowLogin(origin: string): Promise<{ sending: ClientRequest; answer: Promise<IncomingMessage> }> {
  const headers = {
    'content-type': 'application/json',
    'content-length': credentials.length,
    expect: '100-continue',
  }
  const sending = request(`${origin}/api/users/login/`, { method: 'POST', headers })
  sending.flushHeaders()
  await once(sending, 'continue')
  const answer = once(sending, 'response').then(([response]) => response as IncomingMessage)
  return { sending, answer }
}

test('at SIGTERM it is unready at once, serves on for DRAIN_SECONDS, then answers what it has begun and ends', async () => {
  const { origin, running } = await start({ DRAIN_SECONDS: '1.5' })
  const { sending, answer } = await slowLogin(origin)
  while ((await call(origin, '/ready', {})).status !== 200) await pause(20)
  const hashing = Promise.all([login(origin), login(origin), login(origin)])
  await pause(20)
  const told = performance.now()
  running.kill('SIGTERM')
  let ready = 200
  while (ready === 200) ready = (await call(origin, '/ready', {})).status
  expect(ready).toBe(503)
  expect(performance.now() - told).toBeLessThan(1000)
  expect((await hashing).map(({ status }) => status)).toEqual([401, 401, 401])
  expect((await login(origin)).status).toBe(401)

  // Drained: nobody new gets in, and the one that is still sending gets its answer.
  for (;;) {
    try {
      await call(origin, '/health', {})
      await pause(20)
    } catch {
      break
    }
  }
  expect(performance.now() - told).toBeGreaterThan(1400)
  expect(running.exitCode).toBe(null)
  sending.end(credentials)
  const response = await answer
  expect([response.statusCode, response.headers.connection, JSON.parse(await text(response))]).toEqual([
    401,
    'close',
    { error: 'Invalid email or password' },
  ])
  const exited = running.exitCode === null ? await once(running, 'exit') : [running.exitCode, null]
  expect(exited).toEqual([0, null])
})

test('without DRAIN_SECONDS it ends right after the answers; SIGINT cuts draining short', async () => {
  const first = await start()
  const logins = await Promise.all([slowLogin(first.origin), slowLogin(first.origin)])
  const told = performance.now()
  first.running.kill('SIGTERM')
  for (const { sending } of logins) sending.end(credentials)
  const answers = await Promise.all(logins.map(({ answer }) => answer))
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401])
  expect(await once(first.running, 'exit')).toEqual([0, null])
  expect(performance.now() - told).toBeLessThan(8000)

  const second = await start({ DRAIN_SECONDS: '600' })
  second.running.kill('SIGTERM')
  while ((await call(second.origin, '/ready', {})).status !== 503) await pause(20)
  second.running.kill('SIGINT')
  expect(await once(second.running, 'exit')).toEqual([0, null])
})
