import { afterEach, expect, test } from 'vitest'
import type { Double } from '../double.ts'
import { createDouble } from '../double.ts'
import type { DoubleOptions, Style } from '../options.ts'
import { account, cookieOf, createClient } from '../test-client.ts'
import type { Answer, Client } from '../test-client.ts'

let double: Double
const open = async (options: Partial<DoubleOptions> = {}): Promise<Client> => {
  double = await createDouble({ style: 'resumable', loginMax: 100, ...options })
  double.addUser(account)
  return createClient(double.origin)
}
afterEach(async () => await double.close())

const login = async (client: Client, json: unknown = account): Promise<Answer> =>
  await client.call('POST', '/api/auth/login', { json })
const refresh = async (client: Client, token: string, query = ''): Promise<Answer> =>
  await client.call('POST', `/api/auth/refresh${query}`, { cookie: `refreshToken=${token}; token_provider=librechat` })
const expires = (answer: Answer): string | undefined =>
  /Expires=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1]
const claims = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>

test('login answers token, user and both cookies', async () => {
  const client = await open({ accessSeconds: 60 })
  const answer = await login(client)
  expect(answer.status).toBe(200)
  expect(answer.json.user).toMatchObject({ email: account.email, name: account.name, twoFactorEnabled: false })
  expect(answer.json.user).not.toHaveProperty('password')
  const token = claims(answer.json.token)
  expect(Object.keys(token).sort()).toEqual(['email', 'exp', 'iat', 'id', 'provider', 'username'])
  expect(Number(token['exp']) - Number(token['iat'])).toBe(60)
  expect(cookieOf(answer, 'token_provider')).toBe('librechat')
  expect(answer.headers.getSetCookie()[0]).toMatch(/; Path=\/; Expires=.* GMT; HttpOnly; SameSite=Strict$/)
})

test('the old version marks its cookies Secure, whatever the address', async () => {
  const client = await open({ style: 'post-stream' })
  expect((await login(client)).headers.getSetCookie()[1]).toMatch(
    /^token_provider=librechat; .*; HttpOnly; Secure; SameSite=Strict$/,
  )
})

test('a server may want the same code of everybody, and may allow no registration', async () => {
  const client = await open({ twoFactor: { code: '654321', tempSeconds: 1 }, allowRegistration: false })
  const { tempToken } = (await login(client)).json
  const json = { tempToken, token: '654321' }
  const verify = async (): Promise<number> => (await client.call('POST', '/api/auth/2fa/verify-temp', { json })).status
  expect(await verify()).toBe(200)
  await expect.poll(verify, { timeout: 3000 }).toBe(401)
  const register = await client.call('POST', '/api/auth/register', { json: account })
  expect([register.status, register.json.message]).toEqual([403, 'Registration is not allowed.'])
})

test('wrong credentials are 404, each with its own words', async () => {
  const client = await open()
  const wrong = async (json: unknown): Promise<unknown> => {
    const answer = await login(client, json)
    return [answer.status, answer.json.message]
  }
  expect(await wrong({ ...account, password: 'not the password' })).toEqual([404, 'Incorrect password.'])
  expect(await wrong({ ...account, email: 'nobody@example.com' })).toEqual([404, 'Email does not exist.'])
  expect(await wrong({ email: account.email })).toEqual([404, 'Missing credentials'])
  expect(await wrong({ ...account, password: 'short' })).toEqual([
    404,
    'password: String must contain at least 8 character(s)',
  ])
})

test('the login limit counts successes, says so in headers and answers 429', async () => {
  const client = await open({ loginMax: 2 })
  const first = await login(client)
  expect([first.headers.get('x-ratelimit-limit'), first.headers.get('x-ratelimit-remaining')]).toEqual(['2', '1'])
  await login(client)
  const third = await login(client)
  expect(third.status).toBe(429)
  expect(third.json.message).toBe('Too many login attempts, please try again after 5 minutes.')
  expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(290)
  expect(Number(third.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000 + 290)
})

test('a refresh token is good once, and rotating does not move the end of the session', async () => {
  const client = await open()
  const signedIn = await login(client)
  const first = cookieOf(signedIn, 'refreshToken') ?? ''
  const renewed = await refresh(client, first)
  expect(renewed.status).toBe(200)
  expect(renewed.json.user.email).toBe(account.email)
  expect(expires(renewed)).toBe(expires(signedIn))
  const second = cookieOf(renewed, 'refreshToken') ?? ''
  expect(second).not.toBe(first)

  const again = await refresh(client, first)
  expect([again.status, again.text]).toEqual([401, 'Refresh token expired or not found for this user'])
  const retried = await refresh(client, first, '?retry=true')
  expect([retried.status, retried.text]).toEqual([403, 'No session found'])
  expect((await refresh(client, second)).status).toBe(200)
})

test('of two refreshes at once one wins', async () => {
  const client = await open()
  const token = cookieOf(await login(client), 'refreshToken') ?? ''
  const both = await Promise.all([refresh(client, token), refresh(client, token)])
  expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 401])
})

test('refresh without a cookie is 200 with text; a token that is none is 403', async () => {
  const client = await open()
  const bare = await client.call('POST', '/api/auth/refresh')
  expect([bare.status, bare.text]).toEqual([200, 'Refresh token not provided'])
  const odd = await refresh(client, 'a.b.c')
  expect([odd.status, odd.text]).toEqual([403, 'Invalid refresh token'])
})

test('an ended session, a session of nobody, a session past its time', async () => {
  const client = await open({ refreshSeconds: 1 })
  const old = cookieOf(await login(client), 'refreshToken') ?? ''
  const revoked = cookieOf(await login(client), 'refreshToken') ?? ''
  double.revokeSessions(account.email)
  expect((await refresh(client, revoked)).status).toBe(401)
  const orphan = cookieOf(await login(client), 'refreshToken') ?? ''
  double.removeUser(account.email)
  const gone = await refresh(client, orphan)
  expect([gone.status, gone.headers.get('location')]).toEqual([302, '/login'])
  await expect.poll(async () => (await refresh(client, old)).status, { timeout: 3000 }).toBe(403)
})

const refusals: [Style, string | null, string | null][] = [
  ['resumable', 'application/json; charset=utf-8', '{"message":"jwt expired"}'],
  ['post-stream', null, 'Unauthorized'],
]
test.each(refusals)('an expired access token in style %s', async (style, type, text) => {
  const client = await open({ style })
  const { token } = (await login(client)).json
  expect((await client.call('GET', '/api/user', { token })).status).toBe(200)
  double.expireAccessTokens(account.email)
  const refused = await client.call('GET', '/api/user', { token })
  expect([refused.status, refused.headers.get('content-type'), refused.text]).toEqual([401, type, text])
  const fresh = (await login(client)).json.token
  expect((await client.call('GET', '/api/user', { token: fresh })).status).toBe(200)
})

test('the other reasons for a 401', async () => {
  const client = await open({ accessSeconds: 1 })
  const { token } = (await login(client)).json
  const reason = async (given: string | null): Promise<unknown> =>
    (await client.call('GET', '/api/user', { token: given })).json?.message
  expect(await reason(null)).toBe('No auth token')
  expect(await reason('nonsense')).toBe('jwt malformed')
  expect(await reason(`${String(token).slice(0, -4)}AAAA`)).toBe('invalid signature')
  await expect.poll(async () => await reason(token), { timeout: 3000 }).toBe('jwt expired')
})

test('logout ends the session and clears the cookies; the access token stays good', async () => {
  const client = await open()
  const signedIn = await login(client)
  const token = cookieOf(signedIn, 'refreshToken') ?? ''
  const out = await client.call('POST', '/api/auth/logout', {
    token: signedIn.json.token,
    cookie: `refreshToken=${token}`,
  })
  expect(out.json).toEqual({ message: 'Logout successful' })
  expect(out.headers.getSetCookie()[0]).toMatch(/^refreshToken=; Path=\/; Expires=Thu, 01 Jan 1970/)
  expect((await refresh(client, token)).status).toBe(401)
  expect((await client.call('GET', '/api/user', { token: signedIn.json.token })).status).toBe(200)
})

test('logout without the cookie ends some other session of the user', async () => {
  const client = await open()
  const elsewhere = cookieOf(await login(client), 'refreshToken') ?? ''
  const { token } = (await login(client)).json
  await client.call('POST', '/api/auth/logout', { token })
  expect((await refresh(client, elsewhere)).status).toBe(401)
})

test('the second factor: code, backup code, wrong code, no token', async () => {
  const client = await open()
  const two = { email: 'two@example.com', password: 'correct horse battery', name: 'Two Factors' }
  double.addUser({ ...two, twoFactorCode: '123456', backupCodes: ['abcd-1234'] })
  const begun = await login(client, two)
  expect(begun.json).toMatchObject({ twoFAPending: true })
  expect(begun.headers.getSetCookie()).toEqual([])
  const { tempToken } = begun.json
  const verify = async (json: unknown): Promise<Answer> =>
    await client.call('POST', '/api/auth/2fa/verify-temp', { json })
  const wrong = await verify({ tempToken, token: '000000' })
  expect([wrong.status, wrong.json.message]).toEqual([401, 'Invalid 2FA code or backup code'])
  const right = await verify({ tempToken, token: '123456' })
  expect([right.status, right.json.user.email]).toEqual([200, two.email])
  expect(cookieOf(right, 'refreshToken')).not.toBeNull()
  expect((await verify({ tempToken, backupCode: 'abcd-1234' })).status).toBe(200)
  expect((await verify({ tempToken, backupCode: 'abcd-1234' })).status).toBe(401)
  const none = await verify({ token: '123456' })
  expect([none.status, none.json.message]).toEqual([400, 'Missing temporary token'])
  const old = await verify({ tempToken: 'a.b.c', token: '123456' })
  expect([old.status, old.json.message]).toEqual([401, 'Invalid or expired temporary token'])
})

test('registering makes an account without signing in, and does not tell a known address', async () => {
  const client = await open()
  const form = { name: 'New Person', username: '', email: 'new@example.com', password: 'a good password' }
  const register = async (more: Record<string, unknown>): Promise<Answer> =>
    await client.call('POST', '/api/auth/register', { json: { ...form, confirm_password: form.password, ...more } })
  const short = await register({ password: 'short', confirm_password: 'short' })
  expect([short.status, short.json.message]).toEqual([
    404,
    'password: String must contain at least 8 character(s) confirm_password: String must contain at least 8 character(s)',
  ])
  const made = await register({})
  const said = { message: 'Please check your email to verify your email address.' }
  expect([made.status, made.json, made.headers.getSetCookie()]).toEqual([200, said, []])
  expect((await login(client, form)).status).toBe(200)
  const before = Date.now()
  expect((await register({ password: 'another password', confirm_password: 'another password' })).json).toEqual(said)
  expect(Date.now() - before).toBeGreaterThan(900)
  expect((await login(client, form)).status).toBe(200)
  await register({ name: 'x' })
  await register({ name: 'x' })
  expect((await register({})).status).toBe(429)
})

test('terms are shown to the signed in and accepted once', async () => {
  const client = await open({ terms: { text: '# Rules' } })
  const { token } = (await login(client)).json
  const config = await client.call('GET', '/api/config', { token })
  expect(config.json.interface.termsOfService).toMatchObject({ modalAcceptance: true, modalContent: '# Rules' })
  expect((await client.call('GET', '/api/user/terms', { token })).json).toEqual({
    termsAccepted: false,
    termsAcceptedAt: null,
  })
  const accepted = await client.call('POST', '/api/user/terms/accept', { token })
  expect(accepted.json).toMatchObject({ message: 'Terms accepted successfully', termsAcceptedAt: expect.any(String) })
  expect((await client.call('GET', '/api/user/terms', { token })).json.termsAccepted).toBe(true)
  double.setTerms(null)
  expect((await client.call('GET', '/api/config', { token })).json.interface).not.toHaveProperty('termsOfService')
})
