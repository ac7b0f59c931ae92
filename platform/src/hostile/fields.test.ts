import { connect } from 'node:net'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFernet } from '../fernet.ts'
import type { LogEvent } from '../log.ts'
import type { HttpResult, TestStack } from '../testing/stack.ts'
import { call, newPerson, password, startTestStack } from '../testing/stack.ts'

let stack: TestStack
let bearer: Record<string, string>
const answers: HttpResult[] = []
beforeAll(async () => {
  stack = await startTestStack({ engine: false })
  const person = newPerson()
  await stack.platform.createUser(person)
  const { body } = await stack.post('/api/users/login/', { email: person.email, password })
  bearer = { authorization: `Bearer ${(body as { access: string }).access}` }
})
afterAll(() => stack.close())

const nasty: readonly unknown[] = [
  "' OR '1'='1",
  "'; DROP TABLE users_user; --",
  `"; DELETE FROM users_user WHERE 'x'='x`,
  "x' UNION SELECT password FROM users_user --",
  '$1::text',
  'x\r\nSet-Cookie: admin=1',
  'x\nHTTP/1.1 200 OK\r\n\r\n',
  '\u0000',
  'a\u0000b@example.com',
  '\u202Emoc.elpmaxe@x',
  'demo＠example.com',
  '\uD800',
  '😀'.repeat(31),
  'x'.repeat(20_000),
  '{"$gt": ""}',
  { $gt: '' },
  { toString: 'x', valueOf: 1 },
  ['a', 'b'],
  [],
  null,
  true,
  0,
  -1,
  1e308,
  '__proto__',
  '%00%0d%0a',
  '../../etc/passwd',
  '${7*7}',
  '<script>alert(1)</script>',
]
const calls: readonly [string, readonly string[]][] = [
  [
    '/api/users/register/',
    ['email', 'password', 'confirm_password', 'first_name', 'last_name', 'user_role', 'phone_number'],
  ],
  ['/api/users/login/', ['email', 'password']],
  ['/api/users/token/refresh/', ['refresh']],
  ['/api/users/token/verify/', ['token']],
  ['/api/users/logout/', ['refresh_token']],
  ['/api/users/password/change/', ['current_password', 'new_password', 'confirm_new_password']],
]
const rows = async (): Promise<Record<string, unknown>[]> =>
  stack.query('SELECT email, user_role, is_superuser, is_staff FROM users_user ORDER BY email')

test.each(calls)('%s: whatever stands in its fields is refused or taken as text, never more', async (path, fields) => {
  const before = await rows()
  for (const field of fields)
    for (const value of nasty) {
      const known = path.endsWith('register/') ? newPerson() : {}
      const answer = await stack.post(path, { ...known, [field]: value }, bearer)
      answers.push(answer)
      expect(answer.status, `${field} = ${JSON.stringify(value)?.slice(0, 60)}`).toBeLessThan(500)
      expect([...answer.headers.keys()]).not.toContain('admin')
      expect(answer.headers.getSetCookie().join()).not.toContain('admin=1')
    }
  const after = await rows()
  // Only registrations with a field that may be any text add a user, and none has rights.
  expect(after.length === before.length || path.endsWith('register/')).toBe(true)
  expect(after.filter((row) => row['is_superuser'] === true || row['is_staff'] === true)).toEqual([])
  for (const row of before) expect(after).toContainEqual(row)
})

test('what was taken as text is text: stored as it was sent, and given back as it is', async () => {
  const person = newPerson({ first_name: "Robert'); DROP--", last_name: '<b>"\\😀', phone_number: "' OR 1=1" })
  const { status, body } = await stack.post('/api/users/register/', person)
  expect(status).toBe(201)
  expect(body).toMatchObject({
    user: { first_name: "Robert'); DROP--", last_name: '<b>"\\😀', phone_number: "' OR 1=1" },
  })
})

test('30 characters are 30 characters, also of the big ones', async () => {
  expect((await stack.post('/api/users/register/', newPerson({ first_name: '😀'.repeat(30) }))).status).toBe(201)
  expect((await stack.post('/api/users/register/', newPerson({ first_name: '😀'.repeat(31) }))).status).toBe(400)
})

test('twenty registrations of one address at once, in any case: one user', async () => {
  const person = newPerson()
  const spell = (index: number): string => (index % 2 === 0 ? person.email : person.email.toUpperCase())
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, index) => stack.post('/api/users/register/', { ...person, email: spell(index) })),
  )
  expect(all.filter(({ status }) => status === 201)).toHaveLength(1)
  for (const answer of all.filter(({ status }) => status !== 201))
    expect(answer).toMatchObject({ status: 400, body: { email: ['A user with this email address already exists.'] } })
  const found = await stack.query('SELECT 1 FROM users_user WHERE lower(email) = lower($1)', [person.email])
  expect(found).toHaveLength(1)
  const requests = await stack.query(
    'SELECT 1 FROM hestami_platform_librechat JOIN users_user ON id = user_id WHERE lower(email) = lower($1)',
    [person.email],
  )
  expect(requests).toHaveLength(1)
})

test('headers that lie: one log line a call, one object a line, nothing of them raw', async () => {
  const before = stack.log.length
  const socket = connect(Number(new URL(stack.platform.origin).port), '127.0.0.1')
  const request = [
    'GET /api/users/profile/ HTTP/1.1',
    'Host: x',
    `Authorization: ${bearer['authorization']}`,
    'X-Forwarded-For: 1.2.3.4\u0001\u001B[2J\u2028, "},{"level":"error"',
    'X-Request-Id: "},{"event":"audit.librechat-password"',
    'User-Agent: \u001B]0;title\u0007',
    'Connection: close',
    '\r\n',
  ].join('\r\n')
  socket.end(Buffer.from(request, 'latin1'))
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  expect(Buffer.concat(chunks).toString('latin1')).toMatch(/^HTTP\/1\.1 (200|400)/)
  const lines = stack.log.slice(before).map((event) => JSON.stringify(event))
  // oxlint-disable-next-line no-control-regex -- exactly those must not be there
  for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u2028]|title|audit\.librechat-password/)
})

test('a proxy that passes on what is no address: the connection counts, and the audit line is one line of ASCII', async () => {
  const key = randomBytes(32).toString('base64url')
  const proxied = await stack.startAnother({ trustedProxies: ['loopback'], encryptionKey: key })
  const person = newPerson()
  const { id } = await proxied.createUser(person)
  await stack.query('UPDATE users_user SET librechat_user_id = $2, librechat_password_encrypted = $3 WHERE id = $1', [
    id,
    'f'.repeat(24),
    createFernet(key).encrypt('handed-out'),
  ])
  const { body } = await stack.post('/api/users/login/', { email: person.email, password })
  const authorization = `Bearer ${(body as { access: string }).access}`
  const told = async (forwarded: string): Promise<LogEvent['fields']> => {
    const before = stack.log.length
    const headers = { authorization, 'x-forwarded-for': forwarded }
    const answer = await call(proxied.origin, '/api/users/librechat-password/', { headers })
    expect(answer.status).toBe(200)
    const lines = stack.log.slice(before).filter(({ event }) => event === 'audit.librechat-password')
    expect(lines).toHaveLength(1)
    return lines[0]?.fields
  }
  expect((await told('203.0.113.7'))?.['address']).toBe('203.0.113.7')
  expect((await told('2001:db8::7'))?.['address']).toBe('2001:db8::7')
  const lies = ["' OR 1=1 --", '1.2.3.4; DROP', '"},{"event":"x"', 'ÿ\u0085', '\t', '::1%{x}', '', '1.2.3', 'localhost']
  for (const lie of [...lies, '9'.repeat(5000), `::1%${'a'.repeat(5000)}`]) {
    const { address, forwardedFor } = (await told(lie)) ?? {}
    expect(String(address)).toMatch(/^(127\.0\.0\.1|::1)$/)
    expect(String(forwardedFor)).toMatch(/^[\x20-\x7e]{0,200}$/)
  }
  await proxied.close()
})

test('no answer of all these tells an SQL error, a stack, a hash or a field of LibreChat', () => {
  expect(answers.length).toBeGreaterThan(300)
  for (const { body, headers } of answers) {
    expect(JSON.stringify(body) ?? '').not.toMatch(
      /syntax error|pg_|node_modules|at \/|pbkdf2_sha256|gAAAA|librechat_(?!password\b)/,
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('server')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
  }
  expect(stack.log.filter(({ level }) => level === 'error')).toEqual([])
})
