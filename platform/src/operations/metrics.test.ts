import { setTimeout as pause } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Call } from '../http/route.ts'
import type { TestStack } from '../testing/stack.ts'
import { newPerson, password, startTestStack } from '../testing/stack.ts'
import { createMetricsRoute } from './metrics-route.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ processMetrics: true })
  await stack.platform.provisioning.engineStarted
})
afterAll(() => stack.close())

const scrape = async (origin = stack.platform.origin): Promise<string> => {
  const response = await fetch(`${origin}/metrics`)
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ])
  return response.text()
}
/** The value of a series; 0: there is none. */
const value = (text: string, series: string): number => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return Number(line?.slice(series.length) ?? 0)
}

test('counts what happens, and names nobody', async () => {
  const before = await scrape()
  const grown = (after: string, series: string): number => value(after, series) - value(before, series)
  const person = newPerson()
  const { id } = await stack.platform.createUser(person)
  expect(await stack.platform.provision(id)).toBe('provisioned')
  const { body } = await stack.post('/api/users/login/', { email: person.email, password })
  const { access, refresh } = body as { access: string; refresh: string }
  await stack.post('/api/users/login/', { email: person.email, password: 'Wrong-Password9!' })
  await stack.post('/api/users/token/refresh/', { refresh })
  await stack.post('/api/users/token/refresh/', { refresh })
  const headers = { authorization: `Bearer ${access}` }
  const handed = await stack.get('/api/users/librechat-password/', headers)
  await stack.get(`/${encodeURIComponent(person.email)}/`)

  const after = await scrape()
  const http = 'hestami_platform_http_request_duration_seconds_count'
  expect({
    succeeded: grown(after, 'hestami_platform_logins_total{result="succeeded"}'),
    refused: grown(after, 'hestami_platform_logins_total{result="refused"}'),
    refreshed: grown(after, 'hestami_platform_token_refreshes_total{result="succeeded"}'),
    notRefreshed: grown(after, 'hestami_platform_token_refreshes_total{result="refused"}'),
    handed: grown(after, 'hestami_platform_librechat_password_handouts_total'),
    registered: grown(
      after,
      'hestami_platform_librechat_call_duration_seconds_count{path="/api/auth/register",status="200"}',
    ),
    provisioned: grown(after, 'hestami_platform_provisioning_results_total{state="provisioned"}'),
    accounts: grown(after, 'hestami_platform_accounts{state="provisioned"}'),
    login: grown(after, `${http}{method="POST",route="/api/users/login/",status="200"}`),
    nowhere: grown(after, `${http}{method="GET",route="none",status="404"}`),
  }).toEqual({
    succeeded: 1,
    refused: 1,
    refreshed: 1,
    notRefreshed: 1,
    handed: 1,
    registered: 1,
    provisioned: 1,
    accounts: 1,
    login: 1,
    nowhere: 1,
  })
  expect(value(after, 'hestami_platform_accounts{state="other-password"}')).toBe(0)
  expect(after).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m)
  expect(after).toMatch(/^process_resident_memory_bytes \d/m)

  const { librechat_password: secret } = handed.body as { librechat_password: string }
  for (const canary of [person.email, encodeURIComponent(person.email), id, secret, access, refresh, '@', 'eyJ'])
    expect(after).not.toContain(canary)
})

test('counts what went wrong, by its name in the log', async () => {
  const series = 'hestami_platform_log_events_total{level="error",event="http.failed"}'
  const before = value(await scrape(), series)
  await stack.query('ALTER TABLE users_user RENAME TO away')
  try {
    expect((await stack.post('/api/users/login/', { email: 'demo@example.com', password })).status).toBe(500)
  } finally {
    await stack.query('ALTER TABLE away RENAME TO users_user')
  }
  expect(value(await scrape(), series) - before).toBe(1)
})

test('each platform counts its own, and only one has the process’s', async () => {
  const another = await stack.startAnother({ processMetrics: false })
  const text = await scrape(another.origin)
  expect(value(text, 'hestami_platform_logins_total{result="succeeded"}')).toBe(0)
  expect(text).not.toContain('nodejs_')
})

test('a scrape while the database fails leaves the accounts out', async () => {
  await stack.query('ALTER TABLE hestami_platform_librechat RENAME TO away')
  try {
    const text = await scrape()
    expect(text).toContain('hestami_platform_logins_total')
    expect(text).not.toMatch(/^hestami_platform_accounts\{/m)
  } finally {
    await stack.query('ALTER TABLE away RENAME TO hestami_platform_librechat')
  }
  await pause(1)
  expect(await scrape()).toMatch(/^hestami_platform_accounts\{/m)
})

test('with a token only for who has it', async () => {
  const { origin } = await stack.startAnother({ metricsToken: 'a-token-for-prometheus' })
  const status = async (authorization?: string): Promise<number> =>
    (await fetch(`${origin}/metrics`, { headers: authorization === undefined ? {} : { authorization } })).status
  expect(await status()).toBe(403)
  expect(await status('Bearer a-token-for-prometheu')).toBe(403)
  expect(await status('Basic a-token-for-prometheus')).toBe(403)
  expect(await status('Bearer a-token-for-prometheus')).toBe(200)
})

test('without one only for who is near, and not through a proxy', async () => {
  expect((await stack.get('/metrics', { 'x-forwarded-for': '127.0.0.1' })).status).toBe(403)
  const route = createMetricsRoute({ registry: new Registry(), token: null })
  if (route.bearer) throw new Error('wants a bearer')
  const status = async (peer: string): Promise<number> => {
    const call: Call = { body: {}, cookies: new Map(), authorization: undefined, address: '', forwardedFor: null, peer }
    return (await route.handle(call)).status
  }
  for (const peer of ['127.0.0.1', '::1', '::ffff:10.1.2.3', '172.18.0.1', '192.168.1.2', 'fd00::1', 'fe80::1'])
    expect([peer, await status(peer)]).toEqual([peer, 200])
  for (const peer of ['203.0.113.7', '::ffff:203.0.113.7', '172.32.0.1', '2001:db8::1', ''])
    expect([peer, await status(peer)]).toEqual([peer, 403])
})
