import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exchange as exchangeSchema } from '../../contract/support.ts'
import type { Exchange } from '../../contract/support.ts'
import { createHttp } from './client.ts'
import type { Http } from './http.ts'
import { contentOf, createTimeline } from './timeline.ts'
import type { Timeline } from './timeline.ts'

let server: Server
let timeline: Timeline
let http: Http
let answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

const network = { resolveProxy: async () => await Promise.resolve(null), certificates: async () => [] }
const to = (origin: string, name: 'librechat' | 'updates' = 'librechat'): Http =>
  createHttp({ origin, server: name, userAgent: 'Test/1', network, log: () => undefined, timeline })
const last = (): Exchange => timeline.list().at(-1)!

beforeEach(async () => {
  timeline = createTimeline()
  server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  http = to(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterEach(async () => {
  for (const one of timeline.list()) exchangeSchema.parse(one)
  http.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

describe('an exchange', () => {
  test('is told by its template, times and sizes, and by nothing that could be a secret', async () => {
    answer = (request, response) => {
      request.resume()
      request.once('end', () =>
        response.writeHead(201, { 'content-type': 'application/json', x: 'canary' }).end('{"a":"canary"}'),
      )
    }
    await http.send({
      method: 'POST',
      path: '/api/messages/canary-id?cursor=canary',
      headers: { authorization: 'Bearer canary' },
      json: { text: 'canary' },
    })
    expect(last()).toMatchObject({
      server: 'librechat',
      method: 'POST',
      route: '/api/messages/:id',
      status: 201,
      content: 'json',
      sentBytes: 17,
      receivedBytes: 14,
      chunks: 1,
      fault: null,
      said: null,
      injected: false,
    })
    const { connectMs, headersMs, firstByteMs, endMs } = last()
    expect(connectMs).not.toBeNull()
    expect(headersMs! <= firstByteMs! && firstByteMs! <= endMs!).toBe(true)
    expect(JSON.stringify(timeline.list())).not.toContain('canary')
  })

  test('on a connection that is open already took none', async () => {
    answer = (_request, response) => void response.end('x')
    await http.send({ method: 'GET', path: '/api/config' })
    await http.send({ method: 'GET', path: '/api/config' })
    expect(timeline.list().map(({ connectMs }) => connectMs === null)).toEqual([false, true])
  })

  test.each([
    ['unreachable', 'http://127.0.0.1:1', {}, 'refused'],
    ['out of time', null, { timeout: 60 }, 'timeout'],
    ['stopped', null, { signal: AbortSignal.timeout(60) }, 'cancelled'],
  ])('%s has no headers, and says why', async (_what, origin, more, fault) => {
    answer = () => undefined
    const client = origin === null ? http : to(origin)
    await client.send({ method: 'GET', path: '/api/config', ...more }).catch(() => undefined)
    expect(last()).toMatchObject({ fault, status: null, headersMs: null, chunks: 0 })
    expect(last().endMs).not.toBeNull()
  })

  test('that is larger than its reader wants', async () => {
    answer = (_request, response) => void response.end(Buffer.alloc(100_000))
    await http.send({ method: 'GET', path: '/api/config', limit: 1000 }).catch(() => undefined)
    expect(last()).toMatchObject({ fault: 'too-large', status: 200 })
  })

  test('what the app read in a refusal is noted, also afterwards', async () => {
    answer = (_request, response) => void response.writeHead(403).end()
    const got = await http.send({ method: 'GET', path: '/api/convos' })
    got.note?.({ code: 'turn-failed', reason: 'moderation', detail: 'canary' })
    expect(last()).toMatchObject({ status: 403, content: 'none', said: 'moderation' })
  })
})

describe('a stream', () => {
  const events = { 'content-type': 'text/event-stream' }
  const read = async (): Promise<void> => {
    const { stream } = await http.open({ method: 'GET', path: '/api/agents/chat/stream/x' })
    for await (const _piece of stream);
  }

  test('is measured piece by piece', async () => {
    answer = async (_request, response) => {
      response.writeHead(200, events)
      for (const _piece of [1, 2, 3, 4]) {
        response.write('data: x\n\n')
        await sleep(60)
      }
      response.end()
    }
    await read()
    expect(last()).toMatchObject({ content: 'events', chunks: 4, receivedBytes: 36, fault: null })
    expect(last().longestGapMs).toBeGreaterThanOrEqual(50)
    expect(last().endMs! - last().firstByteMs!).toBeGreaterThanOrEqual(150)
  })

  test('that is held back shows: one piece at the end', async () => {
    answer = async (_request, response) => {
      response.writeHead(200, events).flushHeaders()
      await sleep(150)
      response.end('data: x\n\n'.repeat(4))
    }
    await read()
    expect(last()).toMatchObject({ chunks: 1, longestGapMs: null })
    expect(last().firstByteMs! - last().headersMs!).toBeGreaterThanOrEqual(120)
    expect(last().endMs! - last().firstByteMs!).toBeLessThan(50)
  })

  test('that is cut', async () => {
    answer = (_request, response) => {
      response.writeHead(200, events).write('data: x\n\n', () => response.destroy())
    }
    await read().catch(() => undefined)
    expect(last()).toMatchObject({ fault: 'reset', status: 200, receivedBytes: 9 })
  })

  test('whose reader has enough has ended; stopped by the user it was cancelled', async () => {
    answer = (_request, response) => void response.writeHead(200, events).write('data: x\n\n')
    const abort = new AbortController()
    for (const signal of [undefined, abort.signal]) {
      const { stream } = await http.open({ method: 'GET', path: '/api/agents/chat/stream/x', signal })
      for await (const _piece of stream) {
        if (signal !== undefined) abort.abort()
        break
      }
      await expect.poll(() => last().endMs).not.toBeNull()
    }
    expect(timeline.list().map(({ fault }) => fault)).toEqual([null, 'cancelled'])
  })
})

describe('the list', () => {
  test('keeps the newest 500, and updates apart: a download of many pieces pushes nothing out', () => {
    for (let n = 0; n < 520; n++) timeline.begin({ server: 'platform', method: 'GET' }, '/api/users/profile/').end(null)
    for (let n = 0; n < 150; n++) timeline.begin({ server: 'updates', method: 'GET' }, '/stable/app.AppImage').end(null)
    const list = timeline.list()
    expect(list.filter(({ server: name }) => name === 'platform')).toHaveLength(500)
    expect(list.filter(({ server: name }) => name === 'updates')).toHaveLength(100)
    expect(list.map(({ id }) => id)).toEqual(list.map(({ id }) => id).sort((a, b) => a - b))
    expect(list.at(-1)).toMatchObject({ route: '/:id/:id' })
  })

  test('whoever watches is told of the beginning, the headers and the end, until they leave', async () => {
    answer = (_request, response) => void response.end('x')
    const told: Exchange[] = []
    const leave = timeline.subscribe((found) => told.push(found))
    await http.send({ method: 'GET', path: '/api/config' })
    expect(told.map(({ status, endMs }) => [status, endMs === null])).toEqual([
      [null, true],
      [200, true],
      [200, false],
    ])
    leave()
    await http.send({ method: 'GET', path: '/api/config' })
    expect(told).toHaveLength(3)
  })

  test('costs next to nothing: 2 µs a piece', () => {
    const one = timeline.begin({ server: 'librechat', method: 'GET' }, '/api/agents/chat/stream/x')
    const began = performance.now()
    for (let total = 1; total <= 100_000; total++) one.received(total)
    expect(((performance.now() - began) / 100_000) * 1000).toBeLessThan(2)
  })
})

test.each([
  ['application/json; charset=utf-8', 'json'],
  ['application/problem+json', 'json'],
  ['TEXT/HTML', 'html'],
  ['text/event-stream', 'events'],
  ['text/plain', 'text'],
  [['image/png'], 'image'],
  ['application/octet-stream', 'other'],
  [undefined, 'none'],
])('%s is %s', (type, expected) => expect(contentOf(type)).toBe(expected))
