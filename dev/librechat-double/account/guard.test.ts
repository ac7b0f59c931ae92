import { afterEach, describe, expect, test } from 'vitest'
import type { Style } from '../options.ts'
import { account, chatBody, createClient, signedIn } from '../test-client.ts'
import type { SignedIn } from '../test-client.ts'
import { isBrowser } from './browser.ts'
import { banMessage } from './guard.ts'

const illegal = 'event: error\ndata: {"message":"Illegal request"}\n\n'
let client: SignedIn
afterEach(async () => await client.double.close())

const foreign = [
  '',
  'curl/8',
  'node',
  'undici',
  'axios/1.6',
  'okhttp/4',
  'PostmanRuntime',
  'Wget',
  'Mozilla/5.0',
  'MyApp/1.0',
]
const browsers = ['Chrome/131', 'MyApp/1.0 Chrome/131.0.0.0', 'MyApp Firefox/128', 'Lynx/2.9', 'w3m/0.5']

describe.each<Style>(['resumable', 'post-stream'])('%s', (style) => {
  test('one request without a browser on agents: the exact frame, then 403, no sessions, no cookies', async () => {
    client = await signedIn({ style })
    const first = await client.call('GET', '/api/agents', { agent: 'node' })
    expect([first.status, first.headers.get('content-type'), first.text]).toEqual([200, null, illegal])
    expect(first.headers.getSetCookie()[0]).toMatch(/^refreshToken=;/)

    const files = await client.call('GET', '/api/files')
    expect([files.status, files.json]).toEqual([403, { message: banMessage }])
    const login = await client.call('POST', '/api/auth/login', { json: account })
    expect([login.status, login.json]).toEqual([403, { message: banMessage }])
    const refresh = await client.call('POST', '/api/auth/refresh', { cookie: client.cookie })
    expect(refresh.status).toBe(401)
    expect((await client.call('GET', '/api/convos')).status).toBe(200)
    const chat = await client.call('POST', '/api/agents/chat/openAI', { json: chatBody('hello') })
    const stream = await client.call('GET', '/api/agents/chat/stream/x')
    expect(stream.status).toBe(style === 'resumable' ? 500 : 403)
    expect(chat.status).toBe(style === 'resumable' ? 200 : 403)
    expect(chat.headers.has('content-type')).toBe(style === 'post-stream')
    expect(chat.text).toContain(style === 'resumable' ? '"text":"{\\"type\\":\\"ban\\"}"' : banMessage)

    client.double.liftBans()
    expect((await client.call('GET', '/api/files')).status).toBe(200)
  })

  test('the check comes after the bearer, and not on other routes', async () => {
    client = await signedIn({ style })
    expect((await client.call('GET', '/api/files', { agent: 'node', token: null })).status).toBe(401)
    expect((await client.call('GET', '/api/convos', { agent: 'node' })).status).toBe(200)
    expect((await client.call('GET', '/api/models', { agent: 'node' })).status).toBe(200)
    expect((await client.call('GET', '/api/agents')).status).toBe(200)
    expect((await client.call('POST', '/api/files/images', { agent: null })).text).toBe(illegal)
  })
})

test('a server that does not ban still refuses', async () => {
  client = await signedIn({ style: 'resumable', banOnNonBrowser: false })
  expect((await client.call('GET', '/api/agents', { agent: 'curl/8' })).text).toBe(illegal)
  expect((await client.call('GET', '/api/agents')).status).toBe(200)
})

test('a ban meets the address: another account is hit as well', async () => {
  client = await signedIn({ style: 'resumable' })
  const other = { email: 'other@example.com', password: 'correct horse battery', name: 'Other Person' }
  client.double.addUser(other)
  await client.call('GET', '/api/agents', { agent: 'node' })
  const login = await createClient(client.double.origin).call('POST', '/api/auth/login', { json: other })
  expect(login.status).toBe(403)
})

test('what passes for a browser', async () => {
  client = await signedIn({ style: 'resumable' })
  expect(foreign.filter(isBrowser)).toEqual([])
  expect(browsers.filter((agent) => !isBrowser(agent))).toEqual([])
})
