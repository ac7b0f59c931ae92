import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FaultEffect, FaultRule } from '../../contract/support.ts'
import { createInjector } from '../debug/injector.ts'
import { createHttp } from './client.ts'
import type { Http } from './http.ts'
import { createTimeline } from './timeline.ts'

const body = 'data: one\n\ndata: two\n\n'
let server: Server
let asked = 0
const timeline = createTimeline()
const injector = createInjector()
const reachable: boolean[] = []
let http: Http

const rule = (effect: FaultEffect, patch: Partial<FaultRule> = {}): void =>
  injector.set([
    { id: crypto.randomUUID(), server: null, method: null, route: '/**', waitMs: 0, times: 1, ...patch, effect },
  ])
const get = async (more: object = {}) => await http.send({ method: 'GET', path: '/api/convos?limit=5', ...more })
const read = async (): Promise<string> => {
  const { stream } = await http.open({ method: 'GET', path: '/api/agents/chat/stream/x' })
  let text = ''
  try {
    for await (const piece of stream) text += String(piece)
  } catch (thrown) {
    text += `[${(thrown as NodeJS.ErrnoException).code}]`
  }
  return text
}
const last = () => timeline.list().at(-1)!

beforeEach(async () => {
  asked = 0
  reachable.length = 0
  injector.set([])
  server = createServer((_request, response) => {
    asked++
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(body.slice(0, 11))
    setTimeout(() => response.end(body.slice(11)), 30)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  http = to('librechat')
})
const to = (name: 'librechat' | 'updates'): Http =>
  createHttp({
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server: name,
    userAgent: 'Test/1',
    network: { resolveProxy: async () => await Promise.resolve(null), certificates: async () => [] },
    log: () => undefined,
    timeline,
    injector,
    onReachable: (is) => reachable.push(is),
  })
afterEach(async () => {
  http.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test('without a rule the server answers, and nothing is marked', async () => {
  expect((await get()).body.toString()).toBe(body)
  expect(last().injected).toBe(false)
})

test('updates are noted, and left alone by every rule', async () => {
  rule({ kind: 'unreachable', reason: 'offline' }, { times: null })
  const updates = to('updates')
  expect((await updates.send({ method: 'GET', path: '/stable/latest.yml' })).status).toBe(200)
  expect(last()).toMatchObject({ server: 'updates', route: '/:id/:id', injected: false })
  updates.close()
})

test.each(['offline', 'dns', 'refused', 'reset', 'timeout', 'tls', 'proxy'] as const)(
  'unreachable: %s',
  async (reason) => {
    rule({ kind: 'unreachable', reason })
    await expect(get()).rejects.toMatchObject({ error: { code: 'unreachable', server: 'librechat', reason } })
    expect([asked, reachable]).toEqual([0, [false]])
    expect(last()).toMatchObject({ fault: reason, injected: true, status: null })
    expect((await get()).status).toBe(200)
  },
)

test('an answer in place of the server, in its words', async () => {
  rule({ kind: 'answer', status: 429, content: 'json', said: null })
  const got = await get()
  expect([got.status, got.headers['retry-after'], asked]).toEqual([429, '60', 0])
  expect(JSON.parse(got.body.toString())).toEqual({ message: 'Too many requests. Try again later' })
  expect(last()).toMatchObject({ status: 429, content: 'json', injected: true, fault: null })
  expect(last().receivedBytes).toBe(got.body.length)
})

describe('a wait', () => {
  test('comes before the exchange', async () => {
    rule({ kind: 'none' }, { waitMs: 120 })
    const began = performance.now()
    expect((await get()).status).toBe(200)
    expect(performance.now() - began).toBeGreaterThanOrEqual(115)
    expect(last()).toMatchObject({ injected: true })
    expect(last().headersMs).toBeGreaterThanOrEqual(115)
  })
  test('ends with the patience of whoever asked', async () => {
    rule({ kind: 'none' }, { waitMs: 60_000 })
    await expect(get({ timeout: 40 })).rejects.toMatchObject({ error: { code: 'unreachable', reason: 'timeout' } })
    expect(asked).toBe(0)
  })
  test('ends when it is cancelled', async () => {
    rule({ kind: 'none' }, { waitMs: 60_000 })
    await expect(get({ signal: AbortSignal.timeout(40) })).rejects.toMatchObject({ error: { code: 'cancelled' } })
    expect(last().fault).toBe('cancelled')
  })
})

describe('a cut', () => {
  test.each([0, 1, 10, 15])('after %d bytes, all of which arrive', async (afterBytes) => {
    rule({ kind: 'cut', afterBytes })
    expect(await read()).toBe(`${body.slice(0, afterBytes)}[ECONNRESET]`)
    expect(last()).toMatchObject({ fault: 'reset', injected: true, receivedBytes: afterBytes })
  })
  test('of a body that is shorter comes just before its end', async () => {
    rule({ kind: 'cut', afterBytes: 100_000 })
    expect(await read()).toBe(`${body.slice(0, -1)}[ECONNRESET]`)
  })
  test('of an ordinary answer is told as a broken connection', async () => {
    rule({ kind: 'cut', afterBytes: 5 })
    await expect(get()).rejects.toMatchObject({ error: { code: 'unreachable', reason: 'reset' } })
  })
  test('that the reader does not wait for leaves nothing behind', async () => {
    rule({ kind: 'cut', afterBytes: 15 })
    const { stream } = await http.open({ method: 'GET', path: '/api/agents/chat/stream/x' })
    stream.destroy()
    await expect.poll(() => last().endMs).not.toBeNull()
    expect(last().fault).toBeNull()
  })
})

test('a body that is held back arrives as one piece at its end', async () => {
  rule({ kind: 'buffer' })
  expect(await read()).toBe(body)
  expect(last()).toMatchObject({ chunks: 1, receivedBytes: body.length, injected: true, fault: null })
  expect(last().firstByteMs! - last().headersMs!).toBeGreaterThanOrEqual(20)
})
