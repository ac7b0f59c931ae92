import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TurnUpdate } from '../../src/main/librechat/librechat.ts'
import { collect, ending, question, startClient, streamed, textOf } from './harness/client.ts'
import type { Client } from './harness/client.ts'

const kinds = (updates: readonly TurnUpdate[]): string[] => [...new Set(updates.map((update) => update.kind))]
const failure = (updates: readonly TurnUpdate[]): TurnUpdate & { kind: 'failed' } => {
  const last = ending(updates)
  if (last?.kind !== 'failed') throw new Error(`ended as ${JSON.stringify(last)}`)
  return last
}
const end = (updates: readonly TurnUpdate[]): TurnUpdate & { kind: 'ended' } => {
  const last = ending(updates)
  if (last?.kind !== 'ended') throw new Error(`ended as ${JSON.stringify(last)}`)
  return last
}

describe.each(['post-stream', 'resumable'] as const)('turns in %s style', (style) => {
  let client: Client
  beforeAll(async () => {
    client = await startClient({ style })
  })
  afterEach(() => client.double.faults.clear())
  afterAll(async () => await client.close())
  const ask = async (text: string, patch = {}): Promise<TurnUpdate[]> =>
    await collect(client.librechat.turns.start(question(text, patch)).updates)

  test('a new conversation: accepted, created, deltas, ended, and the stored messages say the same', async () => {
    const updates = await ask('Hello there')
    expect(kinds(updates)).toEqual(expect.arrayContaining(['accepted', 'created', 'deltas', 'ended']))
    const { question: asked, answer, outcome, conversation } = end(updates)
    expect(outcome).toBe('complete')
    expect(textOf(answer)).toBe(streamed(updates))
    expect(conversation?.id).toBe(asked?.conversationId)
    const { messages } = await client.librechat.messages.list(asked!.conversationId)
    expect(messages.map((message) => [message.role, message.id, textOf(message)])).toEqual([
      ['user', asked!.id, 'Hello there'],
      ['assistant', answer!.id, textOf(answer)],
    ])
    expect(answer!.parentId).toBe(asked!.id)
  })

  test('a follow-up goes below the answer that it follows', async () => {
    const first = end(await ask('First'))
    const { conversationId, id: parentId } = first.answer!
    const second = end(await ask('Second', { conversationId, parentId }))
    expect(second.question?.parentId).toBe(parentId)
    expect(second.question?.conversationId).toBe(conversationId)
    expect((await client.librechat.messages.list(conversationId)).messages).toHaveLength(4)
  })

  test('frames cut anywhere, also inside a character, give the same text', async () => {
    client.double.script('umlauts', 'Äpfel, 日本語, 🌱🏡 and “quotes” — all whole.')
    client.double.faults.add({ path: '/api/agents/chat', times: 4, action: { kind: 'split', bytes: 3 } })
    const updates = await ask('umlauts please')
    expect(streamed(updates)).toBe('Äpfel, 日本語, 🌱🏡 and “quotes” — all whole.')
    expect(end(updates).outcome).toBe('complete')
  })

  test('malformed frames between the good ones are passed over', async () => {
    client.double.faults.add({ path: '/api/agents/chat', times: 4, action: { kind: 'malformed' } })
    const updates = await ask('Still fine?')
    expect(end(updates).outcome).toBe('complete')
    expect(textOf(end(updates).answer)).toContain('Still fine?')
  })

  test('thinking comes as parts of its own', async () => {
    const { answer } = end(await ask('Please think about it'))
    expect(answer?.parts.map((part) => part.type)).toEqual(['think', 'text'])
  })

  test('a tool call grows, completes, and text after it stands after it', async () => {
    const updates = await ask('Use a tool, please')
    const { answer } = end(updates)
    expect(answer?.parts.map((part) => part.type)).toEqual(['tool', 'text'])
    expect(answer?.parts[0]).toMatchObject({ name: 'web_search', done: true, args: '{"query":"small gardens"}' })
    const early = updates.find((update) => update.kind === 'content' && update.parts[0]?.type === 'tool')
    expect(early).toMatchObject({ parts: [{ type: 'tool', done: false }] })
  })

  test('a provider that fails during the run ends as a failed answer with what it had said', async () => {
    const { answer, outcome } = end(await ask('error please'))
    expect(outcome).toBe('complete')
    expect(answer?.state).toBe('failed')
    expect(answer?.parts.map((part) => part.type)).toEqual(['text', 'error'])
    expect(answer?.parts[1]).toMatchObject({ error: { code: 'turn-failed', reason: 'other' } })
  })

  test('an error frame is a typed failure', async () => {
    const { error } = failure(await ask('fail please'))
    expect(error).toMatchObject({ code: 'turn-failed' })
  })

  test.each([
    ['no_user_key', 'no-user-key'],
    ['expired_user_key', 'expired-user-key'],
    ['missing_model', 'missing-model'],
    ['illegal_model_request', 'illegal-model'],
    ['token_balance', 'balance'],
    ['INPUT_LENGTH', 'input-too-long'],
  ])('the error %s is %s', async (type, reason) => {
    client.double.script(`because ${type}`, { steps: [{ kind: 'fail', error: JSON.stringify({ type, info: 'x' }) }] })
    expect(failure(await ask(`because ${type}`)).error).toMatchObject({ code: 'turn-failed', reason })
  })

  test.each([
    ['message_limit', 'message-limit'],
    ['moderation', 'moderation'],
    ['convo_access', 'conversation-access'],
    ['concurrent', 'concurrent'],
  ] as const)('a denial stream %s is a typed failure although it is HTTP 200', async (denied, reason) => {
    client.double.faults.add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'denial', reason: denied } })
    expect(failure(await ask('Hello')).error).toMatchObject({ code: 'turn-failed', reason })
  })

  test('a connection that breaks before anything was sent is safe to send again', async () => {
    client.double.faults.add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'status', status: 500 } })
    expect(failure(await ask('Hello'))).toMatchObject({ error: { code: 'server-error', status: 500 }, accepted: false })
  })

  test('a captive portal is not an answer', async () => {
    client.double.faults.add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'html' } })
    expect(failure(await ask('Hello')).error.code).toMatch(/unexpected-answer|unreachable/)
  })

  test('stopping keeps what had come, here and on the server', async () => {
    client.double.script('slowly', { steps: [{ kind: 'text', text: 'word '.repeat(400) }], deltasPerSecond: 100 })
    const running = client.librechat.turns.start(question('slowly'))
    const updates: TurnUpdate[] = []
    for await (const update of running.updates) {
      updates.push(update)
      if (updates.filter(({ kind }) => kind === 'deltas').length === 20) void running.stop()
    }
    const { outcome, answer } = end(updates)
    expect(outcome).toBe('stopped')
    const shown = textOf(answer) || streamed(updates)
    expect(shown.length).toBeGreaterThan(50)
    expect(shown.length).toBeLessThan(1500)
    const { conversationId } = updates.find((update) => update.kind === 'accepted')!
    await expect
      .poll(async () => textOf((await client.librechat.messages.list(conversationId)).messages.at(-1)).length)
      .toBeGreaterThan(50)
  })

  test('an expired access token in front of a turn is renewed once and the turn runs', async () => {
    client.double.expireAccessTokens()
    const before = client.refreshes()
    expect(end(await ask('After expiry')).outcome).toBe('complete')
    expect(client.refreshes()).toBe(before + 1)
  })

  test('a ban says so', async () => {
    client.double.faults.add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'ban', minutes: 30 } })
    expect(failure(await ask('Hello')).error).toMatchObject({ code: 'banned' })
    client.double.liftBans()
    client.double.faults.clear()
  })
})

describe('what only the resumable style can', () => {
  let client: Client
  beforeAll(async () => {
    client = await startClient({ style: 'resumable' })
  })
  afterEach(() => client.double.faults.clear())
  afterAll(async () => await client.close())

  test.each([400, 3000, 9000])('a stream cut after %i bytes ends with the whole text', async (afterBytes) => {
    client.double.script('cut me', {
      steps: [{ kind: 'text', text: 'A sentence to stream. '.repeat(60) }],
      deltasPerSecond: 150,
    })
    client.double.faults.add({ method: 'GET', path: '/api/agents/chat/stream', action: { kind: 'cut', afterBytes } })
    const updates = await collect(client.librechat.turns.start(question('cut me')).updates)
    expect(updates.some(({ kind }) => kind === 'reconnecting')).toBe(true)
    const { answer, outcome } = end(updates)
    expect(outcome).toBe('complete')
    expect(textOf(answer).trim()).toBe('A sentence to stream. '.repeat(60).trim())
    expect(streamed(updates).trim()).toBe(textOf(answer).trim())
  })

  test('a running generation is found again, and a finished one is not', async () => {
    client.double.script('for later', { steps: [{ kind: 'text', text: 'word '.repeat(300) }], deltasPerSecond: 200 })
    const first = client.librechat.turns.start(question('for later'))
    let conversationId = ''
    for await (const update of first.updates) {
      if (update.kind === 'accepted') ({ conversationId } = update)
      if (update.kind === 'deltas') break
    }
    const again = await client.librechat.turns.resume(conversationId)
    const updates = await collect(again!.updates)
    expect(textOf(end(updates).answer).trim()).toBe('word '.repeat(300).trim())
    expect(await client.librechat.turns.resume(conversationId)).toBe(null)
  })

  test('a server that is starting is asked again', async () => {
    const fault = {
      kind: 'status',
      status: 503,
      body: { code: 'SERVER_NOT_READY' },
      headers: { 'Retry-After': '0' },
    } as const
    client.double.faults.add({ method: 'POST', path: '/api/agents/chat', times: 2, action: fault })
    expect(end(await collect(client.librechat.turns.start(question('Ready?')).updates)).outcome).toBe('complete')
  })

  test('the title comes with the stream', async () => {
    client.double.script('name it', { steps: [{ kind: 'text', text: 'word '.repeat(40) }], deltasPerSecond: 100 })
    const updates = await collect(client.librechat.turns.start(question('name it well')).updates)
    expect(updates.find(({ kind }) => kind === 'title')).toMatchObject({
      title: expect.stringMatching(/name it/i) as string,
    })
  })
})

describe('what the v0.8.0 style does', () => {
  let client: Client
  beforeAll(async () => {
    client = await startClient({ style: 'post-stream' })
  })
  afterAll(async () => await client.close())

  test('a cut stream is lost, with what had come', async () => {
    client.double.script('cut me', {
      steps: [{ kind: 'text', text: 'A sentence. '.repeat(100) }],
      deltasPerSecond: 400,
    })
    client.double.faults.add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'cut', afterBytes: 4000 } })
    const updates = await collect(client.librechat.turns.start(question('cut me')).updates)
    expect(end(updates)).toMatchObject({ outcome: 'lost', answer: { state: 'partial' } })
    expect(streamed(updates).length).toBeGreaterThan(50)
  })

  test('nothing can be resumed, and asking does no harm', async () => {
    const { answer } = end(await collect(client.librechat.turns.start(question('Hi')).updates))
    expect(await client.librechat.turns.resume(answer!.conversationId)).toBe(null)
  })
})
