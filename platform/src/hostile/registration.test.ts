import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestStack } from '../testing/stack.ts'
import { newPerson, password, startTestStack } from '../testing/stack.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack()
  await stack.platform.provisioning.engineStarted
})
afterAll(() => stack.close())

test('twenty registrations of one address at once, in any case: one user and one LibreChat account', async () => {
  const person = newPerson()
  const spell = (index: number): string =>
    Array.from(person.email, (sign, at) => ((index >> (at % 5)) & 1 ? sign.toUpperCase() : sign)).join('')
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => stack.post('/api/users/register/', { ...person, email: spell(index) })),
  )
  const [registered, ...others] = answers.toSorted((a, b) => a.status - b.status)
  expect(registered?.status).toBe(201)
  for (const { status, body, headers } of others) {
    expect([status, body]).toEqual([400, { email: ['A user with this email address already exists.'] }])
    expect(headers.getSetCookie()).toEqual([])
  }
  const found = await stack.query('SELECT id FROM users_user WHERE lower(email) = $1', [person.email])
  const id = String(found[0]?.['id'])
  expect(registered?.body).toMatchObject({ user: { id } })
  expect(found).toEqual([{ id }])
  expect(await stack.platform.provision(id)).toBe('provisioned')
  expect([...stack.librechat.accounts.keys()].filter((email) => email === person.email)).toHaveLength(1)
  const calls = stack.librechat.calls.filter(
    ({ path, body }) => path === '/api/auth/register' && body['email']?.toLowerCase() === person.email,
  )
  expect(calls).toHaveLength(1)
})

test('an address that is as long as one may be, and longer in lower case', async () => {
  const ofLength = (length: number, label: string): string => {
    const domain = `${label.repeat(120)}example.com`
    return `${'a'.repeat(length - Array.from(domain).length - 1)}@${domain}`
  }
  const fits = ofLength(254, 'i.')
  expect((await stack.post('/api/users/register/', newPerson({ email: fits }))).status).toBe(201)
  // In lower case İ is two characters.
  for (const email of [ofLength(255, 'i.'), ofLength(254, '\u0130.'), ofLength(140 + 120, '\u0130.')])
    expect(await stack.post('/api/users/register/', newPerson({ email }))).toMatchObject({
      status: 400,
      body: { email: ['Ensure this field has no more than 254 characters.'] },
    })
})

test('an address that only looks alike is another one, also where PostgreSQL has another idea of lower case', async () => {
  const person = newPerson({ email: 'demo@mail.info.example' })
  const { id } = await stack.platform.createUser(person)
  const login = async (email: string): Promise<number> =>
    (await stack.post('/api/users/login/', { email, password })).status
  expect(await login('DEMO@MAIL.INFO.EXAMPLE')).toBe(200)
  const alike = ['demo@ma\u0130l.info.example', 'demo@ma\u0131l.info.example', 'demo@\uFF4Dail.info.example']
  for (const email of alike) expect([email, await login(email)]).toEqual([email, 401])
  for (const email of alike) {
    const { status, body } = await stack.post('/api/users/register/', newPerson({ email }))
    expect(status).toBe(201)
    expect(body).not.toMatchObject({ user: { id } })
  }
})
