import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { HttpApp, HttpAppParts } from './app.ts'
import { createHttpApp } from './app.ts'

const apps: HttpApp[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

/** One endpoint that answers when it is told to. */
async function setUp(options: Partial<HttpAppParts> = {}): Promise<{
  app: HttpApp
  origin: string
  asked: Promise<unknown>
  answer(): void
}> {
  const [asked, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const app = createHttpApp({
    routes: [
      {
        method: 'GET',
        path: '/slow/',
        bearer: false,
        failure: {},
        describe: { summary: 'Slow', answers: { 200: { meaning: 'At last.', body: z.object({ ok: z.boolean() }) } } },
        async handle() {
          asked.resolve()
          await gate.promise
          return { status: 200, body: { ok: true } }
        },
      },
    ],
    authenticate: () => Promise.reject(new Error('nobody')),
    log: () => undefined,
    ...options,
  })
  apps.push(app)
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, origin, asked: asked.promise, answer: gate.resolve }
}
const portOf = (origin: string): number => Number(new URL(origin).port)

test('a request that is being answered gets its answer, connections that ask nothing are ended at once', async () => {
  const { app, origin, asked, answer } = await setUp()
  const silent = connect(portOf(origin), '127.0.0.1').resume()
  const silentEnded = once(silent, 'close')
  const reply = fetch(`${origin}/slow/`)
  await asked

  let closed = false
  const closing = app.close().then(() => (closed = true))
  await silentEnded
  await expect(fetch(`${origin}/slow/`)).rejects.toThrow('fetch failed')
  expect(closed).toBe(false)
  answer()
  const response = await reply
  expect([response.status, await response.json()]).toEqual([200, { ok: true }])
  expect(response.headers.get('connection')).toBe('close')
  await closing
})

test('a request that is on its way at that moment gets its answer', async () => {
  const { app, origin, answer } = await setUp()
  const socket = connect(portOf(origin), '127.0.0.1')
  await once(socket, 'connect')
  await fetch(`${origin}/nothing/`)
  const closing = app.close()
  answer()
  socket.setEncoding('utf8').write('GET /slow/ HTTP/1.1\r\nhost: x\r\n\r\n')
  const [said] = (await once(socket, 'data')) as [string]
  expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close/i)
  await closing
})

test('what takes too long is cut', async () => {
  const { app, origin, asked, answer } = await setUp({ grace: 100 })
  const reply = fetch(`${origin}/slow/`).then(
    () => 'answered',
    (error: Error) => error.message,
  )
  await asked
  const started = performance.now()
  await app.close()
  expect(performance.now() - started).toBeGreaterThan(90)
  expect(await reply).toBe('fetch failed')
  answer()
})

test('a client that keeps its connection does not hold it up', async () => {
  const { app, origin, asked, answer } = await setUp()
  const socket = connect(portOf(origin), '127.0.0.1')
  socket.write('GET /slow/ HTTP/1.1\r\nhost: x\r\n\r\n')
  await asked
  let said = ''
  socket.setEncoding('utf8').on('data', (text: string) => (said += text))
  answer()
  await once(socket, 'data')
  expect(said).toMatch(/connection: keep-alive/i)
  const started = performance.now()
  await Promise.all([app.close(), once(socket, 'close')])
  expect(performance.now() - started).toBeLessThan(1000)
})

test('while draining it answers, and asks for a new connection next time', async () => {
  let draining = false
  const { origin, answer } = await setUp({ draining: () => draining })
  answer()
  expect((await fetch(`${origin}/slow/`)).headers.get('connection')).toBe('keep-alive')
  draining = true
  await pause(1)
  const response = await fetch(`${origin}/slow/`)
  expect([response.status, response.headers.get('connection')]).toEqual([200, 'close'])
})
