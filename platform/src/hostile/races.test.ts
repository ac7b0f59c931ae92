import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HttpResult, TestStack } from '../testing/stack.ts'
import { newPerson, password, startTestStack } from '../testing/stack.ts'
import { createPasswordHash } from '../users/password-hash.ts'

let stack: TestStack
let other: Client
beforeAll(async () => {
  stack = await startTestStack({ engine: false })
  other = new Client({ connectionString: stack.databaseUrl })
  await other.connect()
})
afterAll(async () => {
  await other.end()
  await stack.close()
})

const fresh = 'Sturdy-Teapot7?'
const login = (email: string, secret: string): Promise<HttpResult> =>
  stack.post('/api/users/login/', { email, password: secret })
const refresh = (token: string): Promise<HttpResult> => stack.post('/api/users/token/refresh/', { refresh: token })

/** Until so many statements wait for a lock that `other` holds. */
const waiting = async (statements = 1): Promise<void> => {
  const asleep = async (): Promise<unknown> =>
    (await stack.query(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'`))[0]?.['n']
  await expect.poll(asleep).toBe(statements)
}

test.each([
  ['of few rounds, which a login makes anew', 10],
  ['of today', 1000],
])(
  'a password that is changed while somebody signs in with the old one (a hash %s) stays changed',
  async (_what, rounds) => {
    const person = newPerson()
    const { id } = await stack.platform.createUser(person)
    await stack.query('UPDATE users_user SET password = $2 WHERE id = $1', [
      id,
      await createPasswordHash(rounds).make(password),
    ])
    await other.query('BEGIN')
    await other.query('UPDATE users_user SET password = $2 WHERE id = $1', [
      id,
      await createPasswordHash(1000).make(fresh),
    ])
    const late = login(person.email, password)
    await waiting()
    await other.query('COMMIT')
    expect(await late).toMatchObject({ status: 401, body: { error: 'Invalid email or password' } })
    expect((await login(person.email, password)).status).toBe(401)
    expect((await login(person.email, fresh)).status).toBe(200)
    const tokens = await stack.query('SELECT 1 FROM token_blacklist_outstandingtoken WHERE user_id = $1', [id])
    expect(tokens).toHaveLength(1)
  },
)

test('registrations of one address in another case that come to the same point at the same time: one user', async () => {
  const person = newPerson()
  await other.query('BEGIN')
  // Whoever would add a user waits; whoever only looks whether there is one does not.
  await other.query('LOCK TABLE users_user IN SHARE MODE')
  const spelt = [
    person.email,
    person.email.toUpperCase(),
    person.email.replace('d', 'D'),
    person.email.replace('e', 'E'),
  ]
  const all = spelt.map((email) => stack.post('/api/users/register/', { ...person, email }))
  await waiting(spelt.length)
  await other.query('COMMIT')
  const statuses = (await Promise.all(all)).map(({ status }) => status)
  expect(statuses.toSorted((a, b) => a - b)).toEqual([201, 400, 400, 400])
  expect(await stack.query('SELECT 1 FROM users_user WHERE lower(email) = $1', [person.email])).toHaveLength(1)
})

test('twenty logins at once, of a hash that each of them makes anew: all are signed in', async () => {
  const person = newPerson()
  const { id } = await stack.platform.createUser(person)
  await stack.query('UPDATE users_user SET password = $2 WHERE id = $1', [
    id,
    await createPasswordHash(10).make(password),
  ])
  const answers = await Promise.all(Array.from({ length: 20 }, () => login(person.email, password)))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
})

test('a user who is deactivated while signing in gets no tokens', async () => {
  const person = newPerson()
  const { id } = await stack.platform.createUser(person)
  await other.query('BEGIN')
  await other.query('UPDATE users_user SET is_active = false WHERE id = $1', [id])
  const late = login(person.email, password)
  await waiting()
  await other.query('COMMIT')
  expect((await late).status).toBe(401)
})

test('a session that is refreshed, or begun, while the password changes does not outlive it', async () => {
  for (let round = 0; round < 10; round++) {
    const person = newPerson()
    await stack.platform.createUser(person)
    const { access, refresh: token } = (await login(person.email, password)).body as { access: string; refresh: string }
    const change = { current_password: password, new_password: fresh, confirm_new_password: fresh }
    const [changed, ...rest] = await Promise.all([
      stack.post('/api/users/password/change/', change, { authorization: `Bearer ${access}` }),
      refresh(token),
      login(person.email, password),
      login(person.email, password),
    ])
    expect(changed?.status).toBe(200)
    const left = rest.filter(({ status }) => status === 200).map(({ body }) => (body as { refresh: string }).refresh)
    for (const one of [token, ...left])
      expect(await refresh(one)).toMatchObject({ status: 401, body: { detail: 'Token is blacklisted' } })
  }
})

test('a password that is changed twenty times at once is changed once: the others no longer know it', async () => {
  const person = newPerson()
  await stack.platform.createUser(person)
  const { access } = (await login(person.email, password)).body as { access: string }
  const next = (index: number): string => `Sturdy-Teapot${index}?`
  const changes = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      stack.post(
        '/api/users/password/change/',
        { current_password: password, new_password: next(index), confirm_new_password: next(index) },
        { authorization: `Bearer ${access}` },
      ),
    ),
  )
  const done = changes.findIndex(({ status }) => status === 200)
  for (const { status, body } of changes.toSpliced(done, 1))
    expect([status, body]).toEqual([400, { current_password: ['Current password is incorrect.'] }])
  expect((await login(person.email, next(done))).status).toBe(200)
})
