import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { chatBody, isCreated, isEvent, isFinal, noParent, signedIn } from '../test-client.ts'
import type { Answer, Frame, Reading, SignedIn } from '../test-client.ts'
import type { DoubleOptions } from '../options.ts'

let client: SignedIn
const open = async (options: Partial<DoubleOptions> = {}): Promise<void> => {
  client = await signedIn({ style: 'resumable', ...options })
}
afterEach(async () => await client.double.close())

const post = async (text: string, more: Record<string, unknown> = {}): Promise<Answer> =>
  await client.call('POST', '/api/agents/chat/openAI', { json: chatBody(text, more) })
const attach = async (id: string, query = ''): Promise<Reading> =>
  await client.open('GET', `/api/agents/chat/stream/${id}${query}`)
const ask = async (text: string, more: Record<string, unknown> = {}): Promise<{ id: string; reading: Reading }> => {
  const { json } = await post(text, more)
  return { id: json.streamId, reading: await attach(json.streamId) }
}
const whole = async (text: string, more: Record<string, unknown> = {}): Promise<Frame[]> => {
  const { reading } = await ask(text, more)
  expect(await reading.ended()).toBe(true)
  return reading.frames()
}
const messages = async (id: string): Promise<Record<string, unknown>[]> =>
  (await client.call('GET', `/api/messages/${id}`)).json
const abort = async (id: string): Promise<Answer> =>
  await client.call('POST', '/api/agents/chat/abort', { json: { streamId: id } })
const textOf = (frames: Frame[]): string =>
  frames
    .filter(isEvent('on_message_delta'))
    .map(({ data }) => data.data.delta.content[0].text)
    .join('')

test('a turn: JSON, then created, steps, title, usage, final, end; then 404', async () => {
  await open()
  const body = chatBody('What is on the sofa?')
  const started = await client.call('POST', '/api/agents/chat/openAI', { json: body })
  expect(started.headers.get('content-type')).toMatch(/^application\/json/)
  expect(started.headers.get('x-librechat-generation-protocol')).toBe('1')
  const id = started.json.streamId
  expect(started.json).toEqual({
    streamId: id,
    conversationId: id,
    generationCreatedAt: expect.any(Number),
    status: 'started',
    generationProtocolVersion: 1,
  })
  const reading = await attach(id)
  expect(reading.headers.get('content-type')).toBe('text/event-stream')
  expect(reading.headers.get('content-encoding')).toBe('identity')
  expect(await reading.ended()).toBe(true)
  const frames = reading.frames()

  const { message, streamId } = frames[0]?.data ?? {}
  expect(isCreated(frames[0] as Frame)).toBe(true)
  expect(streamId).toBe(id)
  expect(message).toMatchObject({ parentMessageId: noParent, conversationId: id, sender: 'User', text: body['text'] })
  expect(message.messageId).not.toBe(body['messageId'])

  const names = frames.map(({ data }) => data.event ?? (data.final ? 'final' : 'created'))
  expect(names.indexOf('title')).toBeGreaterThan(0)
  expect(names.indexOf('title')).toBeLessThan(names.indexOf('final'))
  expect(names.at(-2)).toBe('on_token_usage')
  const step = frames.find(isEvent('on_run_step'))?.data.data
  expect(step).toMatchObject({ type: 'message_creation', index: 0 })
  expect(frames.find(isEvent('on_message_delta'))?.data.data.id).toBe(step.id)

  const final = frames.at(-1)?.data
  expect(final).toMatchObject({ final: true, title: 'New Chat', generationProtocolVersion: 1 })
  expect(final.conversation).toMatchObject({ conversationId: id, title: 'New Chat', model: 'gpt-4o' })
  expect(final.requestMessage.messageId).toBe(message.messageId)
  expect(final.responseMessage).toMatchObject({
    messageId: step.runId,
    parentMessageId: message.messageId,
    sender: 'GPT-4o',
    text: '',
    content: [{ type: 'text', text: textOf(frames) }],
  })
  expect(final.responseMessage).not.toHaveProperty('createdAt')
  expect(textOf(frames)).toContain('> What is on the sofa?')

  const gone = await client.call('GET', `/api/agents/chat/stream/${id}`)
  expect([gone.status, gone.json.error]).toEqual([404, 'Stream not found'])
  const stored = await messages(id)
  expect(stored.map((row) => row['messageId'])).toEqual([message.messageId, step.runId])
  expect((await client.call('GET', `/api/convos/${id}`)).json.title).toBe('What is on the sofa')
})

test('the title can be taken once; in final it is New Chat', async () => {
  await open({ titleDelayMs: 150, titleWaitMs: 600 })
  const { id, reading } = await ask('A slow title please')
  await reading.ended()
  expect(reading.frames().some(isEvent('title'))).toBe(false)
  const take = async (): Promise<Answer> => await client.call('GET', `/api/convos/gen_title/${id}`)
  const before = performance.now()
  expect((await take()).json).toEqual({ title: 'A slow title please' })
  expect((await take()).status).toBe(404)
  expect(performance.now() - before).toBeGreaterThan(550)
  expect((await client.call('GET', `/api/convos/${id}`)).json.title).toBe('A slow title please')
  const second = await whole('And then?', {
    conversationId: id,
    parentMessageId: (await messages(id)).at(-1)?.['messageId'],
  })
  expect(second.some(isEvent('title'))).toBe(false)
  expect(second.at(-1)?.data.title).toBe('A slow title please')
  expect((await client.call('POST', '/api/convos/gen_title', { json: { conversationId: id } })).status).toBe(404)
})

test('a tool: an empty step, arguments in pieces, its result, text after it; the hole is gone in final', async () => {
  await open()
  const frames = await whole('use a tool')
  const steps = frames.filter(isEvent('on_run_step')).map(({ data }) => [data.data.type, data.data.index])
  expect(steps).toEqual([
    ['message_creation', 0],
    ['tool_calls', 1],
    ['message_creation', 2],
  ])
  const args = frames.filter(isEvent('on_run_step_delta')).map(({ data }) => data.data.delta.tool_calls[0].args)
  expect(args.length).toBeGreaterThan(1)
  const { tool_call: call } = frames.find(isEvent('on_run_step_completed'))?.data.data.result ?? {}
  expect(call).toMatchObject({ name: 'web_search', args: args.join(''), progress: 1, output: expect.any(String) })
  const { content } = frames.at(-1)?.data.responseMessage ?? {}
  expect(content.map((part: { type: string }) => part.type)).toEqual(['tool_call', 'text'])
})

test('thinking comes first; a provider that fails is an error part of an ordinary final', async () => {
  await open()
  const thought = await whole('think about it')
  expect(thought.findIndex(isEvent('on_reasoning_delta'))).toBeLessThan(thought.findIndex(isEvent('on_message_delta')))
  expect(thought.at(-1)?.data.responseMessage.content.map((part: { type: string }) => part.type)).toEqual([
    'think',
    'text',
  ])
  const failed = await whole('make an error')
  expect(failed.at(-1)?.event).toBe('message')
  expect(failed.at(-1)?.data.responseMessage.content.at(-1)).toEqual({
    type: 'error',
    error: expect.stringContaining('401'),
  })
})

test('a sign-in for a tool comes before created, under the placeholder run id, and is not stored', async () => {
  await open()
  client.double.script('calendar', {
    before: [{ kind: 'oauth', server: 'calendar', url: 'https://login.example.com/authorize' }],
    steps: [
      { kind: 'text', text: 'Done.' },
      { kind: 'attachment', attachment: { type: 'web_search', web_search: { turn: 0, organic: [] } } },
    ],
  })
  const frames = await whole('Look into my calendar')
  expect(frames[0]?.data.data).toMatchObject({ runId: 'USE_PRELIM_RESPONSE_MESSAGE_ID' })
  expect(frames[1]?.data.data.delta.auth).toBe('https://login.example.com/authorize')
  expect(frames.findIndex(isCreated)).toBe(2)
  expect(frames.find(isEvent('attachment'))?.data.data.type).toBe('web_search')
  const { content, attachments } = frames.at(-1)?.data.responseMessage ?? {}
  expect(content).toEqual([{ type: 'text', text: 'Done.' }])
  expect(attachments).toHaveLength(1)
})

test('a failed turn replays its error; a wrong model costs a violation', async () => {
  await open()
  const { id, reading } = await ask('please fail')
  await reading.ended()
  expect(reading.frames().at(-1)).toEqual({
    event: 'error',
    data: { error: 'Failed to start generation', generationProtocolVersion: 1 },
  })
  const again = await attach(id, '?resume=true')
  expect(await again.ended()).toBe(true)
  expect(again.frames().at(-1)?.event).toBe('error')
  expect((await messages(id)).map((row) => row['sender'])).toEqual(['User'])
  const [first] = await whole('hello', { model: 'gpt-9' })
  expect(first?.event).toBe('error')
  expect(JSON.parse(first?.data.error)).toEqual({ type: 'illegal_model_request', info: 'openAI|gpt-9' })
  const [typed] = await whole('hello', { temperature: '0.7' })
  expect(JSON.parse(typed?.data.error).type).toBe('missing_model')
})

test('refusals before the run', async () => {
  await open()
  const custom = { endpoint: 'OpenRouter', model: 'mistralai/mistral-large' }
  const plain = await post('hello', custom)
  expect([plain.status, plain.headers.get('content-type')]).toEqual([200, null])
  expect(plain.text).toBe('event: error\ndata: {"text":"Error parsing conversation"}\n\n')
  expect((await post('hello', { ...custom, endpointType: 'custom' })).json.status).toBe('started')
  expect((await post('hello', { endpoint: 'agents', model: undefined })).status).toBe(400)
  expect((await post('hello', { endpoint: 'agents', agent_id: 'agent_none' })).status).toBe(404)
  const early = await post('hello', { parentMessageId: `${crypto.randomUUID()}_` })
  expect([early.status, early.json.code]).toEqual([409, 'PARENT_NOT_READY'])
  expect((await post('hello', { clientRequestId: 'not good!' })).json.code).toBe('INVALID_CLIENT_REQUEST_ID')
})

test('an agent answers under its own id', async () => {
  await open()
  const { data } = (await client.call('GET', '/api/agents')).json
  const frames = await whole('hello', { endpoint: 'agents', agent_id: data[0].id, model: undefined })
  expect(frames.at(-1)?.data.responseMessage).toMatchObject({ model: data[0].id, sender: 'Code Helper' })
})

test('the same request id attaches to the same job', async () => {
  await open({ deltasPerSecond: 100 })
  const clientRequestId = crypto.randomUUID()
  const first = await post('hello', { clientRequestId })
  const second = await post('hello', { clientRequestId })
  expect(second.json).toMatchObject({ streamId: first.json.streamId, status: 'resumed' })
})

test('more turns at once than allowed: 429 as JSON', async () => {
  await open({ deltasPerSecond: 60 })
  await post('a long answer')
  await post('a long answer')
  const third = await post('a long answer')
  expect([third.status, third.json.type, third.json.limit, third.json.pendingRequests]).toEqual([
    429,
    'concurrent',
    2,
    3,
  ])
  const { activeJobIds } = (await client.call('GET', '/api/agents/chat/active')).json
  expect(activeJobIds).toHaveLength(2)
})

test('closing does not stop; resume gives sync with pending events, then goes on without created', async () => {
  await open({ deltasPerSecond: 200 })
  const { id, reading } = await ask('a long answer')
  await reading.until(({ data }) => data?.data?.delta?.content?.[0]?.text?.includes('looking') === true)
  reading.close()
  const cut = reading.frames()
  await expect.poll(async () => (await messages(id)).length).toBe(2)
  expect((await messages(id))[1]).toMatchObject({ unfinished: true })

  const status = (await client.call('GET', `/api/agents/chat/status/${id}`)).json
  expect(status).toMatchObject({ active: true, streamId: id, status: 'running' })
  const resumed = await attach(id, '?resume=true')
  expect(await resumed.ended()).toBe(true)
  const [sync, ...rest] = resumed.frames()
  const { resumeState, pendingEvents } = sync?.data ?? {}
  expect(sync?.data.sync).toBe(true)
  expect(resumeState.userMessage).toMatchObject({ messageId: cut[0]?.data.message.messageId, text: 'a long answer' })
  expect(resumeState.runSteps[0].runId).toBe(resumeState.responseMessageId)
  expect(pendingEvents).toHaveLength(3)
  expect(rest.some(isCreated)).toBe(false)
  const pending = pendingEvents.map((data: unknown) => ({ event: 'message', data }))
  const text = `${resumeState.aggregatedContent[0].text}${textOf(pending)}${textOf(rest)}`
  const answer = rest.at(-1)?.data.responseMessage
  expect([{ type: 'text', text }]).toEqual(answer.content)
  expect(text).toMatch(/The end\.$/)
  const stored = await messages(id)
  expect(stored.map((row) => [row['messageId'], row['unfinished']])).toEqual([
    [resumeState.userMessage.messageId, false],
    [answer.messageId, false],
  ])
  expect((await client.call('GET', `/api/agents/chat/status/${id}`)).json).toMatchObject({ active: false })
})

test('a second plain reader gets what is to come, without created', async () => {
  await open({ deltasPerSecond: 60 })
  const { id, reading } = await ask('a long answer')
  await reading.until(isEvent('on_message_delta'))
  const second = await attach(id)
  await second.until(isEvent('on_message_delta'))
  expect(second.frames().some(isCreated)).toBe(false)
  expect(second.frames().some(({ data }) => data.sync === true)).toBe(false)
})

test('abort: the partial answer is stored before the reply, and the stream ends with it', async () => {
  await open({ deltasPerSecond: 100 })
  const { id, reading } = await ask('a long answer')
  await reading.until(isEvent('on_message_delta'))
  const aborted = await abort(id)
  expect([aborted.status, aborted.json]).toEqual([200, { success: true, aborted: id }])
  const [, answer] = await messages(id)
  expect(answer).toMatchObject({ unfinished: true, error: false, sender: 'GPT-4o' })
  expect(await reading.ended()).toBe(true)
  const final = reading.frames().at(-1)?.data
  expect(final).toMatchObject({
    final: true,
    aborted: true,
    earlyAbort: false,
    title: 'New Chat',
    conversation: { conversationId: id },
  })
  expect(final.responseMessage).toMatchObject({
    messageId: answer?.['messageId'],
    unfinished: true,
    content: answer?.['content'],
  })
  expect(final.responseMessage).not.toHaveProperty('text')
  const late = await abort(id)
  expect([late.status, late.json]).toEqual([404, { error: 'Job not found', streamId: id }])
  expect((await client.call('POST', '/api/agents/chat/abort', { json: {} })).json.code).toBe('INVALID_ABORT_TARGET')
})

test('abort after created but before the first token leaves a preliminary answer', async () => {
  await open()
  client.double.script('slowly', {
    steps: [
      { kind: 'pause', ms: 5000 },
      { kind: 'text', text: 'Late.' },
    ],
  })
  const { id, reading } = await ask('slowly')
  const created = await reading.until(isCreated)
  await abort(id)
  const answer = (await reading.until(isFinal)).data.responseMessage
  expect(answer).toMatchObject({ messageId: `${created.data.message.messageId}_`, content: [] })
  expect((await messages(id)).at(-1)).toMatchObject({ messageId: answer.messageId, unfinished: true })
  const next = await post('go on', { conversationId: id, parentMessageId: answer.messageId })
  expect(next.json.status).toBe('started')
})

test('abort before created leaves nothing at all', async () => {
  await open()
  client.double.script('wait', { before: [{ kind: 'pause', ms: 5000 }], steps: [] })
  const { id, reading } = await ask('wait')
  expect((await client.call('GET', `/api/messages/${id}`)).json).toEqual([])
  await abort(id)
  const final = (await reading.until(isFinal)).data
  expect(final).toMatchObject({ earlyAbort: true, conversation: null, responseMessage: null })
  expect(final.requestMessage.text).toBe('wait')
  expect((await client.call('GET', `/api/convos/${id}`)).status).toBe(404)
  expect((await client.call('GET', `/api/messages/${id}`)).status).toBe(404)
})

test('a second turn in the same conversation takes the place of the running one', async () => {
  await open({ deltasPerSecond: 100 })
  const { id, reading } = await ask('a long answer')
  const created = await reading.until(isCreated)
  const pinned = (await client.call('GET', `/api/agents/chat/status/${id}`)).json.createdAt
  await reading.until(isEvent('on_message_delta'))
  await post('stop that', { conversationId: id, parentMessageId: created.data.message.parentMessageId })
  expect(await reading.ended()).toBe(true)
  expect(reading.frames().at(-1)?.data.error).toMatch(/^Generation state changed/)
  const old = await client.call('GET', `/api/agents/chat/stream/${id}?generationCreatedAt=${pinned}`)
  expect([old.status, old.json.code]).toEqual([409, 'GENERATION_REPLACED'])
})

test('regenerating makes a sibling under the same question; an edited answer keeps its first parts', async () => {
  await open()
  const first = (await whole('think first')).at(-1)?.data
  const { conversationId, messageId: asked } = first.requestMessage
  const again = {
    conversationId,
    isRegenerate: true,
    overrideParentMessageId: asked,
    responseMessageId: `${first.responseMessage.messageId}_`,
  }
  const second = await whole('think first', again)
  expect(second[0]?.data.message.messageId).toBe(asked)
  expect(second.at(-1)?.data.responseMessage.parentMessageId).toBe(asked)
  expect(await messages(conversationId)).toHaveLength(3)
  const edit = {
    ...again,
    responseMessageId: first.responseMessage.messageId,
    editedContent: { index: 0, type: 'think', text: 'Edited. ' },
  }
  const { content } = (await whole('think first', edit)).at(-1)?.data.responseMessage ?? {}
  expect(content[0]).toEqual({ type: 'think', think: expect.stringMatching(/^Edited\. The question/) })
})

test('temporary chats are not listed and get no title; a chat id that is no uuid is not saved', async () => {
  await open()
  const frames = await whole('secret', { isTemporary: true })
  expect(frames.some(isEvent('title'))).toBe(false)
  await whole('odd', { conversationId: 'odd-id' })
  expect((await client.call('GET', '/api/convos')).json.conversations).toEqual([])
  expect(client.double.conversations().map((row) => row.title)).toEqual(['New Chat'])
  const named = await post('new', { conversationId: 'new' })
  expect(named.json.streamId).toMatch(/^[0-9a-f-]{36}$/)
})

test('a run that nobody reads ends on its own', async () => {
  await open({ attachGraceMs: 50 })
  const { json } = await post('hello')
  await expect.poll(async () => (await messages(json.streamId)).length, { timeout: 3000 }).toBe(2)
  await sleep(20)
  expect((await attach(json.streamId)).status).toBe(404)
})
