import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Platform } from '../server.ts'
import type { TestStack } from '../testing/stack.ts'
import { newPerson, startTestStack } from '../testing/stack.ts'

let stack: TestStack
beforeAll(async () => {
  // What is not tried in the background: users are made without a key, then provisioned by one that has it.
  stack = await startTestStack({ encryptionKey: null })
})
afterAll(() => stack.close())

const encryptionKey = Buffer.alloc(32, 7).toString('base64url')
let platform: Platform
beforeEach(async () => {
  platform = await stack.startAnother({ encryptionKey })
  stack.librechat.calls.length = 0
  stack.librechat.scripted.length = 0
  stack.librechat.down = false
})

const add = async (changes = {}): Promise<{ id: string; email: string }> => {
  const person = newPerson(changes)
  return { ...(await stack.platform.createUser(person)), email: person.email }
}
const stored = async (id: string): Promise<Record<string, unknown>> => {
  const columns = 'librechat_user_id AS user, librechat_password_encrypted AS password, librechat_synced_at AS synced'
  return (await stack.query(`SELECT ${columns} FROM users_user WHERE id = $1`, [id]))[0] ?? {}
}
const paths = (email: string): string[] =>
  stack.librechat.calls.filter(({ body }) => body['email'] === email).map(({ path }) => path.replace('/api/auth/', ''))

test('a user without a password gets one; done is done', async () => {
  const { id, email } = await add()
  await platform.provision(id)
  expect(await stored(id)).toEqual({
    user: stack.librechat.accounts.get(email)?.id,
    password: expect.stringMatching(/^gAAAA/),
    synced: expect.any(Date),
  })
  await platform.provision(id)
  expect(paths(email)).toEqual(['register', 'login'])
})

test('cut off after LibreChat registered the user: the next run ends with the same one user', async () => {
  const { id, email } = await add()
  stack.librechat.scripted.push({ path: '/api/auth/login', status: 502, body: '<html>' })
  await expect(platform.provision(id)).rejects.toMatchObject({ problem: 'unreachable', status: 502 })
  const [account, before] = [stack.librechat.accounts.get(email), await stored(id)]
  expect(before).toMatchObject({ user: null, password: expect.any(String) })

  const restarted = await stack.startAnother({ encryptionKey })
  await restarted.provision(id)
  expect(stack.librechat.accounts.get(email)).toEqual(account)
  expect(await stored(id)).toMatchObject({ user: account?.id, password: before['password'] })
})

test('an account that is there with our password is taken; one with another is a lasting failure', async () => {
  const { id, email } = await add()
  stack.librechat.accounts.set(email, { id: 'somebody-else', password: 'not-ours-at-all' })
  await expect(platform.provision(id)).rejects.toMatchObject({
    name: 'ProvisioningFault',
    problem: 'other-password',
    lasting: true,
    status: 404,
  })
  expect((await stored(id))['user']).toBeNull()
  expect(stack.librechat.accounts.get(email)?.id).toBe('somebody-else')

  // An operator gives that account our password: the next attempt takes it over.
  const ours = stack.librechat.calls.at(-1)?.body['password'] ?? ''
  stack.librechat.accounts.set(email, { id: 'somebody-else', password: ours })
  await platform.provision(id)
  expect((await stored(id))['user']).toBe('somebody-else')
})

test('the background gives up on a lasting failure, with one line in the log', async () => {
  const person = newPerson()
  stack.librechat.accounts.set(person.email, { id: 'somebody-else', password: 'not-ours-at-all' })
  const { id } = await platform.createUser(person)
  const lines = (): unknown[] => stack.log.filter(({ fields }) => fields?.['userId'] === id)
  while (lines().length === 0) await pause(5)
  await pause(100)
  expect(lines()).toEqual([
    {
      level: 'error',
      event: 'librechat.provisioning-failed',
      fields: { userId: id, tries: 1, retryInMilliseconds: null, problem: 'other-password', status: 404 },
    },
  ])
})

test('registered once, repeats start at the login, unless LibreChat forgot the user', async () => {
  const { id, email } = await add()
  const limited = { path: '/api/auth/login', status: 429, body: { message: 'Too many login attempts.' } }
  stack.librechat.scripted.push({ ...limited, headers: { 'retry-after': '7' } })
  await expect(platform.provision(id)).rejects.toMatchObject({ problem: 'rate-limited', retryAfter: 7000 })
  stack.librechat.accounts.delete(email)
  await expect(platform.provision(id)).rejects.toMatchObject({ problem: 'not-created', lasting: false })
  await platform.provision(id)
  expect(paths(email)).toEqual(['register', 'login', 'login', 'register', 'login'])
})

test('a user who is not there', async () => {
  const fault = { problem: 'no-such-user', lasting: true }
  await expect(platform.provision('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject(fault)
  await expect(platform.provision('nobody')).rejects.toMatchObject(fault)
})

test('start resumes what an earlier run left, and nobody else', async () => {
  const [waiting, legacy, gone] = [newPerson(), newPerson(), newPerson()]
  stack.librechat.down = true
  const first = await stack.startAnother({ encryptionKey })
  const { id } = await first.createUser(waiting)
  const { id: goneId } = await first.createUser(gone)
  const { id: legacyId } = await stack.platform.createUser(legacy)
  await first.close()
  await stack.query('UPDATE users_user SET is_active = false WHERE id = $1', [goneId])
  stack.librechat.down = false

  await stack.startAnother({ encryptionKey })
  while ((await stored(id))['user'] === null) await pause(5)
  expect(stack.librechat.accounts.has(waiting.email)).toBe(true)
  expect(stack.librechat.accounts.has(gone.email)).toBe(false)
  expect(await stored(legacyId)).toEqual({ user: null, password: null, synced: null })
})

test('closing does not wait for LibreChat', async () => {
  stack.librechat.down = true
  const closing = await stack.startAnother({ encryptionKey, retryDelays: { first: 60_000, longest: 60_000 } })
  await closing.createUser(newPerson())
  const started = performance.now()
  await closing.close()
  expect(performance.now() - started).toBeLessThan(1000)
})
