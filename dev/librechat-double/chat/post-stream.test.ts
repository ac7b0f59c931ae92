import { afterEach, expect, test } from 'vitest'
import type { DoubleOptions } from '../options.ts'
import { chatBody, isCreated, isEvent, isFinal, signedIn } from '../test-client.ts'
import type { Frame, Reading, SignedIn } from '../test-client.ts'

let client: SignedIn
const open = async (options: Partial<DoubleOptions> = {}): Promise<void> => {
  client = await signedIn({ style: 'post-stream', ...options })
}
afterEach(async () => await client.double.close())

const ask = async (text: string, more: Record<string, unknown> = {}): Promise<Reading> =>
  await client.open('POST', '/api/agents/chat/openAI', { json: chatBody(text, more) })
const whole = async (text: string, more: Record<string, unknown> = {}): Promise<Frame[]> => {
  const reading = await ask(text, more)
  expect(await reading.ended()).toBe(true)
  return reading.frames()
}
const messages = async (id: string): Promise<Record<string, unknown>[]> =>
  (await client.call('GET', `/api/messages/${id}`)).json

test('the POST is the stream: created without streamId and files, no title, no usage, final without protocol', async () => {
  await open()
  const reading = await ask('Hello there')
  expect([reading.status, reading.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  expect(reading.headers.get('x-accel-buffering')).toBe('no')
  expect(reading.headers.get('access-control-allow-origin')).toBe('*')
  expect(await reading.ended()).toBe(true)
  const frames = reading.frames()
  expect(Object.keys(frames[0]?.data)).toEqual(['created', 'message'])
  expect(frames[0]?.data.message.conversationId).toMatch(/^[0-9a-f-]{36}$/)
  expect(frames.some((frame) => isEvent('title')(frame) || isEvent('on_token_usage')(frame))).toBe(false)
  const final = frames.at(-1)?.data
  expect(final).toMatchObject({ final: true, title: 'New Chat' })
  expect(final).not.toHaveProperty('generationProtocolVersion')
  const [question, answer] = await messages(final.conversation.conversationId)
  expect(question?.['messageId']).toBe(frames[0]?.data.message.messageId)
  expect(answer).toMatchObject({ messageId: final.responseMessage.messageId, content: final.responseMessage.content })
})

test('the title is asked for with a POST, once', async () => {
  await open({ titleDelayMs: 50, titleWaitMs: 200 })
  const { conversation } = (await whole('Name this chat well')).at(-1)?.data ?? {}
  const take = async () =>
    await client.call('POST', '/api/convos/gen_title', { json: { conversationId: conversation.conversationId } })
  expect((await take()).json).toEqual({ title: 'Name this chat well' })
  expect((await take()).status).toBe(404)
  const get = await client.call('GET', `/api/convos/gen_title/${conversation.conversationId}`)
  expect([get.status, get.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect((await client.call('GET', `/api/convos/${conversation.conversationId}`)).json.title).toBe(
    'Name this chat well',
  )
})

test('closing the connection stops the run and keeps what was said', async () => {
  await open({ deltasPerSecond: 100 })
  const reading = await ask('a long answer')
  const created = await reading.until(isCreated)
  await reading.until(({ data }) => data?.data?.delta?.content?.[0]?.text?.includes('small') === true)
  reading.close()
  const id = created.data.message.conversationId
  await expect.poll(async () => (await messages(id)).length).toBe(2)
  const [, answer] = await messages(id)
  expect(answer).toMatchObject({ unfinished: false, parentMessageId: created.data.message.messageId })
  expect(reading.frames().some(isFinal)).toBe(false)
  expect(answer?.['text']).toMatch(/^# A small/)
})

test('an attachment is an event of its own', async () => {
  await open()
  client.double.script(/search/, {
    steps: [
      { kind: 'text', text: 'Found.' },
      { kind: 'attachment', attachment: { type: 'web_search', web_search: { turn: 0, organic: [] } } },
    ],
  })
  const attachment = (await whole('search this')).find(({ event }) => event === 'attachment')
  expect(attachment?.data).toMatchObject({ type: 'web_search', messageId: expect.any(String) })
})

test('an error frame is a message, and is saved once the question is', async () => {
  await open()
  const frames = await whole('please fail')
  const { event, data } = frames.at(-1) as Frame
  expect(event).toBe('error')
  const asked = frames[0]?.data.message
  expect(data).toMatchObject({
    parentMessageId: asked.messageId,
    error: true,
    final: true,
    text: 'An error occurred while processing your request. Please contact the Admin.',
  })
  expect((await messages(asked.conversationId))[1]).toMatchObject({
    messageId: data.messageId,
    error: true,
    text: data.text,
  })
  const [only] = await whole('hello', { model: 'gpt-9' })
  expect(JSON.parse(only?.data.text)).toMatchObject({ type: 'illegal_model_request' })
})

test('tools, thoughts and error parts stream as in the other style', async () => {
  await open()
  const tool = await whole('use a tool')
  expect(tool.filter(isEvent('on_run_step')).map(({ data }) => data.data.index)).toEqual([0, 1, 2])
  const kinds = async (text: string): Promise<string[]> =>
    (await whole(text)).at(-1)?.data.responseMessage.content.map((part: { type: string }) => part.type)
  expect(await kinds('think')).toEqual(['think', 'text'])
  expect(await kinds('error')).toEqual(['text', 'error'])
})

test('too many turns at once: a denial stream', async () => {
  await open({ deltasPerSecond: 60 })
  const first = await ask('a long answer')
  const second = await ask('a long answer')
  const third = await ask('a long answer')
  expect([third.status, third.headers.get('content-type')]).toEqual([200, null])
  expect(await third.ended()).toBe(true)
  expect(JSON.parse(third.frames()[1]?.data.text)).toMatchObject({ type: 'concurrent', limit: 2, pendingRequests: 3 })
  first.close()
  second.close()
})

test('there is no stream, no status, no list of what runs', async () => {
  await open()
  for (const path of ['active', 'stream/x', 'status/x']) {
    const answer = await client.call('GET', `/api/agents/chat/${path}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  }
})

test('the id "new" is taken literally and nothing is saved', async () => {
  await open()
  const frames = await whole('hello', { conversationId: 'new' })
  expect(frames.at(-1)?.data.conversation.conversationId).toBe('new')
  expect(client.double.conversations()).toEqual([])
})
