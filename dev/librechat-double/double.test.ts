import { spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDouble } from './double.ts'
import type { Double } from './double.ts'
import { account, chatBody, cookieOf, createClient, isFinal, signedIn } from './test-client.ts'

let folder: string
let double: Double | null = null
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'librechat-double-'))
})
afterEach(async () => {
  await double?.close()
  double = null
  await rm(folder, { recursive: true })
})

test('a restart keeps accounts, sessions, access tokens, conversations, messages, files and bans', async () => {
  const stateFile = join(folder, 'state', 'double.json')
  const first = await signedIn({ style: 'resumable', stateFile })
  const { conversationId } = first.double.addConversation({
    email: account.email,
    title: 'Kept',
    turns: [{ question: 'a?', answer: 'b.' }],
  })
  const body = new FormData()
  body.append('endpoint', 'openAI')
  const png = await sharp({ create: { width: 8, height: 6, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  body.append('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'dot.png')
  for (const [name, value] of [
    ['file_id', crypto.randomUUID()],
    ['width', '8'],
    ['height', '6'],
  ] as const)
    body.append(name, value)
  const { filepath } = (await first.call('POST', '/api/files/images', { body })).json
  const messages = (await first.call('GET', `/api/messages/${conversationId}`)).json
  await first.double.close()

  double = await createDouble({ style: 'resumable', stateFile })
  const client = createClient(double.origin, first.token)
  expect((await client.call('GET', '/api/user')).json.id).toBe(first.userId)
  expect((await client.call('GET', '/api/convos')).json.conversations[0].title).toBe('Kept')
  expect((await client.call('GET', `/api/messages/${conversationId}`)).json).toEqual(messages)
  const image = await client.call('GET', filepath, { cookie: first.cookie })
  expect(image.headers.get('content-type')).toBe('image/png')
  const renewed = await client.call('POST', '/api/auth/refresh', { cookie: first.cookie })
  expect(renewed.status).toBe(200)
  expect((await client.call('POST', '/api/auth/refresh', { cookie: first.cookie })).status).toBe(401)
  await client.call('GET', '/api/files', { agent: 'node' })
  await double.close()

  double = await createDouble({ style: 'post-stream', stateFile })
  expect((await createClient(double.origin, first.token).call('GET', '/api/files')).status).toBe(403)
  const written = await readFile(stateFile, 'utf8')
  expect(written).not.toContain(account.password)
  expect(written).not.toContain(cookieOf(renewed, 'refreshToken'))
  expect((await readdir(join(folder, 'state'))).sort()).toEqual(['double.json', 'double.json.images'])
})

test('adding an account again changes it and keeps its id', async () => {
  double = await createDouble({ style: 'resumable' })
  const { id } = double.addUser(account)
  expect(double.addUser({ ...account, password: 'another password' }).id).toBe(id)
  const client = createClient(double.origin)
  expect((await client.call('POST', '/api/auth/login', { json: account })).status).toBe(404)
})

test('a long answer is long, at its pace', async () => {
  const client = await signedIn({ style: 'resumable', deltasPerSecond: 400 })
  double = client.double
  const { json } = await client.call('POST', '/api/agents/chat/openAI', { json: chatBody('a long answer') })
  const before = performance.now()
  const reading = await client.open('GET', `/api/agents/chat/stream/${json.streamId}`)
  await reading.ended()
  const took = performance.now() - before
  const deltas = reading.frames().filter(({ data }) => data.event === 'on_message_delta').length
  expect(deltas).toBeGreaterThanOrEqual(360)
  expect(deltas).toBeLessThanOrEqual(480)
  expect(took).toBeGreaterThan((deltas / 400) * 900)
  expect(took).toBeLessThan((deltas / 400) * 2000)
  const { text } = reading.frames().find(isFinal)?.data.responseMessage.content[0] ?? {}
  for (const part of [/\n## /, /\n1\. /, /\n- /, /\n```python\n/, /\n\| -/, /The end\.$/]) expect(text).toMatch(part)
})

test('closing ends runs, streams and hanging requests', async () => {
  const client = await signedIn({ style: 'resumable', deltasPerSecond: 10 })
  const { json } = await client.call('POST', '/api/agents/chat/openAI', { json: chatBody('a long answer') })
  const reading = await client.open('GET', `/api/agents/chat/stream/${json.streamId}`)
  client.double.faults.add({ path: '/api/user', action: { kind: 'hang' } })
  const hanging = client.call('GET', '/api/user').catch(() => 'ended')
  await client.double.close()
  expect(await reading.ended()).toBe(false)
  expect(await hanging).toBe('ended')
})

test('standing alone it says its address and writes its state at the end', async () => {
  const state = join(folder, 'alone.json')
  const main = new URL('main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, '--style', 'post-stream', '--state', state], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const origin = /^url: (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(line))?.[1]
  expect(origin).toBeDefined()
  const refused = await createClient(String(origin)).call('GET', '/api/user')
  expect(refused.text).toBe('Unauthorized')
  child.kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(0)
  expect(JSON.parse(await readFile(state, 'utf8')).users).toEqual([])
})
