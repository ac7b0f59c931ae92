import { createHmac, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { python } from '../testing/python.ts'
import { createJwt } from './jwt.ts'

const secret = 'a-secret-of-the-tests-0123456789abcdef'
const userId = randomUUID()
const jwt = createJwt({ secret, accessSeconds: 900, refreshSeconds: 604_800 })
const now = (): number => Math.floor(Date.now() / 1000)
const good = (): Record<string, unknown> => ({
  token_type: 'access',
  exp: now() + 60,
  iat: now(),
  jti: 'a'.repeat(32),
  user_id: userId,
})
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const sign = (payload: unknown, { alg = 'HS256', hash = 'sha256', key = secret } = {}): string => {
  const content = `${encode({ alg, typ: 'JWT' })}.${encode(payload)}`
  return `${content}.${createHmac(hash, key).update(content).digest('base64url')}`
}

test('carries simplejwt’s claims for as long as it says', async () => {
  for (const [type, seconds] of [['access', 900] as const, ['refresh', 604_800] as const]) {
    const { token } = await jwt.issue(type, userId)
    const claims = await jwt.verify(token, type)
    expect(claims).toEqual({
      token_type: type,
      exp: (claims?.iat ?? 0) + seconds,
      iat: expect.any(Number),
      jti: expect.stringMatching(/^[0-9a-f]{32}$/),
      user_id: userId,
    })
    expect(Math.abs((claims?.iat ?? 0) - now())).toBeLessThan(5)
  }
  const [one, two] = [await jwt.issue('access', userId), await jwt.issue('access', userId)]
  expect(one.claims.jti).not.toBe(two.claims.jti)
})

test('Python verifies the signature, and one made in Python is taken', async () => {
  const { token, claims } = await jwt.issue('refresh', userId)
  const theirs = (await python(
    `import hmac, hashlib, base64
b64 = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b'=')
sign = lambda content: b64(hmac.new(data['secret'].encode(), content, hashlib.sha256).digest())
head, body, mac = data['token'].encode().split(b'.')
assert hmac.compare_digest(sign(head + b'.' + body), mac)
read = json.loads(base64.urlsafe_b64decode(body + b'=' * (-len(body) % 4)))
content = b64(b'{"typ":"JWT","alg":"HS256"}') + b'.' + b64(json.dumps(data['payload']).encode())
print(json.dumps({'read': read, 'made': (content + b'.' + sign(content)).decode()}))`,
    { secret, token, payload: good() },
  )) as { read: unknown; made: string }
  expect(theirs.read).toEqual(claims)
  expect(await jwt.verify(theirs.made, 'access')).toMatchObject({ user_id: userId })
})

test('a token is of one type', async () => {
  const { token } = await jwt.issue('access', userId)
  expect(await jwt.verify(token, 'refresh')).toBeNull()
  expect(await jwt.verify(token)).not.toBeNull()
})

test('the tests’ own signer makes good tokens', async () => {
  expect(await jwt.verify(sign(good()), 'access')).not.toBeNull()
})

test.each<[string, () => string]>([
  ['nothing', () => ''],
  ['no token', () => 'a.b.c'],
  ['alg none', () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode(good())}.`],
  ['another algorithm under the same key', () => sign(good(), { alg: 'HS512', hash: 'sha512' })],
  ['another key', () => sign(good(), { key: `${secret}x` })],
  ['expired', () => sign({ ...good(), exp: now() - 1 })],
  ['without end', () => sign({ ...good(), exp: undefined })],
  ['without type', () => sign({ ...good(), token_type: undefined })],
  ['without jti', () => sign({ ...good(), jti: undefined })],
  ['user id no UUID', () => sign({ ...good(), user_id: '1 OR 1=1' })],
  ['altered', () => sign(good()).replace(/\.[^.]+\./, `.${encode({ ...good(), user_id: randomUUID() })}.`)],
  ['signature cut off', () => sign(good()).slice(0, -3)],
])('refuses: %s', async (_name, make) => {
  expect(await jwt.verify(make())).toBeNull()
})

test('an empty secret is refused', () => {
  expect(() => createJwt({ secret: '', accessSeconds: 1, refreshSeconds: 1 })).toThrow('the JWT secret is empty')
})
