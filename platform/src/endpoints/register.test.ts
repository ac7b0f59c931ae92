import { afterAll, beforeAll, expect, test } from 'vitest'
import { python } from '../testing/python.ts'
import type { TestStack } from '../testing/stack.ts'
import { newPerson, password, startTestStack } from '../testing/stack.ts'
import { FieldsRefused } from '../users/fields.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack()
})
afterAll(() => stack.close())

const register = (body: unknown): ReturnType<TestStack['post']> => stack.post('/api/users/register/', body)
const count = async (): Promise<unknown> => (await stack.query('SELECT count(*)::int AS n FROM users_user'))[0]?.['n']

test('201 with the user, tokens in cookies alone', async () => {
  const person = newPerson({ email: 'Demo.First@EXAMPLE.Com' })
  const { status, body, headers } = await register(person)
  expect(status).toBe(201)
  expect(body).toEqual({
    message: 'User registered successfully',
    user: {
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      email: 'Demo.First@example.com',
      user_role: 'PROPERTY_OWNER',
      first_name: 'Demo',
      last_name: 'User',
      phone_number: '+1 555 0100',
      service_provider: null,
    },
  })
  const [access = '', refresh = ''] = headers.getSetCookie()
  expect(access).toMatch(/^access_token=[\w-]+\.[\w-]+\.[\w-]+; .*Max-Age=900; HttpOnly; Path=\/; SameSite=Lax$/)
  expect(refresh).toMatch(/^refresh_token=[\w-]+\.[\w-]+\.[\w-]+; .*Max-Age=604800; HttpOnly; Path=\/; SameSite=Lax$/)
  const token = /^access_token=([^;]+)/.exec(access)?.[1]
  const profile = await stack.get('/api/users/profile/', { authorization: `Bearer ${token}` })
  expect(profile.status).toBe(200)
  expect(profile.body).toEqual((body as { user: unknown }).user)
})

test('stores a row as Django does', async () => {
  const person = newPerson({ phone_number: null, user_role: 'SERVICE_PROVIDER' })
  await register(person)
  const [row] = await stack.query('SELECT * FROM users_user WHERE email = $1', [person.email])
  expect(row).toMatchObject({
    phone_number: null,
    user_role: 'SERVICE_PROVIDER',
    is_active: true,
    is_staff: false,
    is_superuser: false,
    last_login: null,
    date_joined: expect.any(Date),
  })
  const right = await python(
    `import hashlib, base64
_, rounds, salt, key = data['encoded'].split('$')
made = hashlib.pbkdf2_hmac('sha256', data['password'].encode(), salt.encode(), int(rounds))
print(json.dumps(base64.b64encode(made).decode() == key))`,
    { encoded: row?.['password'], password },
  )
  expect(right).toBe(true)
  expect(String(row?.['librechat_password_encrypted'])).toMatch(/^gAAAA[\w-]{135}$/)
})

test('400 with every field that is wrong', async () => {
  const before = await count()
  const required = ['This field is required.']
  const names = ['email', 'password', 'confirm_password', 'first_name', 'last_name', 'user_role', 'phone_number']
  expect(await register('')).toMatchObject({
    status: 400,
    body: Object.fromEntries(names.map((name) => [name, required])),
  })
  const wrong = { email: 'nobody', first_name: ' ', last_name: 'x'.repeat(31), user_role: 'ADMIN', phone_number: '' }
  const answer = await register(newPerson(wrong))
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual({
    email: ['Enter a valid email address.'],
    first_name: ['This field may not be blank.'],
    last_name: ['Ensure this field has no more than 30 characters.'],
    user_role: ['"ADMIN" is not a valid choice.'],
  })
  const tooLong = await register(newPerson({ phone_number: '1'.repeat(21), email: `${'a'.repeat(250)}@example.com` }))
  expect(tooLong.body).toEqual({
    email: ['Ensure this field has no more than 254 characters.'],
    phone_number: ['Ensure this field has no more than 20 characters.'],
  })
  expect(await count()).toBe(before)
})

test('400 for passwords that differ or are too weak', async () => {
  const before = await count()
  expect(await register(newPerson({ confirm_password: `${password}x` }))).toMatchObject({
    status: 400,
    body: { confirm_password: ['Passwords do not match.'] },
  })
  expect(await register(newPerson({ password: 'short', confirm_password: 'short' }))).toMatchObject({
    status: 400,
    body: {
      password: [
        'This password is too short. It must contain at least 12 characters.',
        'Password must contain at least one special character.',
        'Password must contain at least one uppercase letter.',
      ],
    },
  })
  expect(await count()).toBe(before)
})

test('an address is taken once, in whatever case, and by one of two at once', async () => {
  const taken = { email: ['A user with this email address already exists.'] }
  const person = newPerson()
  expect((await register(person)).status).toBe(201)
  expect(await register(person)).toMatchObject({ status: 400, body: taken })
  expect(await register({ ...person, email: person.email.toUpperCase() })).toMatchObject({ status: 400, body: taken })

  for (let round = 0; round < 5; round++) {
    const racing = newPerson()
    const spellings = ['demo', 'DEMO', 'Demo', 'dEMO'].map((local) => racing.email.replace('demo', local))
    const answers = await Promise.all(spellings.map((email) => register({ ...racing, email })))
    const lost = answers.filter(({ status }) => status !== 201)
    expect(lost.map(({ status, body }) => [status, body])).toEqual([1, 2, 3].map(() => [400, taken]))
  }
})

test('white space around a password does not count, here as in Django', async () => {
  const padded = ` ${password} `
  const person = newPerson({ password: padded, confirm_password: padded })
  expect((await register(person)).status).toBe(201)
  expect((await stack.post('/api/users/login/', { email: person.email, password })).status).toBe(200)
})

test('createUser does the same without a request', async () => {
  const { confirm_password: _, ...person } = newPerson()
  const { id } = await stack.platform.createUser(person)
  const [row] = await stack.query('SELECT id, librechat_password_encrypted FROM users_user WHERE email = $1', [
    person.email,
  ])
  expect(row).toEqual({ id, librechat_password_encrypted: expect.any(String) })
  await expect(stack.platform.createUser({ ...person, password: 'short' })).rejects.toThrow(FieldsRefused)
})

test('never logs a password, address or token', async () => {
  const person = newPerson()
  await register(person)
  await register(person)
  await expect.poll(() => stack.log.some(({ event }) => event === 'librechat.call'), { timeout: 10_000 }).toBe(true)
  const said = JSON.stringify(stack.log)
  expect(said).not.toMatch(/@|Vigorous|eyJ|gAAAA/)
})
