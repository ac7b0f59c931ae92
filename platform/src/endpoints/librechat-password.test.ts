import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { python } from '../testing/python.ts'
import type { TestStack } from '../testing/stack.ts'
import { call, newPerson, password, quick, startTestStack } from '../testing/stack.ts'

/** What LibreChat looks at user agents with; the package brings no types. */
const { UAParser } = createRequire(import.meta.url)('ua-parser-js') as {
  UAParser: new (userAgent: string) => { getBrowser(): { name?: string } }
}

const stacks: TestStack[] = []
const start: typeof startTestStack = async (options) => {
  const stack = await startTestStack(options)
  stacks.push(stack)
  return stack
}
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.close()
})

const notSet = { error: 'LibreChat password not set' }

/** Registers somebody; `ask` is the endpoint as that user. */
async function register(stack: TestStack): Promise<{
  id: string
  email: string
  ask(headers?: Record<string, string>): ReturnType<TestStack['get']>
  askUntil(status: number): ReturnType<TestStack['get']>
}> {
  const person = newPerson()
  const { status, body } = await stack.post('/api/users/register/', person)
  expect(status).toBe(201)
  const { id } = (body as { user: { id: string } }).user
  const signedIn = await stack.post('/api/users/login/', { email: person.email, password })
  const authorization = `Bearer ${(signedIn.body as { access: string }).access}`
  const ask = (headers = {}): ReturnType<TestStack['get']> =>
    stack.get('/api/users/librechat-password/', { authorization, ...headers })
  const askUntil = async (status: number): ReturnType<TestStack['get']> => {
    for (const until = Date.now() + 5000; ; await pause(10)) {
      const answer = await ask()
      if (answer.status === status || Date.now() > until) return answer
    }
  }
  return { id, email: person.email, ask, askUntil }
}
const handed = ({ body }: { body: unknown }): string => (body as { librechat_password: string }).librechat_password

test('LibreChat down at first: registration succeeds, the password comes when LibreChat does', async () => {
  const stack = await start()
  stack.librechat.down = true
  const { id, email, ask, askUntil } = await register(stack)
  expect(await ask()).toMatchObject({ status: 404, body: notSet })
  while (!stack.log.some(({ event }) => event === 'librechat.provisioning-waits')) await pause(5)
  expect(await ask()).toMatchObject({ status: 404, body: notSet })

  stack.librechat.down = false
  const answer = await askUntil(200)
  expect(answer.body).toEqual({ librechat_password: expect.stringMatching(/^[\w-]{32}$/) })
  expect(stack.librechat.accounts.get(email)?.password).toBe(handed(answer))
  const [row] = await stack.query('SELECT librechat_user_id, librechat_synced_at FROM users_user WHERE id = $1', [id])
  expect(row).toEqual({
    librechat_user_id: stack.librechat.accounts.get(email)?.id,
    librechat_synced_at: expect.any(Date),
  })
  expect(stack.log.find(({ event }) => event === 'librechat.step-failed')).toEqual({
    level: 'info',
    event: 'librechat.step-failed',
    fields: expect.objectContaining({ userId: id, step: 'register_in_librechat', problem: 'unreachable', again: true }),
  })
})

test('calls LibreChat as the contract says, as a browser', async () => {
  const stack = await start()
  const { email, askUntil } = await register(stack)
  const secret = handed(await askUntil(200))
  expect(
    stack.librechat.calls.filter(({ path }) => path !== '/api/config').map(({ path, body }) => ({ path, body })),
  ).toEqual([
    {
      path: '/api/auth/register',
      body: {
        name: 'Demo User',
        email,
        password: secret,
        confirm_password: secret,
        username: email.slice(0, email.indexOf('@')),
      },
    },
    { path: '/api/auth/login', body: { email, password: secret } },
  ])
  for (const { userAgent } of stack.librechat.calls) expect(new UAParser(userAgent).getBrowser().name).toBe('Chrome')
})

test('every hand-out leaves an audit line without the password', async () => {
  const stack = await start()
  const { id, ask, askUntil } = await register(stack)
  const secret = handed(await askUntil(200))
  await ask({ 'x-forwarded-for': `203.0.113.7, 198.51.100.1${'9'.repeat(300)}` })
  const lines = stack.log.filter(({ event }) => event === 'audit.librechat-password')
  expect(lines).toHaveLength(2)
  expect(lines[0]?.fields).toEqual({ userId: id, at: expect.any(String), address: '127.0.0.1', forwardedFor: null })
  expect(Math.abs(Date.parse(String(lines[0]?.fields?.['at'])) - Date.now())).toBeLessThan(5000)
  expect(lines[1]?.fields?.['forwardedFor']).toMatch(/^203\.0\.113\.7, 198\.51\.100\.19{100,200}$/)
  expect(JSON.stringify(stack.log)).not.toContain(secret)
})

test('is asked for with a bearer', async () => {
  const stack = await start()
  expect(await stack.get('/api/users/librechat-password/')).toMatchObject({
    status: 401,
    body: { detail: 'Authentication credentials were not provided.' },
  })
})

test('without the encryption key: a warning, and everything else works', async () => {
  const stack = await start({ encryptionKey: null })
  expect(stack.log).toContainEqual({ level: 'warn', event: 'librechat.no-encryption-key' })
  const { id, email, ask } = await register(stack)
  expect(await ask()).toMatchObject({ status: 404, body: notSet })
  expect(stack.librechat.calls).toEqual([])
  expect(await stack.platform.provision(id)).toBe('key-missing')

  // Later the key is there: the account is made, and a platform without it says that it cannot read the password.
  await stack.platform.close()
  const withKey = await stack.startAnother({
    encryptionKey: randomBytes(32).toString('base64url'),
    engine: true,
    provisioningTimes: { ...quick, retries: { first: 60_000, longest: 60_000 } },
  })
  await expect.poll(async () => (await withKey.provisioning.accounts.find(id))?.state).toBe('provisioned')
  const without = await stack.startAnother({ encryptionKey: null })
  const { body } = await call(without.origin, '/api/users/login/', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  const headers = { authorization: `Bearer ${(body as { access: string }).access}` }
  expect(await call(without.origin, '/api/users/librechat-password/', { headers })).toMatchObject({
    status: 500,
    body: { error: 'Failed to retrieve LibreChat password' },
  })
})

test('500 for a password that cannot be read; a rotated key still reads it', async () => {
  const [old, fresh] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
  const stack = await start({ encryptionKey: old })
  const { id, ask, askUntil } = await register(stack)
  const secret = handed(await askUntil(200))
  const signedIn = await stack.post('/api/users/login/', {
    email: (await stack.query('SELECT email FROM users_user'))[0]?.['email'],
    password,
  })
  const headers = { authorization: `Bearer ${(signedIn.body as { access: string }).access}` }
  const rotated = await stack.startAnother({ encryptionKey: `${fresh},${old}` })
  expect((await call(rotated.origin, '/api/users/librechat-password/', { headers })).body).toEqual({
    librechat_password: secret,
  })
  await stack.query('UPDATE users_user SET librechat_password_encrypted = $2 WHERE id = $1', [id, 'gAAAAAnonsense'])
  expect(await ask()).toMatchObject({ status: 500, body: { error: 'Failed to retrieve LibreChat password' } })
})

test('Python reads the stored password, and one stored by Python is handed out', async () => {
  const key = `${randomBytes(32).toString('base64url')}=`
  const stack = await start({ encryptionKey: key })
  const { id, ask, askUntil } = await register(stack)
  const secret = handed(await askUntil(200))
  const [row] = await stack.query('SELECT librechat_password_encrypted AS stored FROM users_user WHERE id = $1', [id])
  const { read, written } = (await python(
    `from cryptography.fernet import Fernet
fernet = Fernet(data['key'].encode())
print(json.dumps({
  'read': fernet.decrypt(data['stored'].encode()).decode(),
  'written': fernet.encrypt(b'from-python').decode(),
}))`,
    { key, stored: row?.['stored'] },
  )) as { read: string; written: string }
  expect(read).toBe(secret)
  await stack.query('UPDATE users_user SET librechat_password_encrypted = $2 WHERE id = $1', [id, written])
  expect((await ask()).body).toEqual({ librechat_password: 'from-python' })
})
