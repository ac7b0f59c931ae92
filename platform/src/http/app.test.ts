import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestStack } from '../testing/stack.ts'
import { call, startTestStack } from '../testing/stack.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack()
})
afterAll(() => stack.close())

const paths = {
  register: '/api/users/register/',
  login: '/api/users/login/',
  refresh: '/api/users/token/refresh/',
  verify: '/api/users/token/verify/',
  logout: '/api/users/logout/',
  profile: '/api/users/profile/',
  password: '/api/users/librechat-password/',
  change: '/api/users/password/change/',
}

test.each(Object.values(paths))('without the slash %s is a redirect for GET, an error for POST', async (path) => {
  const bare = path.slice(0, -1)
  const got = await stack.get(`${bare}?a=b?c`)
  expect([got.status, got.headers.get('location')]).toEqual([301, `${path}?a=b?c`])
  expect((await stack.post(bare, {})).status).toBe(404)
})

test.each([
  ['{"email": ', 'JSON parse error - Expecting value'],
  ['{"password": "hunter2" "x"}', 'JSON parse error - Expecting value: line 1 column 24 (char 23)'],
  ['{\n\n  x', 'JSON parse error - Expecting value: line 3 column 3 (char 5)'],
  ['hunter2', 'JSON parse error - Expecting value'],
])('malformed JSON is a 400 that repeats nothing: %j', async (body, detail) => {
  for (const path of [paths.register, paths.login, paths.refresh, paths.verify]) {
    const answer = await stack.post(path, body)
    expect([answer.status, answer.body]).toEqual([400, { detail }])
  }
})

test('a body that is not UTF-8, too large, or of another type', async () => {
  const send = (body: BodyInit, type: string): ReturnType<typeof call> =>
    call(stack.platform.origin, paths.login, { method: 'POST', headers: { 'content-type': type }, body })
  expect(await send(Buffer.from([0x22, 0xff, 0x22]), 'application/json')).toMatchObject({
    status: 400,
    body: { detail: 'JSON parse error - the body is not UTF-8' },
  })
  expect(await send(`"${'x'.repeat(70_000)}"`, 'application/json')).toMatchObject({ status: 413 })
  expect(await send('a=b', 'text/plain')).toMatchObject({
    status: 415,
    body: { detail: 'Unsupported media type "text/plain" in request.' },
  })
  expect((await send('{}', 'application/json; charset=utf-8')).status).toBe(401)
})

test('other methods: 405, but first the bearer', async () => {
  const answer = await stack.get(paths.login)
  expect([answer.status, answer.body, answer.headers.get('allow')]).toEqual([
    405,
    { detail: 'Method "GET" not allowed.' },
    'POST',
  ])
  const deleted = await call(stack.platform.origin, paths.profile, { method: 'DELETE' })
  expect([deleted.status, deleted.body]).toEqual([401, { detail: 'Authentication credentials were not provided.' }])
})

test('the bearer comes before the body', async () => {
  const answer = await stack.post(paths.logout, '{broken')
  expect([answer.status, answer.body]).toEqual([401, { detail: 'Authentication credentials were not provided.' }])
})

test('elsewhere there is nothing', async () => {
  expect(await stack.get('/')).toMatchObject({ status: 404, body: { detail: 'Not found.' } })
  expect((await stack.get('//api/users/profile')).status).toBe(404)
})

test('no answer may be kept', async () => {
  for (const path of ['/', ...Object.values(paths)])
    expect((await stack.get(path)).headers.get('cache-control')).toBe('no-store')
})

test('a member named __proto__ harms nobody', async () => {
  const answer = await stack.post(paths.login, '{"__proto__":{"email":"demo@example.com","password":"x"}}')
  expect(answer.status).toBe(401)
})
