import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestStack } from '../testing/stack.ts'
import { newPerson, password, startTestStack } from '../testing/stack.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack()
})
afterAll(() => stack.close())

const fresh = 'Sturdy-Teapot7?'

async function signIn(): Promise<{
  email: string
  refresh: string
  change(body: unknown): ReturnType<TestStack['post']>
}> {
  const { email } = newPerson()
  await stack.platform.createUser(newPerson({ email }))
  const { body } = await stack.post('/api/users/login/', { email, password })
  const { access, refresh } = body as { access: string; refresh: string }
  const authorization = `Bearer ${access}`
  return {
    email,
    refresh,
    change: (body) => stack.post('/api/users/password/change/', body, { authorization }),
  }
}
const login = (email: string, secret: string): ReturnType<TestStack['post']> =>
  stack.post('/api/users/login/', { email, password: secret })

test('200: the new password is good, the old one and all sessions are not', async () => {
  const { email, refresh, change } = await signIn()
  const body = { current_password: password, new_password: fresh, confirm_new_password: fresh }
  expect(await change(body)).toMatchObject({
    status: 200,
    body: { message: 'Password changed successfully. Please login again.' },
  })
  expect((await login(email, password)).status).toBe(401)
  expect(await stack.post('/api/users/token/refresh/', { refresh })).toMatchObject({
    status: 401,
    body: { detail: 'Token is blacklisted' },
  })
  const signedIn = await login(email, fresh)
  expect(signedIn.status).toBe(200)
  const { refresh: later } = signedIn.body as { refresh: string }
  expect((await stack.post('/api/users/token/refresh/', { refresh: later })).status).toBe(200)
})

test.each([
  [{}, ['current_password', 'new_password', 'confirm_new_password'].map((name) => [name, ['This field is required.']])],
  [
    { current_password: password, new_password: fresh, confirm_new_password: 'x' },
    [['confirm_new_password', ['New passwords do not match.']]],
  ],
  [
    { current_password: 'x', new_password: fresh, confirm_new_password: fresh },
    [['current_password', ['Current password is incorrect.']]],
  ],
  [
    { current_password: password, new_password: password, confirm_new_password: password },
    [['new_password', ['New password must be different from current password.']]],
  ],
  [
    { current_password: password, new_password: 'Short-7?', confirm_new_password: 'Short-7?' },
    [['new_password', ['This password is too short. It must contain at least 12 characters.']]],
  ],
])('400 for %j', async (body, fields) => {
  const { email, refresh, change } = await signIn()
  const answer = await change(body)
  expect([answer.status, answer.body]).toEqual([400, Object.fromEntries(fields)])
  expect((await login(email, password)).status).toBe(200)
  expect((await stack.post('/api/users/token/refresh/', { refresh })).status).toBe(200)
})

test('401 without a bearer', async () => {
  expect((await stack.post('/api/users/password/change/', {})).status).toBe(401)
})
