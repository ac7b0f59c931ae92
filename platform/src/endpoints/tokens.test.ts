import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { python } from '../testing/python.ts'
import type { TestStack } from '../testing/stack.ts'
import { call, jwtSecret, newPerson, password, startTestStack } from '../testing/stack.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack()
})
afterAll(() => stack.close())

type Tokens = { readonly access: string; readonly refresh: string }

const signIn = async (): Promise<Tokens & { id: string }> => {
  const { id } = await stack.platform.createUser(newPerson())
  return { id, ...(await again(id)) }
}
const again = async (id: string): Promise<Tokens> => {
  const [row] = await stack.query('SELECT email FROM users_user WHERE id = $1', [id])
  return (await stack.post('/api/users/login/', { email: row?.['email'], password })).body as Tokens
}
const refresh = (token: unknown): ReturnType<TestStack['post']> =>
  stack.post('/api/users/token/refresh/', { refresh: token })
const verify = (token: unknown): ReturnType<TestStack['post']> => stack.post('/api/users/token/verify/', { token })
const profile = (token: string): ReturnType<TestStack['get']> =>
  stack.get('/api/users/profile/', { authorization: `Bearer ${token}` })
const expired = (type: string, id: string): string => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { token_type: type, exp: 1_700_000_000, iat: 1_699_999_000, jti: 'f'.repeat(32), user_id: id }
  const content = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${content}.${createHmac('sha256', jwtSecret).update(content).digest('base64url')}`
}
const blacklisted = { detail: 'Token is blacklisted' }
const invalid = { detail: 'Token is invalid or expired' }

test('refresh rotates: both tokens are new, the old one is blacklisted', async () => {
  const first = await signIn()
  const { status, body, headers } = await refresh(first.refresh)
  expect(status).toBe(200)
  const second = body as Tokens
  expect(Object.keys(second).toSorted()).toEqual(['access', 'refresh'])
  expect(new Set([first.access, first.refresh, second.access, second.refresh]).size).toBe(4)
  expect(headers.getSetCookie().map((line) => line.split(';')[0])).toEqual([
    `access_token=${second.access}`,
    `refresh_token=${second.refresh}`,
  ])
  expect((await profile(second.access)).status).toBe(200)
  expect(await refresh(first.refresh)).toMatchObject({ status: 401, body: blacklisted })
  expect((await refresh(second.refresh)).status).toBe(200)
})

test('of many refreshes at once exactly one wins, on two servers too', async () => {
  const other = await stack.startAnother()
  const elsewhere = (token: string): ReturnType<TestStack['post']> =>
    call(other.origin, '/api/users/token/refresh/', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refresh: token }),
    })
  for (let round = 0; round < 5; round++) {
    const { refresh: token } = await signIn()
    const answers = await Promise.all([refresh, elsewhere, refresh, elsewhere].map((send) => send(token)))
    const lost = answers.filter(({ status }) => status !== 200)
    expect(lost).toHaveLength(3)
    expect(lost.map(({ status, body }) => [status, body])).toEqual(lost.map(() => [401, blacklisted]))
  }
})

test('a rotation that fails half-way leaves the old token good', async () => {
  const { refresh: token } = await signIn()
  await stack.query(`ALTER TABLE token_blacklist_outstandingtoken ADD CONSTRAINT blocked CHECK (false) NOT VALID`)
  try {
    expect(await refresh(token)).toMatchObject({
      status: 500,
      body: { detail: 'An error occurred during token refresh' },
    })
  } finally {
    await stack.query('ALTER TABLE token_blacklist_outstandingtoken DROP CONSTRAINT blocked')
  }
  expect((await refresh(token)).status).toBe(200)
})

test('400 without a token, 401 for one that is not good', async () => {
  const missing = { detail: 'No refresh token provided. Please ensure you have a valid refresh token.' }
  for (const body of [{}, { refresh: '' }, { refresh: null }, [], '']) {
    expect(await stack.post('/api/users/token/refresh/', body)).toMatchObject({ status: 400, body: missing })
  }
  expect(await refresh('  ')).toMatchObject({
    status: 400,
    body: { detail: 'Refresh token cannot be empty. Please provide a valid refresh token.' },
  })
  const { access, refresh: good, id } = await signIn()
  for (const token of ['nonsense', 5, { a: 1 }, access, `${good}x`, expired('refresh', id)]) {
    expect(await refresh(token)).toMatchObject({ status: 401, body: invalid })
  }
  expect((await refresh(good)).status).toBe(200)
})

test('a deactivated or removed user refreshes no more', async () => {
  const { refresh: token, id } = await signIn()
  await stack.query('UPDATE users_user SET is_active = false WHERE id = $1', [id])
  expect(await refresh(token)).toMatchObject({ status: 401, body: invalid })
  await stack.query('DELETE FROM token_blacklist_outstandingtoken WHERE user_id = $1', [id])
  await stack.query('DELETE FROM users_user WHERE id = $1', [id])
  expect(await refresh(token)).toMatchObject({ status: 401, body: invalid })
})

test('browsers refresh by their cookie', async () => {
  const { refresh: token } = await signIn()
  const cookie = `other=1; refresh_token=${token}`
  expect((await stack.post('/api/users/token/refresh/', {}, { cookie })).status).toBe(200)
  expect(await refresh(token)).toMatchObject({ status: 401, body: blacklisted })
})

test('verify takes both kinds, and says no to bad and blacklisted ones', async () => {
  const { access, refresh: token, id } = await signIn()
  for (const one of [access, token])
    expect(await verify(one)).toMatchObject({ status: 200, body: { valid: true, message: 'Token is valid' } })
  const detail = 'Token is invalid or expired'
  for (const one of ['nonsense', expired('access', id)])
    expect(await verify(one)).toMatchObject({ status: 401, body: { valid: false, detail, error: detail } })
  await refresh(token)
  expect(await verify(token)).toMatchObject({
    status: 401,
    body: { valid: false, detail, error: 'Token is blacklisted' },
  })
  for (const one of [undefined, null, '', 7])
    expect(await verify(one)).toMatchObject({
      status: 400,
      body: { valid: false, detail: 'An error occurred during token verification', error: expect.any(String) },
    })
})

test('logout blacklists the refresh token and clears the cookies', async () => {
  const { access, refresh: token } = await signIn()
  const bearer = { authorization: `Bearer ${access}` }
  const out = await stack.post('/api/users/logout/', { refresh_token: token }, bearer)
  expect(out).toMatchObject({ status: 200, body: { detail: 'Successfully logged out.' } })
  for (const cookie of out.headers.getSetCookie()) expect(cookie).toMatch(/^(access|refresh)_token="";.*Max-Age=0;/)
  expect(await refresh(token)).toMatchObject({ status: 401, body: blacklisted })
  const failed = { status: 400, body: { detail: 'Invalid token or logout failed.' } }
  expect(await stack.post('/api/users/logout/', { refresh_token: token }, bearer)).toMatchObject(failed)
  for (const body of [{}, { refresh_token: 'nonsense' }, { refresh_token: access }, { refresh_token: 3 }])
    expect(await stack.post('/api/users/logout/', body, bearer)).toMatchObject(failed)
  expect(await stack.post('/api/users/logout/', { refresh_token: token })).toMatchObject({ status: 401 })
})

test('nobody logs another user out; browsers log out by their cookie', async () => {
  const [mine, theirs] = [await signIn(), await signIn()]
  const bearer = { authorization: `Bearer ${mine.access}` }
  expect((await stack.post('/api/users/logout/', { refresh_token: theirs.refresh }, bearer)).status).toBe(400)
  expect((await refresh(theirs.refresh)).status).toBe(200)
  const cookie = `refresh_token=${mine.refresh}`
  expect((await stack.post('/api/users/logout/', {}, { ...bearer, cookie })).status).toBe(200)
  expect((await refresh(mine.refresh)).status).toBe(401)
})

test('the bearer: missing, bad, expired, of another type, of a user who is gone', async () => {
  const { access, refresh: token, id } = await signIn()
  const missing = { detail: 'Authentication credentials were not provided.' }
  for (const headers of [
    {},
    { authorization: '' },
    { authorization: `Token ${access}` },
    { cookie: `access_token=${access}` },
  ])
    expect(await stack.get('/api/users/profile/', headers as Record<string, string>)).toMatchObject({
      status: 401,
      body: missing,
    })
  const message = { token_class: 'AccessToken', token_type: 'access', message: 'Token is invalid or expired' }
  for (const bad of ['nonsense', token, expired('access', id)]) {
    const answer = await profile(bad)
    expect([answer.status, answer.body]).toEqual([
      401,
      { detail: 'Given token not valid for any token type', code: 'token_not_valid', messages: [message] },
    ])
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="api"')
  }
  expect(await profile('two parts')).toMatchObject({ status: 401, body: { code: 'bad_authorization_header' } })
  await stack.query('UPDATE users_user SET is_active = false WHERE id = $1', [id])
  expect(await profile(access)).toMatchObject({ status: 401, body: { code: 'user_inactive' } })
  await stack.query('DELETE FROM token_blacklist_outstandingtoken WHERE user_id = $1', [id])
  await stack.query('DELETE FROM users_user WHERE id = $1', [id])
  expect(await profile(access)).toMatchObject({ status: 401, body: { code: 'user_not_found' } })
})

test('tokens made in Python are as good as ours, refresh tokens that nobody has seen included', async () => {
  const { id } = await signIn()
  const now = Math.floor(Date.now() / 1000)
  const claims = { exp: now + 60, iat: now, user_id: id }
  const [access, refreshToken] = (await python(
    `import hmac, hashlib, base64
b64 = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b'=')
def make(payload):
    content = b64(b'{"alg":"HS256","typ":"JWT"}') + b'.' + b64(json.dumps(payload).encode())
    return (content + b'.' + b64(hmac.new(data['secret'].encode(), content, hashlib.sha256).digest())).decode()
print(json.dumps([make(payload) for payload in data['payloads']]))`,
    {
      secret: jwtSecret,
      payloads: [
        { token_type: 'access', jti: '0'.repeat(32), ...claims },
        { token_type: 'refresh', jti: '1'.repeat(32), ...claims },
      ],
    },
  )) as [string, string]
  expect((await profile(access)).status).toBe(200)
  expect((await refresh(refreshToken)).status).toBe(200)
  expect(await refresh(refreshToken)).toMatchObject({ status: 401, body: blacklisted })
})

test('tables hold no token that signs anybody in, and forget what has expired', async () => {
  const { id, refresh: token } = await signIn()
  await refresh(token)
  const rows = await stack.query('SELECT token, jti FROM token_blacklist_outstandingtoken WHERE user_id = $1', [id])
  expect(rows).toHaveLength(2)
  for (const row of rows) expect(row['token']).toMatch(/^[\w-]+\.[\w-]+\.$/)
  await stack.query(
    `UPDATE token_blacklist_outstandingtoken SET expires_at = now() - interval '25 hours' WHERE user_id = $1`,
    [id],
  )
  await stack.startAnother()
  const left = await stack.query('SELECT 1 FROM token_blacklist_outstandingtoken WHERE user_id = $1', [id])
  expect(left).toEqual([])
})
