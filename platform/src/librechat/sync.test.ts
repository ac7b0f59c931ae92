import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LogEvent } from '../log.ts'
import type { TestLibreChat } from '../testing/librechat.ts'
import { startTestLibreChat } from '../testing/librechat.ts'
import { createLibreChatRequest } from './request.ts'
import type { LibreChatSync } from './sync.ts'
import { createLibreChatSync, librechatUsername } from './sync.ts'
import { platformUserAgent } from './user-agent.ts'

let librechat: TestLibreChat
let sync: LibreChatSync
let log: LogEvent[] = []
const connect = (url: string, timeout?: number): LibreChatSync =>
  createLibreChatSync(
    createLibreChatRequest({ url, userAgent: platformUserAgent, log: (event) => log.push(event), timeout }),
  )
beforeEach(async () => {
  log = []
  librechat = await startTestLibreChat()
  sync = connect(librechat.url)
})
afterEach(() => librechat.close())

const person = { email: 'demo@example.com', first_name: 'Demo', last_name: 'User' }
const login = '/api/auth/login'
const register = '/api/auth/register'

test('register, register again, log in', async () => {
  await sync.register(person, 'a-password')
  await sync.register(person, 'another-password')
  expect(await sync.login(person.email, 'a-password')).toEqual({
    librechatUserId: librechat.accounts.get(person.email)?.id,
    termsPending: false,
  })
  await expect(sync.login(person.email, 'another-password')).rejects.toMatchObject({ problem: 'other-password' })
  await expect(sync.login('x@example.com', 'a-password')).rejects.toMatchObject({ problem: 'not-created' })
})

test('a server under a path', async () => {
  librechat.scripted.push({ path: `/sub${register}`, status: 200, body: { message: 'fine' } })
  await connect(`${librechat.url}/sub/`).register(person, 'a-password')
  expect(librechat.calls[0]?.path).toBe(`/sub${register}`)
})

test.each([
  [register, 404, { message: 'password: too short' }, 'account-refused'],
  [register, 403, { message: 'Registration is not allowed.' }, 'account-refused'],
  [register, 404, { message: 'Endpoint not found' }, 'unexpected-answer'],
  [register, 404, '<html>', 'unexpected-answer'],
  [register, 200, '<html>the web app</html>', 'unexpected-answer'],
  [register, 302, '', 'unexpected-answer'],
  [register, 429, { message: 'Too many accounts created' }, 'rate-limited'],
  [register, 500, { message: 'x' }, 'unreachable'],
  [register, 503, '<html>', 'unreachable'],
  [login, 422, { message: 'Email not verified.' }, 'not-verified'],
  [
    login,
    403,
    { message: 'Your account has been temporarily banned due to violations of our service.' },
    'rate-limited',
  ],
  [login, 403, { message: 'Email login is not allowed.' }, 'account-refused'],
  [login, 200, { twoFAPending: true, tempToken: 'x' }, 'unexpected-answer'],
  [login, 200, { token: 'a.b.c' }, 'unexpected-answer'],
  [login, 200, '<html>', 'unexpected-answer'],
  [login, 401, 'Unauthorized', 'unexpected-answer'],
  [login, 404, { message: 'Missing credentials' }, 'account-refused'],
])('%s answers %i %j: %s', async (path, status, body, problem) => {
  librechat.scripted.push({ path, status, body, headers: { location: '/login' } })
  const asked = path === login ? sync.login(person.email, 'a-password') : sync.register(person, 'a-password')
  await expect(asked).rejects.toMatchObject({ name: 'ProvisioningFault', problem, status })
  expect(librechat.calls).toHaveLength(1)
})

test('a server that is not there, and one that never answers', async () => {
  await librechat.close()
  const fault = { problem: 'unreachable', status: null }
  await expect(sync.login(person.email, 'a-password')).rejects.toMatchObject(fault)
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = silent.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const started = performance.now()
  await expect(connect(url, 50).login(person.email, 'a-password')).rejects.toMatchObject(fault)
  expect(performance.now() - started).toBeLessThan(2000)
  silent.closeAllConnections()
  silent.close()
  librechat = await startTestLibreChat()
})

test('logs the calls without secrets or addresses', async () => {
  await sync.register(person, 'a-password')
  await sync.login(person.email, 'a-password')
  const fields = { path: expect.any(String), status: 200, milliseconds: expect.any(Number) }
  expect(log).toEqual([
    { level: 'info', event: 'librechat.call', fields: { ...fields, path: register } },
    { level: 'info', event: 'librechat.call', fields: { ...fields, path: login } },
    { level: 'info', event: 'librechat.call', fields: { ...fields, path: '/api/config' } },
  ])
})

test("terms that must be accepted are told, from the server's own configuration, asked once", async () => {
  librechat.settings.terms = true
  await sync.register(person, 'a-password')
  for (let i = 0; i < 3; i++) expect(await sync.login(person.email, 'a-password')).toMatchObject({ termsPending: true })
  expect(librechat.calls.filter(({ path }) => path === '/api/config')).toHaveLength(1)
})

test('with a second factor the id is in the token for it', async () => {
  await sync.register(person, 'a-password')
  const account = librechat.accounts.get(person.email)!
  account.twoFactor = true
  expect(await sync.login(person.email, 'a-password')).toEqual({ librechatUserId: account.id, termsPending: false })
})

test('a password is reset where LibreChat gives the right to it away, and nowhere else', async () => {
  await sync.register(person, 'a-password')
  await expect(sync.requestReset(person.email)).rejects.toMatchObject({ problem: 'reset-unavailable' })
  librechat.settings.reset = true
  await expect(sync.requestReset('x@example.com')).rejects.toMatchObject({ problem: 'reset-unavailable' })
  const right = await sync.requestReset(person.email)
  await sync.resetPassword(right, 'another-password')
  expect(librechat.accounts.get(person.email)?.password).toBe('another-password')
  await expect(sync.resetPassword(right, 'a-third-password')).rejects.toMatchObject({ status: 400 })
  librechat.scripted.push({
    path: '/api/config',
    status: 200,
    body: { emailEnabled: true, passwordResetEnabled: true },
  })
  await expect(sync.requestReset(person.email)).rejects.toMatchObject({ problem: 'reset-unavailable' })
})

test.each([
  ['demo@example.com', 'demo'],
  ['first.last+tag@example.com', 'first.last+tag'],
  ['a@example.com', ''],
  ["o'brien@example.com", ''],
  ['a/b@example.com', ''],
  ['a--b@example.com', ''],
  ['x$ne@example.com', ''],
  [`${'x'.repeat(81)}@example.com`, ''],
])('the user name of %s is %j', (email, name) => expect(librechatUsername(email)).toBe(name))
