import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Platform } from '../server.ts'
import type { HttpResult, TestStack } from '../testing/stack.ts'
import { call, newPerson, password, startTestStack } from '../testing/stack.ts'
import type { LimitRates } from './limits.ts'
import { addressKey, noLimits } from './limits.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack()
  await stack.platform.provisioning.engineStarted
})
afterAll(() => stack.close())
beforeEach(() => {
  stack.log.length = 0
})

/** A platform with these limits, behind a proxy. */
const limited = (limits: Partial<LimitRates>): Promise<Platform> =>
  stack.startAnother({ limits: { ...noLimits, ...limits }, trustedProxies: ['loopback'] })
const login = (platform: Platform, body: unknown, address = '203.0.113.7'): Promise<HttpResult> => {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': address }
  return call(platform.origin, '/api/users/login/', { method: 'POST', headers, body: JSON.stringify(body) })
}
const add = async (): Promise<{ id: string; email: string }> => {
  const person = newPerson()
  return { ...(await stack.platform.createUser(person)), email: person.email }
}
const statuses = (answers: readonly HttpResult[]): number[] => answers.map(({ status }) => status)
const throttled = (): unknown[] =>
  stack.log.filter(({ event }) => event === 'http.throttled').map(({ fields }) => fields?.['limit'])

test('logins by address: Django REST framework’s 429, and other addresses go on', async () => {
  const platform = await limited({ loginsPerAddress: { calls: 2, seconds: 60 } })
  const { email } = await add()
  const wrong = { email: 'nobody@example.com', password }
  expect(statuses([await login(platform, wrong), await login(platform, { email, password })])).toEqual([401, 200])
  const answer = await login(platform, { email, password })
  const seconds = Number(answer.headers.get('retry-after'))
  expect(seconds).toBeGreaterThan(50)
  expect(seconds).toBeLessThanOrEqual(60)
  expect([answer.status, answer.body]).toEqual([
    429,
    { detail: `Request was throttled. Expected available in ${seconds} seconds.` },
  ])
  expect((await login(platform, { email, password }, '203.0.113.8')).status).toBe(200)
  expect(throttled()).toEqual(['login-address'])
  expect(JSON.stringify(stack.log)).not.toMatch(/203\.0|@example/)
})

test('logins by e-mail address: the same whether there is such a user, from wherever, however spelt', async () => {
  const platform = await limited({ loginsPerEmail: { calls: 3, seconds: 60 } })
  const { email } = await add()
  const tried = async (address: string): Promise<unknown[]> => {
    const answers: unknown[] = []
    for (let from = 1; from <= 5; from++) {
      const spelt = from % 2 ? address : ` ${address.toUpperCase()} `
      const { status, body } = await login(
        platform,
        { email: spelt, password: 'Wrong-Password9!' },
        `198.51.100.${from}`,
      )
      answers.push([status, JSON.stringify(body).replaceAll(/\d+/g, 'N')])
    }
    return answers
  }
  const known = await tried(email)
  expect(known.map((answer) => (answer as unknown[])[0])).toEqual([401, 401, 401, 429, 429])
  expect(await tried('nobody-else@example.com')).toEqual(known)
  // Not even the right password, or the limit would tell it.
  expect((await login(platform, { email, password })).status).toBe(429)
})

test('a login that succeeds forgets those that failed', async () => {
  const platform = await limited({ loginsPerEmail: { calls: 2, seconds: 60 } })
  const { email } = await add()
  const [right, wrong] = [
    { email, password },
    { email, password: 'Wrong-Password9!' },
  ]
  const answers: HttpResult[] = []
  for (const body of [wrong, right, wrong, right, wrong, right]) answers.push(await login(platform, body))
  expect(statuses(answers)).toEqual([401, 200, 401, 200, 401, 200])
})

test('wrong current passwords by user, whatever is meant to be the new one, and not beside the logins', async () => {
  const platform = await limited({ loginsPerEmail: { calls: 2, seconds: 60 } })
  const change = async (email: string, attempts: readonly string[]): Promise<number[]> => {
    const { body } = await login(platform, { email, password })
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${(body as { access: string }).access}`,
    }
    const answers: HttpResult[] = []
    for (const current_password of attempts) {
      const next = { new_password: 'Sturdy-Teapot7?', confirm_new_password: 'Sturdy-Teapot7?' }
      const text = JSON.stringify({ current_password, ...next })
      answers.push(await call(platform.origin, '/api/users/password/change/', { method: 'POST', headers, body: text }))
    }
    return statuses(answers)
  }
  const [{ email }, other] = [await add(), await add()]
  // Not even the right one, or the limit would tell it.
  expect(await change(email, ['Wrong-1', 'Wrong-2', 'Wrong-3', password])).toEqual([400, 400, 429, 429])
  expect(throttled()).toEqual(['password-change', 'password-change'])
  expect((await login(platform, { email, password })).status).toBe(200)
  expect(await change(other.email, ['Wrong-1', password, 'Wrong-1'])).toEqual([400, 200, 400])
})

test('hand-outs by user, and again when the time is over', async () => {
  const platform = await limited({ handOutsPerUser: { calls: 2, seconds: 1 } })
  const ask = async (): Promise<() => Promise<HttpResult>> => {
    const { id, email } = await add()
    expect(await stack.platform.provision(id)).toBe('provisioned')
    const { body } = await login(platform, { email, password })
    const headers = { authorization: `Bearer ${(body as { access: string }).access}` }
    return () => call(platform.origin, '/api/users/librechat-password/', { headers })
  }
  const [one, other] = [await ask(), await ask()]
  expect(statuses([await one(), await one()])).toEqual([200, 200])
  expect(await one()).toMatchObject({
    status: 429,
    body: { detail: 'Request was throttled. Expected available in 1 second.' },
  })
  expect((await other()).status).toBe(200)
  expect(throttled()).toEqual(['hand-out'])
  await pause(1100)
  expect((await one()).status).toBe(200)
})

test('without limits there are none', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => login(stack.platform, { email: 'x@y.zz', password })),
  )
  expect(new Set(statuses(answers))).toEqual(new Set([401]))
})

test('of IPv6 a customer’s network counts, of IPv4 the address', () => {
  expect(addressKey('2001:db8:1:2::1')).toBe(addressKey('2001:db8:1:2:ffff:ffff:ffff:ffff'))
  expect(addressKey('2001:db8:1:2::1')).not.toBe(addressKey('2001:db8:1:3::1'))
  expect(addressKey('::ffff:203.0.113.7')).toBe('203.0.113.7')
  expect(addressKey('203.0.113.7')).not.toBe(addressKey('203.0.113.8'))
})
