import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { Style } from '../options.ts'
import { account, chatBody, isCreated, isEvent, isFinal, signedIn } from '../test-client.ts'
import type { Answer, Reading, SignedIn } from '../test-client.ts'
import type { FaultAction } from './faults.ts'

let client: SignedIn
afterEach(async () => await client.double.close())

const convos = async (): Promise<Answer> => await client.call('GET', '/api/convos?limit=5')
const add = (action: FaultAction, path: string | RegExp = '/api/convos', times = 1): string =>
  client.double.faults.add({ path, times, action })

test('status, html, redirect and rate limit answer in place of the route, as often as they are told', async () => {
  client = await signedIn({ style: 'resumable' })
  add(
    { kind: 'status', status: 503, body: { code: 'SERVER_NOT_READY' }, headers: { 'retry-after': '1' } },
    '/api/convos',
    2,
  )
  for (let time = 0; time < 2; time++) {
    const down = await convos()
    expect([down.status, down.json.code, down.headers.get('retry-after')]).toEqual([503, 'SERVER_NOT_READY', '1'])
  }
  expect((await convos()).status).toBe(200)
  add({ kind: 'html' }, /^\/api\/convos$/)
  const portal = await convos()
  expect([portal.status, portal.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  add({ kind: 'redirect', to: 'http://portal.example.com/' })
  const away = await convos()
  expect([away.status, away.headers.get('location')]).toEqual([302, 'http://portal.example.com/'])
  add({ kind: 'rate-limit', retryAfter: 7 })
  const limited = await convos()
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
  expect(Number(limited.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000)
})

test('reset and hang never answer; a delay answers late', async () => {
  client = await signedIn({ style: 'resumable' })
  add({ kind: 'reset' })
  await expect(convos()).rejects.toThrow(/fetch failed/)
  add({ kind: 'hang' })
  const hanging = client.call('GET', '/api/convos', { signal: AbortSignal.timeout(100) })
  await expect(hanging).rejects.toThrow(/abort/)
  add({ kind: 'delay', ms: 120 })
  const before = performance.now()
  expect((await convos()).status).toBe(200)
  expect(performance.now() - before).toBeGreaterThan(110)
})

test('faults wait for their path and method, and can be taken back', async () => {
  client = await signedIn({ style: 'resumable' })
  client.double.faults.add({ method: 'POST', path: '/api/convos', action: { kind: 'status', status: 500 } })
  const second = add({ kind: 'status', status: 418 }, /limit=5/, Number.POSITIVE_INFINITY)
  expect((await client.call('GET', '/api/convos')).status).toBe(200)
  expect((await convos()).status).toBe(418)
  expect((await convos()).status).toBe(418)
  client.double.faults.remove(second)
  expect((await convos()).status).toBe(200)
  client.double.faults.clear()
  expect((await client.call('POST', '/api/convos/update', { json: {} })).status).toBe(400)
})

test('a ban sticks to the user until it is lifted', async () => {
  client = await signedIn({ style: 'resumable' })
  add({ kind: 'ban', minutes: 5 }, '/api/files')
  expect((await client.call('GET', '/api/files')).status).toBe(403)
  expect((await client.call('GET', '/api/agents')).status).toBe(403)
  expect((await client.call('POST', '/api/auth/login', { json: account })).status).toBe(403)
  client.double.liftBans()
  expect((await client.call('GET', '/api/agents')).status).toBe(200)
})

describe.each<Style>(['resumable', 'post-stream'])('%s', (style) => {
  /** The stream of a turn, whichever request carries it. */
  const turn = async (text: string): Promise<Reading> => {
    const reading = await client.open('POST', '/api/agents/chat/openAI', { json: chatBody(text) })
    if (!reading.headers.get('content-type')?.includes('json')) return reading
    await reading.ended()
    return await client.open('GET', `/api/agents/chat/stream/${JSON.parse(reading.text()).streamId}`)
  }
  const stream = style === 'resumable' ? '/api/agents/chat/stream' : '/api/agents/chat'

  test('frames split at any byte are whole again when put together', async () => {
    client = await signedIn({ style })
    add({ kind: 'split', bytes: 3 }, stream)
    const reading = await turn('naïve → 🌱')
    expect(await reading.ended()).toBe(true)
    expect(reading.pieces.length).toBeGreaterThan(300)
    expect(reading.pieces.filter((size) => size > 3).length).toBeLessThan(30)
    expect(reading.frames().at(-1)?.data.responseMessage.content[0].text).toContain('> naïve → 🌱')
  })

  test('a broken frame stands between good ones', async () => {
    client = await signedIn({ style })
    add({ kind: 'malformed' }, stream)
    const reading = await turn('hello')
    await reading.ended()
    const frames = reading.frames()
    expect(isCreated(frames[0]!)).toBe(true)
    expect(typeof frames[1]?.data).toBe('string')
    expect(frames.filter(isFinal)).toHaveLength(1)
  })

  test('a cut ends the connection after so many bytes', async () => {
    client = await signedIn({ style })
    add({ kind: 'cut', afterBytes: 900 }, stream)
    const reading = await turn('hello')
    expect(await reading.ended()).toBe(false)
    expect(reading.pieces.reduce((sum, size) => sum + size, 0)).toBe(900)
    expect(reading.frames().some(isFinal)).toBe(false)
    const id = reading.frames().find(isCreated)?.data.message.conversationId
    if (style === 'post-stream') return
    const resumed = await client.open('GET', `/api/agents/chat/stream/${id}?resume=true`)
    const answer = resumed.status === 404 ? true : await resumed.ended()
    expect(answer).toBe(true)
    expect((await client.call('GET', `/api/messages/${id}`)).json).toHaveLength(2)
  })

  test('a denial has two frames and no Content-Type, and is saved where there was something to answer', async () => {
    client = await signedIn({ style })
    const { conversationId } = client.double.addConversation({
      email: account.email,
      title: 'Before',
      turns: [{ question: 'a?', answer: 'b.' }],
    })
    const parentMessageId = client.double.messages(conversationId)[1]?.messageId
    add({ kind: 'denial', reason: 'moderation' }, '/api/agents/chat', 2)
    const fresh = await client.open('POST', '/api/agents/chat/openAI', { json: chatBody('hello') })
    expect([fresh.status, fresh.headers.get('content-type')]).toEqual([200, null])
    await fresh.ended()
    const [created, error] = fresh.frames()
    expect(created?.data).toMatchObject({ created: true, message: { text: 'hello', isCreatedByUser: true } })
    expect(error?.event).toBe('error')
    expect(error?.data).toMatchObject({ error: true, final: true, text: '{"type":"moderation"}', sender: 'GPT-4o' })
    expect(client.double.conversations()).toHaveLength(1)
    const json = chatBody('again', { conversationId, parentMessageId })
    await client.call('POST', '/api/agents/chat/openAI', { json })
    expect(client.double.messages(conversationId).map((row) => row.text)).toEqual([
      'a?',
      '',
      'again',
      '{"type":"moderation"}',
    ])
  })

  test('a stream error comes before created, in the style’s own shape', async () => {
    client = await signedIn({ style })
    const error = '{"type":"no_user_key"}'
    add({ kind: 'stream-error', error }, '/api/agents/chat')
    const reading = await turn('hello')
    expect(reading.headers.get('content-type')).toBe('text/event-stream')
    await reading.ended()
    const [only, ...rest] = reading.frames()
    expect([only?.event, rest]).toEqual(['error', []])
    expect(style === 'resumable' ? only?.data.error : only?.data.text).toBe(error)
    expect(client.double.conversations()).toEqual([])
  })

  test('message limits are denied with 200, and a concurrency fault in the style’s way', async () => {
    client = await signedIn({ style, messageMax: 1, attachGraceMs: 0 })
    const first = await turn('hello')
    await first.ended()
    const second = await turn('hello')
    await second.ended()
    expect(second.headers.get('content-type')).toBeNull()
    expect(JSON.parse(second.frames()[1]?.data.text)).toMatchObject({ type: 'message_limit', max: 1, limiter: 'ip' })
    add({ kind: 'denial', reason: 'concurrent' }, '/api/agents/chat')
    const third = await client.call('POST', '/api/agents/chat/openAI', { json: chatBody('hello') })
    expect(third.status).toBe(style === 'resumable' ? 429 : 200)
    expect(third.text).toContain(style === 'resumable' ? '{"type":"concurrent"' : '{\\"type\\":\\"concurrent\\"')
  })
})

test('a cut stream is followed by sync when the run still goes', async () => {
  client = await signedIn({ style: 'resumable', deltasPerSecond: 100 })
  const { json } = await client.call('POST', '/api/agents/chat/openAI', { json: chatBody('a long answer') })
  add({ kind: 'cut', afterBytes: 1500 }, '/api/agents/chat/stream')
  const cut = await client.open('GET', `/api/agents/chat/stream/${json.streamId}`)
  expect(await cut.ended()).toBe(false)
  const resumed = await client.open('GET', `/api/agents/chat/stream/${json.streamId}?resume=true`)
  const sync = await resumed.until(({ data }) => data?.sync === true)
  expect(sync.data.pendingEvents.length).toBeGreaterThan(0)
  await resumed.until(isEvent('on_message_delta'))
})

test('the switches over HTTP', async () => {
  client = await signedIn({ style: 'resumable' })
  const control = async (method: string, path: string, json?: unknown): Promise<Answer> =>
    await client.call(method, `/__double/${path}`, json === undefined ? {} : { json })
  const fault = await control('POST', 'faults', { path: '/api/convos', action: { kind: 'status', status: 502 } })
  expect([fault.status, fault.json.id]).toEqual([201, expect.any(String)])
  expect((await convos()).status).toBe(502)
  expect((await control('POST', 'faults', { path: '/api', action: { kind: 'nonsense' } })).status).toBe(400)
  const log = (await control('GET', 'requests')).json
  expect(log.at(-1)).toMatchObject({ method: 'GET', path: '/api/convos', query: '?limit=5', status: 502 })
  expect(log.at(-1).userAgent).toContain('Chrome/')
  expect(Object.keys(log.at(-1)).sort()).toEqual(['at', 'method', 'path', 'query', 'status', 'userAgent'])
  await control('POST', 'faults', { path: '/api/convos', times: 'always', action: { kind: 'html', status: 500 } })
  expect((await convos()).status).toBe(500)
  expect((await convos()).status).toBe(500)
  expect((await control('POST', 'clear')).status).toBe(204)
  expect((await control('GET', 'requests')).json).toEqual([])
  expect((await control('POST', 'revoke')).status).toBe(204)
  expect((await client.call('POST', '/api/auth/refresh', { cookie: client.cookie })).status).toBe(401)
  expect((await control('POST', 'expire', { email: account.email })).status).toBe(204)
  expect((await convos()).status).toBe(401)
  await sleep(0)
  expect(client.double.requests.map(({ status }) => status)).toEqual([401, 401])
})
