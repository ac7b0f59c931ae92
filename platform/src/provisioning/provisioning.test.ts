import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestStack } from '../testing/stack.ts'
import { newPerson, password, startTestStack } from '../testing/stack.ts'
import type { ProvisioningState } from './state.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack()
  await stack.platform.provisioning.engineStarted
})
afterAll(() => stack.close())
const settings = (): TestStack['librechat']['settings'] => stack.librechat.settings
beforeEach(() => {
  stack.librechat.calls.length = 0
  stack.librechat.scripted.length = 0
  stack.librechat.down = false
  Object.assign(settings(), { registration: true, verification: false, terms: false, reset: false })
})

const add = async (changes = {}): Promise<{ id: string; email: string }> => {
  const person = newPerson(changes)
  return { ...(await stack.platform.createUser(person)), email: person.email }
}
const stored = async (id: string): Promise<Record<string, unknown>> => {
  const columns = 'librechat_user_id AS user, librechat_password_encrypted AS password, librechat_synced_at AS synced'
  return (await stack.query(`SELECT ${columns} FROM users_user WHERE id = $1`, [id]))[0] ?? {}
}
const state = async (id: string): Promise<ProvisioningState | undefined> =>
  (await stack.platform.provisioning.accounts.find(id))?.state
const until = async (id: string, wanted: ProvisioningState): Promise<void> => {
  await expect.poll(() => state(id), { timeout: 15_000, interval: 20 }).toBe(wanted)
}
const paths = (email: string): string[] =>
  stack.librechat.calls.filter(({ body }) => body['email'] === email).map(({ path }) => path.replace('/api/auth/', ''))

test('registering is followed by an account, under the id of the contract', async () => {
  const { id, email } = await add()
  await until(id, 'provisioned')
  expect(await stored(id)).toEqual({
    user: stack.librechat.accounts.get(email)?.id,
    password: expect.stringMatching(/^gAAAA/),
    synced: expect.any(Date),
  })
  expect(stack.librechat.accounts.get(email)?.password).toHaveLength(32)
  // The engine notes the end of a run a moment after the run's last step.
  const workflows = (): Promise<unknown> =>
    stack.query(`SELECT name, status FROM dbos.workflow_status WHERE workflow_uuid = $1`, [`provision-librechat-${id}`])
  await expect.poll(workflows).toEqual([{ name: 'provision_librechat_user', status: 'SUCCESS' }])
  expect(await stack.platform.provision(id)).toBe('provisioned')
  expect(paths(email)).toEqual(['register', 'login', 'login'])
})

test('out of reach, then back: provisioned without anybody asking again', async () => {
  stack.librechat.down = true
  const { id, email } = await add()
  await until(id, 'unreachable')
  const before = await stored(id)
  stack.librechat.down = false
  await until(id, 'provisioned')
  expect(await stored(id)).toMatchObject({
    user: stack.librechat.accounts.get(email)?.id,
    password: before['password'],
  })
})

test('an attempt that ends late, in a process that has lost the work to another, does not undo what that one did', async () => {
  const { id } = await add()
  await until(id, 'provisioned')
  const late = { state: 'unreachable', httpStatus: null } as const
  expect(await stack.platform.provisioning.accounts.failed(id, late)).toBe(0)
  expect(await state(id)).toBe('provisioned')
})

test('out of reach for long: the wait between two runs begins with the shortest and doubles up to the longest', async () => {
  stack.librechat.down = true
  const { id } = await add()
  const waits = (): unknown[] =>
    stack.log
      .filter(({ event, fields }) => event === 'librechat.provisioning-waits' && fields?.['userId'] === id)
      .map(({ fields }) => fields?.['delaySeconds'])
  await expect.poll(() => waits().length, { timeout: 25_000 }).toBeGreaterThanOrEqual(4)
  expect(waits().slice(0, 4)).toEqual([0.05, 0.1, 0.2, 0.4])
  stack.librechat.down = false
  await until(id, 'provisioned')
})

test.each([
  [429, { message: 'Too many accounts created' }, { 'retry-after': '1' }],
  [500, { message: 'Something went wrong' }, {}],
  [502, '<html><body>Bad gateway</body></html>', {}],
  [200, '<html><body>the web app</body></html>', {}],
  [403, '<html>a firewall</html>', {}],
  [403, { message: 'Your account has been temporarily banned due to violations of our service.' }, {}],
])('answers that pass: %s %j', async (status, body, headers) => {
  for (const path of ['/api/auth/register', '/api/auth/login'])
    stack.librechat.scripted.push({ path, status, body, headers })
  const { id, email } = await add()
  await until(id, 'provisioned')
  expect(stack.librechat.accounts.get(email)?.id).toBe((await stored(id))['user'])
  expect(paths(email).filter((path) => path === 'login')).toHaveLength(2)
})

test('an answer that is lost although LibreChat did it: still one account, opened by the stored password', async () => {
  for (const path of ['/api/auth/register', '/api/auth/login'])
    stack.librechat.scripted.push({ path, status: 504, body: '', after: true })
  const { id, email } = await add()
  await until(id, 'provisioned')
  expect((await stored(id))['user']).toBe(stack.librechat.accounts.get(email)?.id)
})

test('registration closed: a state of its own; open again, the next request of the user goes on', async () => {
  settings().registration = false
  const { id, email } = await add()
  await until(id, 'refused')
  expect(await stack.platform.provisioning.accounts.find(id)).toMatchObject({ httpStatus: 403 })
  settings().registration = true
  expect(await stack.platform.provision(id)).toBe('provisioned')
  expect(stack.librechat.accounts.has(email)).toBe(true)
})

test('registration closed, but the account is there and opens: that is what counts', async () => {
  const person = newPerson()
  stack.librechat.scripted.push({ path: '/api/auth/login', status: 404, body: { message: 'Email does not exist.' } })
  settings().registration = false
  const { id } = await stack.platform.createUser(person)
  await until(id, 'refused')
  const { password } = stack.librechat.calls.find(({ path }) => path === '/api/auth/login')!.body
  stack.librechat.accounts.set(person.email, { id: 'f'.repeat(24), password: password!, verified: true })
  expect(await stack.platform.provision(id)).toBe('provisioned')
})

test('an account with another password: for an operator, and nothing is changed', async () => {
  const person = newPerson()
  stack.librechat.accounts.set(person.email, { id: 'somebody-else', password: 'not-ours-at-all', verified: true })
  const { id } = await stack.platform.createUser(person)
  await until(id, 'other-password')
  expect(await stored(id)).toMatchObject({ user: null, synced: null })
  expect(stack.librechat.accounts.get(person.email)?.password).toBe('not-ours-at-all')
  // An operator gives that account our password.
  const ours = stack.librechat.calls.at(-1)?.body['password'] ?? ''
  stack.librechat.accounts.get(person.email)!.password = ours
  expect(await stack.platform.provision(id)).toBe('provisioned')
  expect((await stored(id))['user']).toBe('somebody-else')
})

test('an address to be verified, then verified', async () => {
  settings().verification = true
  const { id, email } = await add()
  await until(id, 'verification-pending')
  stack.librechat.accounts.get(email)!.verified = true
  expect(await stack.platform.provision(id)).toBe('provisioned')
  expect(paths(email)).toEqual(['register', 'login', 'login'])
})

test('whoever asks for the password again after a while is tried again', async () => {
  settings().verification = true
  const { id, email } = await add()
  await until(id, 'verification-pending')
  const { body } = await stack.post('/api/users/login/', { email, password })
  const headers = { authorization: `Bearer ${(body as { access: string }).access}` }
  const ask = async (): Promise<number> => (await stack.get('/api/users/librechat-password/', headers)).status
  stack.librechat.accounts.get(email)!.verified = true
  expect(await ask()).toBe(404)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(await state(id)).toBe('verification-pending')
  await stack.query(
    `UPDATE hestami_platform_librechat SET changed_at = changed_at - interval '31 s' WHERE user_id = $1`,
    [id],
  )
  expect(await ask()).toBe(404)
  await until(id, 'provisioned')
  expect(await ask()).toBe(200)
})

test('an account that somebody deleted in LibreChat is made again, in the same run', async () => {
  const { id, email } = await add()
  await until(id, 'provisioned')
  stack.librechat.accounts.delete(email)
  expect(await stack.platform.provision(id)).toBe('provisioned')
  expect((await stored(id))['user']).toBe(stack.librechat.accounts.get(email)?.id)
  expect(paths(email)).toEqual(['register', 'login', 'login', 'register', 'login'])
})

test('a second factor: the password opens the account, so it is provisioned', async () => {
  settings().verification = true
  const { id, email } = await add()
  await until(id, 'verification-pending')
  Object.assign(stack.librechat.accounts.get(email)!, { verified: true, twoFactor: true })
  expect(await stack.platform.provision(id)).toBe('provisioned')
  expect((await stored(id))['user']).toBe(stack.librechat.accounts.get(email)?.id)
})

test('data that LibreChat does not take is refused, not tried for ever', async () => {
  const { id } = await add({ first_name: '.', last_name: 'x' })
  await until(id, 'provisioned')
  stack.librechat.scripted.push({ path: '/api/auth/register', status: 404, body: { message: 'name: too short' } })
  const other = await add()
  await until(other.id, 'refused')
  const calls = stack.librechat.calls.length
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(stack.librechat.calls).toHaveLength(calls)
})

test('a user who is deactivated or gone meanwhile is left alone', async () => {
  stack.librechat.down = true
  const [inactive, gone] = [await add(), await add()]
  await until(inactive.id, 'unreachable')
  await stack.query('UPDATE users_user SET is_active = false WHERE id = $1', [inactive.id])
  await stack.query('DELETE FROM token_blacklist_outstandingtoken WHERE user_id = $1', [gone.id])
  await stack.query('DELETE FROM users_user WHERE id = $1', [gone.id])
  stack.librechat.down = false
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(stack.librechat.accounts.has(inactive.email)).toBe(false)
  expect(stack.librechat.accounts.has(gone.email)).toBe(false)
  await stack.query('UPDATE users_user SET is_active = true WHERE id = $1', [inactive.id])
  expect(await stack.platform.provision(inactive.id)).toBe('provisioned')
  await expect(stack.platform.provision('00000000-0000-4000-8000-000000000000')).rejects.toThrow(/no such user/)
})
