import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestStack } from '../testing/stack.ts'
import { call, newPerson, password, startTestStack } from '../testing/stack.ts'
import { createPasswordHash } from '../users/password-hash.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack()
})
afterAll(() => stack.close())

const login = (body: unknown): ReturnType<TestStack['post']> => stack.post('/api/users/login/', body)
const add = async (): Promise<{ id: string; email: string }> => {
  const person = newPerson()
  return { ...(await stack.platform.createUser(person)), email: person.email }
}

test('200 with both tokens, the user and the cookies', async () => {
  const { id, email } = await add()
  const { status, body, headers } = await login({ email, password })
  expect(status).toBe(200)
  const jwt = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  const user = {
    id,
    email,
    first_name: 'Demo',
    last_name: 'User',
    user_role: 'PROPERTY_OWNER',
    phone_number: '+1 555 0100',
  }
  expect(body).toEqual({ access: jwt, refresh: jwt, user })
  const { access, refresh } = body as { access: string; refresh: string }
  const cookies = headers.getSetCookie()
  expect(cookies.map((cookie) => cookie.split(';')[0])).toEqual([`access_token=${access}`, `refresh_token=${refresh}`])
  for (const cookie of cookies) expect(cookie).toMatch(/HttpOnly.*SameSite=Lax/)
  const [row] = await stack.query('SELECT last_login FROM users_user WHERE id = $1', [id])
  expect(row?.['last_login']).toBeInstanceOf(Date)
})

test('the address in any case; of two that Django let in, the same spelling', async () => {
  const { id, email } = await add()
  expect((await login({ email: email.toUpperCase(), password })).status).toBe(200)
  await stack.query(
    `INSERT INTO users_user SELECT password, last_login, is_superuser, gen_random_uuid(), upper(email), user_role,
       first_name, last_name, phone_number, date_joined + interval '1 day', is_active, is_staff FROM users_user WHERE id = $1`,
    [id],
  )
  const idOf = async (address: string): Promise<unknown> => {
    const { body } = await login({ email: address, password })
    return (body as { user: { id: string } }).user.id
  }
  expect(await idOf(email)).toBe(id)
  expect(await idOf(email.toUpperCase())).not.toBe(id)
})

test('401 alike for every kind of wrong credential', async () => {
  const [known, gone] = [await add(), await add()]
  await stack.query('UPDATE users_user SET is_active = false WHERE id = $1', [gone.id])
  const wrong = [
    { email: 'nobody@example.com', password },
    { email: known.email, password: `${password}x` },
    { email: known.email, password: password.toLowerCase() },
    { email: gone.email, password },
    { email: 'no address', password },
    { email: known.email },
    { email: known.email, password: null },
    { email: known.email, password: '' },
    { email: `${known.email}\0`, password },
    { email: { $ne: '' }, password },
    {},
    [],
    '"text"',
    '',
  ]
  for (const body of wrong) {
    const answer = await login(body)
    expect([body, answer.status, answer.body]).toEqual([body, 401, { error: 'Invalid email or password' }])
    expect(answer.headers.getSetCookie()).toEqual([])
  }
})

test('and in about the same time', async () => {
  const rounds = 100_000
  const slow = await stack.startAnother({ passwordIterations: rounds })
  const [known, old, gone] = [newPerson(), await add(), newPerson()]
  await slow.createUser(known)
  const { id } = await slow.createUser(gone)
  await stack.query('UPDATE users_user SET is_active = false WHERE id = $1', [id])

  const time = async (email: string): Promise<number> => {
    const started = performance.now()
    const body = JSON.stringify({ email, password: 'Wrong-Password9!' })
    const headers = { 'content-type': 'application/json' }
    const { status } = await call(slow.origin, '/api/users/login/', { method: 'POST', headers, body })
    expect(status).toBe(401)
    return performance.now() - started
  }
  const emails = [known.email, old.email, gone.email, 'nobody@example.com', 'no address']
  const times = emails.map(() => Infinity)
  // By turns, so that what else this machine does slows down all of them.
  for (let round = 0; round < 6; round++)
    for (const [index, email] of emails.entries()) times[index] = Math.min(times[index] ?? Infinity, await time(email))
  expect(Math.max(...times) / Math.min(...times)).toBeLessThan(2)
})

test('a hash of fewer rounds is made anew at login', async () => {
  const { id, email } = await add()
  await stack.query('UPDATE users_user SET password = $2 WHERE id = $1', [
    id,
    await createPasswordHash(10).make(password),
  ])
  expect((await login({ email, password })).status).toBe(200)
  const [row] = await stack.query('SELECT password FROM users_user WHERE id = $1', [id])
  expect(row?.['password']).toMatch(/^pbkdf2_sha256\$1000\$/)
  expect((await login({ email, password })).status).toBe(200)
})

test('500 when the database fails', async () => {
  const { email } = await add()
  await stack.query('ALTER TABLE token_blacklist_outstandingtoken RENAME TO away')
  try {
    expect(await login({ email, password })).toMatchObject({
      status: 500,
      body: { error: 'An error occurred during login' },
    })
  } finally {
    await stack.query('ALTER TABLE away RENAME TO token_blacklist_outstandingtoken')
  }
  expect((await login({ email, password })).status).toBe(200)
})
