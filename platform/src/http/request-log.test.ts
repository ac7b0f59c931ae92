import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestStack } from '../testing/stack.ts'
import { call, newPerson, password, startTestStack } from '../testing/stack.ts'

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack()
})
afterAll(() => stack.close())

const lines = (): Record<string, unknown>[] =>
  stack.log.filter(({ event }) => event === 'http.request').map(({ fields }) => ({ ...fields }))

test('one line a call, with the route’s pattern and nothing of what was sent', async () => {
  const person = newPerson()
  await stack.platform.createUser(person)
  const before = lines().length
  const { headers } = await stack.post('/api/users/login/?email=canary@example.com', { email: person.email, password })
  await stack.get('/api/users/login/')
  await stack.get('/canary/eyJhbGciOi/')
  await stack.get('/api/users/profile')
  const canary = { authorization: 'Bearer canary', 'user-agent': 'canary', cookie: 'canary=1' }
  await stack.get('/api/users/profile/', canary)
  expect(lines().slice(before)).toEqual([
    {
      method: 'POST',
      route: '/api/users/login/',
      status: 200,
      milliseconds: expect.any(Number),
      requestId: headers.get('x-request-id'),
    },
    expect.objectContaining({ method: 'GET', route: '/api/users/login/', status: 405 }),
    expect.objectContaining({ method: 'GET', route: null, status: 404 }),
    expect.objectContaining({ method: 'GET', route: null, status: 301 }),
    expect.objectContaining({ method: 'GET', route: '/api/users/profile/', status: 401 }),
  ])
  expect(JSON.stringify(stack.log)).not.toMatch(/canary|@example|eyJ/)
})

test('probes leave none', async () => {
  const before = lines().length
  for (const path of ['/health', '/ready', '/metrics']) expect((await stack.get(path)).status).toBeLessThan(504)
  expect(lines()).toHaveLength(before)
})

test('an id from outside is taken when it is plain', async () => {
  const answered = async (id: string): Promise<string | null> => {
    const { headers } = await stack.get('/health', { 'x-request-id': id })
    return headers.get('x-request-id')
  }
  expect(await answered('7f3a9c1e-0d52.edge_1')).toBe('7f3a9c1e-0d52.edge_1')
  const uuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/
  for (const id of ['short', 'x'.repeat(65), 'with space here', '"},{"forged":"1', '-leading-dash', '{{7*7}}{{7*7}}'])
    expect(await answered(id)).toMatch(uuid)
  expect(await answered('7f3a9c1e-0d52, 7f3a9c1e')).toMatch(uuid)
})

test('a failure can be found by the id of its answer', async () => {
  await stack.query('ALTER TABLE token_blacklist_outstandingtoken RENAME TO away')
  try {
    const person = newPerson()
    const { status, headers } = await stack.post('/api/users/register/', person)
    expect(status).toBe(500)
    expect(stack.log.find(({ event }) => event === 'http.failed')?.fields).toMatchObject({
      path: '/api/users/register/',
      requestId: headers.get('x-request-id'),
    })
  } finally {
    await stack.query('ALTER TABLE away RENAME TO token_blacklist_outstandingtoken')
  }
})

test('the client’s address is what a trusted proxy says, never what the client says', async () => {
  const trusting = await stack.startAnother({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'], engine: false })
  const person = newPerson()
  await stack.platform.provisioning.engineStarted
  const { id } = await stack.platform.createUser(person)
  await stack.platform.provision(id)
  const { body } = await stack.post('/api/users/login/', { email: person.email, password })
  const authorization = `Bearer ${(body as { access: string }).access}`
  const audited = async (origin: string, forwarded: string): Promise<unknown> => {
    const headers = { authorization, 'x-forwarded-for': forwarded }
    expect((await call(origin, '/api/users/librechat-password/', { headers })).status).toBe(200)
    return stack.log.findLast(({ event }) => event === 'audit.librechat-password')?.fields?.['address']
  }
  expect(await audited(trusting.origin, '198.51.100.66, 203.0.113.7, 10.1.2.3')).toBe('203.0.113.7')
  expect(await audited(trusting.origin, '203.0.113.9 or so')).toBe('127.0.0.1')
  const warnings = (): number => stack.log.filter(({ event }) => event === 'http.proxy-not-trusted').length
  expect(warnings()).toBe(0)
  expect(await audited(stack.platform.origin, '203.0.113.7')).toBe('127.0.0.1')
  expect(await audited(stack.platform.origin, '203.0.113.7')).toBe('127.0.0.1')
  expect(warnings()).toBe(1)
})
