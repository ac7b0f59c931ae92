import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registrationFields } from '../users/registration.ts'
import type { HttpResult, TestStack } from '../testing/stack.ts'
import { call, newPerson, password, startTestStack } from '../testing/stack.ts'

type Json = Record<string, unknown>
interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, { content: Json }>; requestBody?: Json }>>
  readonly components: Json
}

const every = {
  '/api/users/register/': 'post',
  '/api/users/login/': 'post',
  '/api/users/token/refresh/': 'post',
  '/api/users/token/verify/': 'post',
  '/api/users/logout/': 'post',
  '/api/users/profile/': 'get',
  '/api/users/librechat-password/': 'get',
  '/api/users/password/change/': 'post',
  '/health': 'get',
  '/ready': 'get',
  '/metrics': 'get',
  '/api/schema/': 'get',
} as const
type Path = keyof typeof every

let stack: TestStack
let document: Document
beforeAll(async () => {
  stack = await startTestStack()
  await stack.platform.provisioning.engineStarted
  document = (await stack.get('/api/schema/')).body as Document
})
afterAll(() => stack.close())

test('is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const result = await validator.validate({ ...structuredClone(document) })
  expect(result.errors ?? []).toEqual([])
  expect([result.valid, validator.version]).toEqual([true, '3.1'])
})

test('has every route, each with a summary, its request and its answers', () => {
  const methods = Object.entries(document.paths).map(([path, methods]) => [path, Object.keys(methods)])
  expect(Object.fromEntries(methods)).toEqual(
    Object.fromEntries(Object.entries(every).map(([path, method]) => [path, [method]])),
  )
  for (const [path, method] of Object.entries(every)) {
    const operation = document.paths[path]?.[method]
    expect(operation).toMatchObject({ operationId: expect.any(String), summary: expect.stringMatching(/\w/) })
    expect([path, operation?.requestBody !== undefined]).toEqual([path, method === 'post'])
    expect(Object.keys(operation?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '500'].slice(path.includes('register') ? 1 : 0)),
    )
  }
  const ids = Object.values(document.paths).flatMap((one) =>
    Object.values(one).map((it) => (it as { operationId?: string }).operationId),
  )
  expect(new Set(ids).size).toBe(ids.length)
})

test('tells the rules of the fields that the endpoint reads', () => {
  const schema = requestSchema('/api/users/register/')
  expect(schema).toMatchObject({ required: Object.keys(registrationFields) })
  expect(schema['properties']).toMatchObject({
    email: { type: 'string', format: 'email', minLength: 1, maxLength: 254 },
    password: { type: 'string', format: 'password', minLength: 1 },
    user_role: { enum: ['PROPERTY_OWNER', 'SERVICE_PROVIDER', 'STAFF', 'SERVICE_ACCOUNT'] },
    phone_number: { anyOf: [{ type: 'string', maxLength: 20 }, { type: 'null' }] },
  })
})

function requestSchema(path: Path): Json {
  const body = document.paths[path]?.[every[path]]?.requestBody as { content: { 'application/json': { schema: Json } } }
  return body.content['application/json'].schema
}

/** Objects as they are described and nothing more, so that an answer cannot have members that the document lacks. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const parts = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]))
  return 'properties' in parts && !('additionalProperties' in parts) ? { ...parts, additionalProperties: false } : parts
}

/** What is wrong with a body by the document; null: nothing. */
function wrongWith(schema: unknown, body: unknown): unknown {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  const validate = ajv.compile({ ...(closed(schema) as Json), components: closed(document.components) } as Json)
  return validate(body) ? null : validate.errors
}

const seen = new Map<string, Set<number>>()

function expectDocumented(path: Path, answer: HttpResult, status: number): HttpResult {
  expect([path, answer.status]).toEqual([path, status])
  const content = document.paths[path]?.[every[path]]?.responses[String(status)]?.content
  const json = content?.['application/json'] as { schema: unknown } | undefined
  const wrong = json ? wrongWith(json.schema, answer.body) : content?.['text/plain'] ? null : 'not documented'
  expect([path, status, answer.body, wrong]).toEqual([path, status, answer.body, null])
  seen.set(path, (seen.get(path) ?? new Set()).add(status))
  return answer
}

const post = async (path: Path, body: unknown, status: number, headers = {}): Promise<Json> =>
  expectDocumented(path, await stack.post(path, body, headers), status).body as Json
const get = async (path: Path, status: number, headers = {}): Promise<Json> =>
  expectDocumented(path, await stack.get(path, headers), status).body as Json

test('every endpoint answers as the document says', async () => {
  const person = newPerson({ phone_number: null })
  expect(wrongWith(requestSchema('/api/users/register/'), person)).toBe(null)
  const { user } = await post('/api/users/register/', person, 201)
  await post('/api/users/register/', person, 400)
  await post('/api/users/login/', { email: person.email, password: 'x' }, 401)
  const { access, refresh } = await post('/api/users/login/', { email: person.email, password }, 200)
  const bearer = { authorization: `Bearer ${String(access)}` }

  for (const [path, method] of Object.entries(every) as [Path, string][]) {
    if (!path.startsWith('/api/users/')) continue
    if (method === 'get') await get(path, 401, { authorization: 'Bearer x' })
    else {
      const signedIn = document.paths[path]?.[method]?.responses['401'] === undefined ? {} : bearer
      await post(path, '{"broken', 400, signedIn)
      await post(path, `"${'x'.repeat(70_000)}"`, 413, signedIn)
      await post(path, 'a=b', 415, { ...signedIn, 'content-type': 'text/plain' })
    }
  }
  await post('/api/users/logout/', {}, 401)
  await post('/api/users/password/change/', {}, 401)

  await get('/api/users/profile/', 200, bearer)
  await stack.query(`UPDATE users_user SET service_provider_id = gen_random_uuid() WHERE email = $1`, [person.email])
  await get('/api/users/profile/', 200, bearer)

  const unprovisioned = newPerson()
  stack.librechat.down = true
  await stack.post('/api/users/register/', unprovisioned)
  const other = await stack.post('/api/users/login/', { email: unprovisioned.email, password })
  await get('/api/users/librechat-password/', 404, {
    authorization: `Bearer ${(other.body as { access: string }).access}`,
  })
  stack.librechat.down = false
  await stack.platform.provision((user as { id: string }).id)
  await get('/api/users/librechat-password/', 200, bearer)

  await post('/api/users/token/verify/', { token: refresh }, 200)
  await post('/api/users/token/verify/', { token: 'x' }, 401)
  await post('/api/users/token/verify/', {}, 400)
  await post('/api/users/token/refresh/', {}, 400)
  await post('/api/users/token/refresh/', { refresh: 'x' }, 401)
  const tokens = await post('/api/users/token/refresh/', { refresh }, 200)
  const change = { current_password: password, new_password: 'short', confirm_new_password: 'short' }
  await post('/api/users/password/change/', change, 400, bearer)
  const fresh = 'Another-Kettle9!'
  await post('/api/users/logout/', { refresh_token: 'x' }, 400, bearer)
  await post('/api/users/logout/', { refresh_token: tokens['refresh'] }, 200, bearer)
  const right = { current_password: password, new_password: fresh, confirm_new_password: fresh }
  await post('/api/users/password/change/', right, 200, bearer)

  await get('/health', 200)
  await get('/ready', 200)
  await get('/metrics', 200)
  await get('/metrics', 403, { 'x-forwarded-for': '203.0.113.7' })
  await get('/api/schema/', 200)
})

test('too many calls, too', async () => {
  const one = { calls: 1, seconds: 60 }
  const limits = { loginsPerAddress: one, loginsPerEmail: one, handOutsPerUser: one }
  const { origin } = await stack.startAnother({ limits, encryptionKey: null })
  const person = newPerson()
  await stack.platform.createUser(person)
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(person) }
  const { body } = await call(origin, '/api/users/login/', init)
  expectDocumented('/api/users/login/', await call(origin, '/api/users/login/', init), 429)
  const headers = { authorization: `Bearer ${(body as { access: string }).access}` }
  await call(origin, '/api/users/librechat-password/', { headers })
  const path = '/api/users/librechat-password/'
  expectDocumented(path, await call(origin, path, { headers }), 429)
  const change = { current_password: 'Wrong-1', new_password: 'Wrong-2', confirm_new_password: 'Wrong-2' }
  const guess = { method: 'POST', headers: { ...init.headers, ...headers }, body: JSON.stringify(change) }
  await call(origin, '/api/users/password/change/', guess)
  expectDocumented('/api/users/password/change/', await call(origin, '/api/users/password/change/', guess), 429)
  expectDocumented('/ready', await call(origin, '/ready', {}), 503)
})

test('and when something fails', async () => {
  const person = newPerson()
  await stack.platform.createUser(person)
  const { access, refresh } = (await stack.post('/api/users/login/', { email: person.email, password })).body as Json
  const bearer = { authorization: `Bearer ${String(access)}` }
  await stack.query('ALTER TABLE users_user RENAME TO away')
  try {
    await post('/api/users/register/', newPerson(), 500)
    await post('/api/users/login/', { email: person.email, password }, 500)
    await post('/api/users/token/refresh/', { refresh }, 500)
    await post('/api/users/logout/', {}, 500, bearer)
    await post('/api/users/password/change/', {}, 500, bearer)
    await get('/api/users/profile/', 500, bearer)
    await get('/api/users/librechat-password/', 500, bearer)
  } finally {
    await stack.query('ALTER TABLE away RENAME TO users_user')
  }
  await stack.query('ALTER TABLE token_blacklist_blacklistedtoken RENAME TO away')
  try {
    await post('/api/users/token/verify/', { token: refresh }, 500)
  } finally {
    await stack.query('ALTER TABLE away RENAME TO token_blacklist_blacklistedtoken')
  }
})

test('all that the document says was seen', () => {
  // Nothing that they use can fail.
  const never = ['/health', '/ready', '/metrics', '/api/schema/'].map((path) => `${path} 500`)
  const said = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).flatMap(({ responses }) => Object.keys(responses).map((status) => `${path} ${status}`)),
  )
  const missing = said.filter((one) => {
    const [path = '', status] = one.split(' ')
    return seen.get(path)?.has(Number(status)) !== true
  })
  expect(missing.filter((one) => !never.includes(one))).toEqual([])
})
