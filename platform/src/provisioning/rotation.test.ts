import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestStack } from '../testing/stack.ts'
import { newPerson, password, startTestStack } from '../testing/stack.ts'
import type { AccountRecord } from './accounts.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack()
  await stack.platform.provisioning.engineStarted
})
afterAll(() => stack.close())
beforeEach(() => {
  stack.librechat.calls.length = 0
  stack.librechat.scripted.length = 0
  stack.librechat.down = false
  Object.assign(stack.librechat.settings, { reset: true, registration: true })
})

interface Person {
  readonly id: string
  readonly email: string
  /** What the platform hands out. */
  ask(): ReturnType<TestStack['get']>
}

async function provisioned(): Promise<Person> {
  const person = newPerson()
  const { id } = await stack.platform.createUser(person)
  expect(await stack.platform.provision(id)).toBe('provisioned')
  const { body } = await stack.post('/api/users/login/', { email: person.email, password })
  const authorization = `Bearer ${(body as { access: string }).access}`
  return { id, email: person.email, ask: () => stack.get('/api/users/librechat-password/', { authorization }) }
}
const account = async (id: string): Promise<AccountRecord | null> => stack.platform.provisioning.accounts.find(id)
async function rotated(id: string): Promise<AccountRecord | null> {
  await stack.platform.provisioning.requests.rotate([id])
  await expect
    .poll(async () => (await account(id))?.state !== 'requested' && (await account(id))?.nextPasswordEncrypted, {
      timeout: 10_000,
    })
    .toBe(null)
  return account(id)
}
const opens = (email: string): string | undefined => stack.librechat.accounts.get(email)?.password

test('a new password, which LibreChat and the platform agree on; the same account', async () => {
  const person = await provisioned()
  const [before, librechatId] = [opens(person.email), stack.librechat.accounts.get(person.email)?.id]
  expect(await rotated(person.id)).toMatchObject({ state: 'provisioned' })
  expect(opens(person.email)).not.toBe(before)
  expect((await person.ask()).body).toEqual({ librechat_password: opens(person.email) })
  expect(stack.librechat.accounts.get(person.email)?.id).toBe(librechatId)
  expect(await rotated(person.id)).toMatchObject({ state: 'provisioned' })
})

test('where LibreChat gives no right to it, the old password stays and nothing was tried by mail', async () => {
  stack.librechat.settings.reset = false
  const person = await provisioned()
  const before = opens(person.email)
  expect(await rotated(person.id)).toMatchObject({ state: 'provisioned' })
  expect(opens(person.email)).toBe(before)
  expect((await person.ask()).body).toEqual({ librechat_password: before })
  expect(stack.librechat.calls.map(({ path }) => path)).not.toContain('/api/auth/requestPasswordReset')
})

test.each([
  ['the answer to the reset is lost', '/api/auth/resetPassword', true],
  ['the reset fails', '/api/auth/resetPassword', false],
  ['the proof fails', '/api/auth/login', true],
])('%s: what LibreChat takes in the end is what is handed out', async (_what, path, after) => {
  const person = await provisioned()
  stack.librechat.scripted.push({ path, status: 502, body: '<html>', after })
  expect(await rotated(person.id)).toMatchObject({ state: 'provisioned' })
  expect((await person.ask()).body).toEqual({ librechat_password: opens(person.email) })
})

test('while it is not known which password opens, none is handed out; then the right one', async () => {
  const person = await provisioned()
  // LibreChat sets the password, then is gone before anybody can know.
  stack.librechat.scripted.push({ path: '/api/auth/resetPassword', status: 504, body: '', after: true })
  for (let i = 0; i < 30; i++)
    stack.librechat.scripted.push(
      { path: '/api/config', status: 503, body: '' },
      { path: '/api/auth/login', status: 503, body: '' },
    )
  await stack.platform.provisioning.requests.rotate([person.id])
  await expect.poll(async () => (await account(person.id))?.nextPasswordEncrypted ?? null).not.toBe(null)
  const asked = person.ask()
  stack.librechat.scripted.length = 0
  expect(await asked).toMatchObject({ status: 200, body: { librechat_password: opens(person.email) } })
})

test('an account with a password of somebody else: an operator who asks for a rotation adopts it', async () => {
  const person = newPerson()
  stack.librechat.accounts.set(person.email, { id: 'a'.repeat(24), password: 'of-somebody-else', verified: true })
  const { id } = await stack.platform.createUser(person)
  expect(await stack.platform.provision(id)).toBe('other-password')
  expect(await rotated(id)).toMatchObject({ state: 'provisioned' })
  expect(opens(person.email)).not.toBe('of-somebody-else')
  const [row] = await stack.query('SELECT librechat_user_id AS id FROM users_user WHERE id = $1', [id])
  expect(row).toEqual({ id: 'a'.repeat(24) })
})

test.each([['an account is there'], ['no account was ever made']])(
  'a stored password no key opens, %s',
  async (what) => {
    const person = await provisioned()
    await stack.query(
      `UPDATE users_user SET librechat_password_encrypted = 'gAAAAAlost', librechat_user_id = NULL WHERE id = $1`,
      [person.id],
    )
    await stack.query(`UPDATE hestami_platform_librechat SET registered_at = NULL WHERE user_id = $1`, [person.id])
    if (what.startsWith('no')) stack.librechat.accounts.delete(person.email)
    expect(await stack.platform.provision(person.id)).toBe('key-lost')
    expect(await rotated(person.id)).toMatchObject({ state: 'provisioned' })
    expect((await person.ask()).body).toEqual({ librechat_password: opens(person.email) })
  },
)
