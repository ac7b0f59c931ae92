import { createHmac, generateKeyPairSync, randomBytes, randomUUID, sign as signWith } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFernet } from '../fernet.ts'
import type { TestStack } from '../testing/stack.ts'
import { jwtSecret, newPerson, password, startTestStack } from '../testing/stack.ts'
import { seedUsers } from '../testing/users.ts'

const encryptionKey = randomBytes(32).toString('base64url')
let stack: TestStack
let user: { id: string; email: string; access: string; refresh: string }
beforeAll(async () => {
  stack = await startTestStack({ engine: false, encryptionKey })
  user = await signedIn()
})
afterAll(() => stack.close())

async function signedIn(): Promise<typeof user> {
  const person = newPerson()
  const { id } = await stack.platform.createUser(person)
  const { body } = await stack.post('/api/users/login/', { email: person.email, password })
  return { id, email: person.email, ...(body as { access: string; refresh: string }) }
}

const now = (): number => Math.floor(Date.now() / 1000)
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const claims = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  token_type: 'access',
  exp: now() + 600,
  iat: now(),
  jti: randomUUID().replaceAll('-', ''),
  user_id: user.id,
  ...changes,
})
interface Signing {
  readonly head?: Record<string, unknown>
  readonly hash?: string
  readonly key?: string
}
function token(payload: unknown, { head = {}, hash = 'sha256', key = jwtSecret }: Signing = {}): string {
  const content = `${encode({ alg: 'HS256', typ: 'JWT', ...head })}.${encode(payload)}`
  return `${content}.${createHmac(hash, key).update(content).digest('base64url')}`
}
const unsigned = (alg: unknown, signature = ''): string =>
  `${encode({ alg, typ: 'JWT' })}.${encode(claims())}.${signature}`

const profile = (bearer: string): ReturnType<TestStack['get']> =>
  stack.get('/api/users/profile/', { authorization: `Bearer ${bearer}` })
const notValid = { code: 'token_not_valid' }

test('the signer of these tests makes tokens that are taken, so that a refusal means something', async () => {
  expect(await profile(token(claims()))).toMatchObject({ status: 200, body: { id: user.id } })
})

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const withRsa = (): string => {
  const content = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims())}`
  return `${content}.${signWith('sha256', Buffer.from(content), privateKey).toString('base64url')}`
}

test.each<[string, () => string]>([
  ...['none', 'None', 'NONE', 'nOnE', '', null, 0, ['HS256']].map((alg): [string, () => string] => [
    `alg ${JSON.stringify(alg)}`,
    () => unsigned(alg),
  ]),
  ['alg none with a good signature', () => token(claims(), { head: { alg: 'none' } })],
  ['HS256 without signature', () => unsigned('HS256')],
  ['the empty secret', () => token(claims(), { key: '' })],
  ['another secret', () => token(claims(), { key: 'another-secret-of-at-least-32-characters' })],
  ['HS384 under the secret', () => token(claims(), { head: { alg: 'HS384' }, hash: 'sha384' })],
  ['HS512 under the secret', () => token(claims(), { head: { alg: 'HS512' }, hash: 'sha512' })],
  ['RS256', withRsa],
  ['HMAC under a public key', () => token(claims(), { head: { alg: 'HS256', kid: 'rsa' }, key: pem })],
  ['an unknown critical header', () => token(claims(), { head: { crit: ['b64'], b64: false } })],
  ['another critical header', () => token(claims(), { head: { crit: ['exp'] } })],
  ['altered claims', () => token(claims()).replace(/\.[^.]+\./, `.${encode(claims({ user_id: randomUUID() }))}.`)],
  [
    'a signature of another token',
    () => [...token(claims()).split('.').slice(0, 2), token(claims({ iat: 1 })).split('.')[2]].join('.'),
  ],
  ['padding', () => `${token(claims())}=`],
  ['a fourth part', () => `${token(claims())}.x`],
  ['100 KB', () => token(claims({ filler: 'x'.repeat(8_000) })).replace('.', '.A')],
  ['expired a second ago', () => token(claims({ exp: now() - 1 }))],
  ['expired now', () => token(claims({ exp: now() }))],
  ['exp as text', () => token(claims({ exp: String(now() + 600) }))],
  ['exp as a fraction', () => token(claims({ exp: now() + 600.5 }))],
  ['exp beyond all numbers', () => token(claims({ exp: 1e300 }))],
  ['exp negative', () => token(claims({ exp: -1 }))],
  ['exp null', () => token(claims({ exp: null }))],
  ['not valid before tomorrow', () => token(claims({ nbf: now() + 86_400 }))],
  ['no iat', () => token(claims({ iat: undefined }))],
  ['no jti', () => token(claims({ jti: undefined }))],
  ['no type', () => token(claims({ token_type: undefined }))],
  ['a refresh token', () => user.refresh],
  ['type of another case', () => token(claims({ token_type: 'Access' }))],
  ['no user', () => token(claims({ user_id: undefined }))],
  ['a user id that is SQL', () => token(claims({ user_id: `${user.id}' OR '1'='1` }))],
  ['a user id in an array', () => token(claims({ user_id: [user.id] }))],
  ['a user id that is no id', () => token(claims({ user_id: 'x' }))],
  ['exp after the last day that databases know', () => token(claims({ exp: 2 ** 53 - 1 }))],
  ['iat after it', () => token(claims({ iat: 2 ** 53 - 1 }))],
  ['iat before all days', () => token(claims({ iat: 1 - 2 ** 53 }))],
  ['nbf as text', () => token(claims({ nbf: '0' }))],
  ['a jti that is no text for a database', () => token(claims({ jti: 'a\0b' }))],
  ['a jti that is half a character', () => token(claims({ jti: '\uD800' }))],
  ['claims that are no object', () => token('x')],
  ['claims that are null', () => token(null)],
])('no access with: %s', async (_name, make) => {
  expect(await profile(make())).toMatchObject({ status: 401, body: notValid })
})

test('what opens no door refreshes, verifies and ends nothing either', async () => {
  const bad = (changes: Record<string, unknown>, signing?: Signing): string =>
    token(claims({ token_type: 'refresh', ...changes }), signing)
  const forged = [
    bad({}, { key: '' }),
    bad({}, { head: { alg: 'none' } }),
    bad({}, { head: { alg: 'HS512' }, hash: 'sha512' }),
    bad({ exp: now() - 1 }),
    bad({ exp: 2 ** 53 - 1 }),
    bad({ iat: 1 - 2 ** 53 }),
    bad({ iat: 2 ** 53 - 1 }),
    bad({ jti: 'a\0b' }),
    bad({ jti: "x'); DROP TABLE users_user; --", exp: 1e300 }),
    bad({ user_id: `${user.id}'--` }),
    unsigned('none'),
    `${user.refresh}${'A'.repeat(50_000)}`,
  ]
  const authorization = `Bearer ${user.access}`
  for (const one of forged) {
    const refreshed = await stack.post('/api/users/token/refresh/', { refresh: one })
    expect([refreshed.status, refreshed.body]).toEqual([401, { detail: 'Token is invalid or expired' }])
    const verified = await stack.post('/api/users/token/verify/', { token: one })
    expect(verified).toMatchObject({ status: 401, body: { valid: false, detail: 'Token is invalid or expired' } })
    const ended = await stack.post('/api/users/logout/', { refresh_token: one }, { authorization })
    expect([ended.status, ended.body]).toEqual([400, { detail: 'Invalid token or logout failed.' }])
  }
  expect((await stack.post('/api/users/token/verify/', { token: user.refresh })).status).toBe(200)
})

test('a refresh token is dead after logout, and nobody ends the session of another', async () => {
  const [one, other] = [await signedIn(), await signedIn()]
  const logout = async (bearer: string, refresh_token: string): Promise<number> =>
    (await stack.post('/api/users/logout/', { refresh_token }, { authorization: `Bearer ${bearer}` })).status
  expect(await logout(other.access, one.refresh)).toBe(400)
  const { status, body } = await stack.post('/api/users/token/refresh/', { refresh: one.refresh })
  expect(status).toBe(200)
  const { refresh } = body as { refresh: string }
  expect([await logout(one.access, refresh), await logout(one.access, refresh)]).toEqual([200, 400])
  const dead = { status: 401, body: { detail: 'Token is blacklisted' } }
  expect(await stack.post('/api/users/token/refresh/', { refresh })).toMatchObject(dead)
  expect((await stack.post('/api/users/token/verify/', { token: refresh })).status).toBe(401)
})

test('a database whose clock is ahead forgets no blacklisted token that is still good here', async () => {
  const [out, changed] = [await signedIn(), await signedIn()]
  const refresh = async (token: string): Promise<unknown> =>
    (await stack.post('/api/users/token/refresh/', { refresh: token })).body
  const headers = (access: string): Record<string, string> => ({ authorization: `Bearer ${access}` })
  await stack.query(
    `UPDATE token_blacklist_outstandingtoken SET expires_at = now() - interval '10 minutes' WHERE user_id = ANY($1)`,
    [[out.id, changed.id]],
  )
  await stack.post('/api/users/logout/', { refresh_token: out.refresh }, headers(out.access))
  const next = 'Sturdy-Teapot7?'
  const change = { current_password: password, new_password: next, confirm_new_password: next }
  expect((await stack.post('/api/users/password/change/', change, headers(changed.access))).status).toBe(200)
  // Each start tidies up.
  await (await stack.startAnother()).close()
  expect(await refresh(out.refresh)).toEqual({ detail: 'Token is blacklisted' })
  expect(await refresh(changed.refresh)).toEqual({ detail: 'Token is blacklisted' })
})

test('headers that name a key elsewhere change nothing: the key is ours', async () => {
  const head = { kid: '../../dev/null', jku: 'http://127.0.0.1:9/keys', x5u: 'http://127.0.0.1:9/x' }
  expect((await profile(token(claims(), { head }))).status).toBe(200)
  expect((await profile(token(claims(), { head, key: '' }))).status).toBe(401)
})

test('of a user who is not there, gone, or not active: 401, each in its own words', async () => {
  expect(await profile(token(claims({ user_id: randomUUID() })))).toMatchObject({
    status: 401,
    body: { code: 'user_not_found' },
  })
  const [seeded] = await seedUsers(stack.query, 1)
  const gone = token(claims({ user_id: seeded?.id }))
  expect((await profile(gone)).status).toBe(200)
  await stack.query('DELETE FROM users_user WHERE id = $1', [seeded?.id])
  expect(await profile(gone)).toMatchObject({ status: 401, body: { code: 'user_not_found' } })
  const refresh = token(claims({ user_id: seeded?.id, token_type: 'refresh' }))
  expect((await stack.post('/api/users/token/refresh/', { refresh })).status).toBe(401)
  const other = await signedIn()
  await stack.query('UPDATE users_user SET is_active = false WHERE id = $1', [other.id])
  expect(await profile(other.access)).toMatchObject({ status: 401, body: { code: 'user_inactive' } })
  expect((await stack.post('/api/users/token/refresh/', { refresh: other.refresh })).status).toBe(401)
})

test('clocks that differ: a token is good until its own end, whatever the maker thinks the time is', async () => {
  const [ahead, behind] = [now() + 300, now() - 300]
  expect((await profile(token(claims({ iat: ahead, exp: ahead + 900 })))).status).toBe(200)
  expect((await profile(token(claims({ iat: behind, exp: behind + 900 })))).status).toBe(200)
  expect((await profile(token(claims({ iat: behind - 900, exp: behind })))).status).toBe(401)
})

test('a LibreChat password that was sealed by a clock that is ahead, or long ago, is handed out', async () => {
  const sealed = (at: number): string => createFernet(encryptionKey).encrypt('sealed-elsewhere', at)
  for (const at of [Date.now() + 86_400_000, Date.now() + 300_000, 0]) {
    const [seeded] = await seedUsers(stack.query, 1, { librechatId: 'f'.repeat(24), sealed: sealed(at) })
    const bearer = { authorization: `Bearer ${token(claims({ user_id: seeded?.id }))}` }
    expect(await stack.get('/api/users/librechat-password/', bearer)).toMatchObject({
      status: 200,
      body: { librechat_password: 'sealed-elsewhere' },
    })
  }
})

test('any 128 bits are a user id, as Django has it', async () => {
  const user_id = '11111111-1111-1111-1111-111111111111'
  await seedUsers(stack.query, 1, { id: user_id })
  expect(await profile(token(claims({ user_id })))).toMatchObject({ status: 200, body: { id: user_id } })
  const refresh = token(claims({ user_id, token_type: 'refresh' }))
  expect((await stack.post('/api/users/token/refresh/', { refresh })).status).toBe(200)
})

test('a refresh token opens nothing else, and an access token refreshes nothing', async () => {
  for (const path of ['/api/users/profile/', '/api/users/librechat-password/'])
    expect((await stack.get(path, { authorization: `Bearer ${user.refresh}` })).status).toBe(401)
  expect(await stack.post('/api/users/token/refresh/', { refresh: user.access })).toMatchObject({
    status: 401,
    body: { detail: 'Token is invalid or expired' },
  })
})

test('one refresh token twenty times at once: one success', async () => {
  const { refresh } = await signedIn()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => stack.post('/api/users/token/refresh/', { refresh })),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  for (const answer of answers.filter(({ status }) => status !== 200))
    expect(answer).toMatchObject({ status: 401, body: { detail: 'Token is blacklisted' } })
})

test('forged refresh tokens leave no row behind', async () => {
  const count = async (): Promise<unknown> =>
    (await stack.query('SELECT count(*) AS tokens FROM token_blacklist_outstandingtoken'))[0]?.['tokens']
  const before = await count()
  const forged = token(claims({ token_type: 'refresh' }), { key: 'another-secret-of-at-least-32-characters' })
  for (const refresh of [forged, unsigned('none'), 'x', '\0', `${forged}'--`])
    expect((await stack.post('/api/users/token/refresh/', { refresh })).status).toBe(401)
  for (const refresh_token of [forged, "'; DROP TABLE users_user; --"])
    expect(
      (
        await stack.post(
          '/api/users/logout/',
          { refresh_token },
          { authorization: `Bearer ${(await signedIn()).access}` },
        )
      ).status,
    ).toBe(400)
  expect(Number(await count())).toBe(Number(before) + 2)
})
