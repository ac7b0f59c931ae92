import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCanaryScanner } from '../testing/canaries.ts'
import type { TestStack } from '../testing/stack.ts'
import { jwtSecret, newPerson, password, startTestStack } from '../testing/stack.ts'
import { createPasswordHash } from '../users/password-hash.ts'

/** So many that hashing is what takes the time. */
const passwordIterations = 60_000
const encryptionKey = randomBytes(32).toString('base64url')
let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ passwordIterations, encryptionKey, httpTimes: { headers: 400, request: 800 } })
  await stack.platform.provisioning.engineStarted
})
afterAll(() => stack.close())

interface Answer {
  readonly call: string
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
}
const answers: Answer[] = []

async function ask(method: string, path: string, init: { body?: unknown; bearer?: string } = {}): Promise<Answer> {
  const { body, bearer } = init
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`
  const response = await fetch(stack.platform.origin + path, {
    method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const answer = {
    call: `${method} ${path}`,
    status: response.status,
    headers: new Map(response.headers),
    text: await response.text(),
  }
  answers.push(answer)
  return answer
}

/** What no client library would send. */
async function askRaw(name: string, text: string): Promise<Answer> {
  const socket = connect(Number(new URL(stack.platform.origin).port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => undefined)
  socket.write(text)
  await new Promise((resolve) => socket.on('close', resolve))
  const [head = '', ...rest] = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n')
  const [line = '', ...lines] = head.split('\r\n')
  const headers = new Map(
    lines.map((one) => [one.split(':')[0]!.toLowerCase(), one.slice(one.indexOf(':') + 1).trim()]),
  )
  const answer = { call: name, status: Number(line.split(' ')[1]), headers, text: rest.join('\r\n\r\n') }
  answers.push(answer)
  return answer
}
const json = (answer: Answer): Record<string, unknown> => JSON.parse(answer.text) as Record<string, unknown>

const endpoints = ['register', 'login', 'token/refresh', 'token/verify', 'logout', 'password/change'].map(
  (name) => `/api/users/${name}/`,
)
const gets = ['/api/users/profile/', '/api/users/librechat-password/']
const person = newPerson({ email: 'subject@example.com' })

test('every endpoint, right and wrong', async () => {
  const rights = [await ask('POST', '/api/users/register/', { body: person })]
  const { id } = json(rights[0]!)['user'] as { id: string }
  const login = await ask('POST', '/api/users/login/', { body: { email: person.email, password } })
  const { access, refresh } = json(login) as { access: string; refresh: string }
  expect(await stack.platform.provision(id)).toBe('provisioned')
  rights.push(
    login,
    await ask('GET', '/api/users/profile/', { bearer: access }),
    await ask('GET', '/api/users/librechat-password/', { bearer: access }),
    await ask('POST', '/api/users/token/verify/', { body: { token: refresh } }),
  )
  const refreshed = await ask('POST', '/api/users/token/refresh/', { body: { refresh } })
  const next = json(refreshed) as { access: string; refresh: string }
  rights.push(
    refreshed,
    await ask('POST', '/api/users/logout/', { body: { refresh_token: next.refresh }, bearer: access }),
    await ask('POST', '/api/users/password/change/', {
      body: { current_password: password, new_password: `${password}2`, confirm_new_password: `${password}2` },
      bearer: access,
    }),
  )
  expect(rights.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 200, 200, 200])

  for (const path of endpoints)
    for (const body of [
      password,
      `{"password": "${password}" x`,
      '{',
      '{}',
      '[]',
      { email: person.email, password: 'wrong' },
      'x'.repeat(70_000),
    ]) {
      for (const bearer of [access, undefined, 'x.y.z']) {
        const { status } = await ask('POST', path, { body, ...(bearer === undefined ? {} : { bearer }) })
        expect([400, 401, 413]).toContain(status)
      }
    }
  for (const path of [...endpoints, ...gets]) {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { status } = await ask(method, path, { bearer: access })
      expect([method, path, status]).toEqual([method, path, 405])
    }
    expect((await ask('GET', path.slice(0, -1))).status).toBe(301)
    expect((await ask('POST', path.slice(0, -1))).status).toBe(404)
  }
  const { status } = await ask('GET', '/api/users/librechat-password/', { bearer: refresh })
  expect(status).toBe(401)
  for (const path of ['/', '/health', '/ready', '/metrics', '/api/schema/', '/api', '/favicon.ico', '/.env'])
    await ask('GET', path)
})

test('what is no request gets the same kind of answer', async () => {
  const host = 'Host: x\r\n'
  const type = 'Content-Type: application/json\r\n'
  const said = async (name: string, text: string): Promise<unknown[]> => {
    const { status, headers, text: body } = await askRaw(name, text)
    return [status, headers.get('content-type'), headers.get('cache-control'), headers.get('connection'), body]
  }
  const kind = ['application/json; charset=utf-8', 'no-store', 'close']
  const bad = [400, ...kind, '{"detail":"Bad request."}']
  expect(await said('garbage', 'GARBAGE\r\n\r\n')).toEqual(bad)
  expect(await said('HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')).toEqual(bad)
  expect(await said('bytes', `GET /\u00FF HTTP/1.1\r\n${host}\r\n`)).toEqual(bad)
  const late = [408, ...kind, '{"detail":"Request timed out."}']
  expect(await said('silence', '')).toEqual(late)
  expect(await said('half a head', `GET /health HTTP/1.1\r\n${host}X-Slow: `)).toEqual(late)
  const half = `POST /api/users/login/ HTTP/1.1\r\n${host}${type}Content-Length: 9\r\n\r\n{`
  expect(await said('half a body', half)).toEqual(late)
  const large = [431, ...kind, '{"detail":"Request header fields are too large."}']
  expect(await said('large', `GET /health HTTP/1.1\r\n${host}X: ${'x'.repeat(17_000)}\r\n\r\n`)).toEqual(large)
})

/** Every key and text of a JSON value, with the way to it. */
function* leaves(value: unknown, way: string): Generator<readonly [string, string]> {
  if (typeof value === 'object' && value !== null)
    for (const [key, one] of Object.entries(value)) {
      yield [`${way}.${key}`, key]
      yield* leaves(one, `${way}.${key}`)
    }
  else yield [way, String(value)]
}

test('none of these answers tells more than it should, and none may be kept', async () => {
  const rows = await stack.query('SELECT password, librechat_password_encrypted AS sealed FROM users_user')
  const secrets = Object.fromEntries([
    ...rows.flatMap(({ password: hash, sealed }, index) => [
      [`hash ${index}`, hash],
      [`sealed ${index}`, sealed],
    ]),
    ['encryption key', encryptionKey],
    ['jwt secret', jwtSecret],
    ['password', password],
    ['database password', new URL(stack.databaseUrl).password],
    ['librechat password', stack.librechat.accounts.get(person.email)?.password],
  ]) as Record<string, string>
  const { scan } = createCanaryScanner(secrets)
  expect(answers.length).toBeGreaterThan(150)

  const inside = /pbkdf2_|gAAAA|node_modules|\bat \S+ \(|\.[jt]s:\d+|SELECT |syntax error|fastify|node\.js/gi
  const field = /hash|secret|librechat_|encrypted|service_token|is_staff|is_superuser|synced|last_login/
  for (const { call, status, headers, text } of answers) {
    // The document of the interface names fields, with their kinds: values it has none.
    const isData = call !== 'GET /api/schema/' && headers.get('content-type')?.startsWith('application/json') === true
    const words = isData ? [...leaves(JSON.parse(text), '')] : []
    const found = scan('', `${text}\n${JSON.stringify([...headers])}`).map(({ canary }) => canary)
    const handOut = call === 'GET /api/users/librechat-password/' && status === 200
    expect({
      what: `${call} ${status} ${text.slice(0, 100)}`,
      kept: headers.get('cache-control'),
      banner: ['server', 'x-powered-by', 'via'].filter((name) => headers.has(name)),
      secrets: [...new Set(found)],
      inside: text.match(inside) ?? [],
      fields: words.filter(([, word]) => field.test(word)).map(([way]) => way),
    }).toEqual({
      what: expect.any(String),
      kept: 'no-store',
      banner: [],
      secrets: handOut ? ['librechat password'] : [],
      inside: [],
      fields: handOut ? ['.librechat_password'] : [],
    })
  }
})

test('every wrong login takes as long as another, whoever it is of', async () => {
  const add = async (hash?: string): Promise<string> => {
    const { email } = newPerson()
    const { id } = await stack.platform.createUser(newPerson({ email }))
    if (hash !== undefined) await stack.query('UPDATE users_user SET password = $2 WHERE id = $1', [id, hash])
    return email
  }
  const inactive = await add()
  await stack.query('UPDATE users_user SET is_active = false WHERE email = $1', [inactive])
  const kinds: Record<string, unknown> = {
    'wrong password': { email: await add(), password: 'Wrong-Password9!' },
    'unknown user': { email: 'nobody@example.com', password },
    inactive: { email: inactive, password },
    'hash of few rounds': { email: await add(await createPasswordHash(100).make(password)), password: 'Wrong-1' },
    'unusable hash': { email: await add('!'), password },
    'hash of another kind': { email: await add('argon2$argon2id$v=19$x'), password },
    'no e-mail address': { email: 'x', password },
    'no password': { email: person.email },
    'no object': [],
  }
  const times = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]))
  // In turns, so that a busy moment of the machine is shared.
  for (let round = 0; round < 9; round++)
    for (const [kind, body] of Object.entries(kinds)) {
      const started = performance.now()
      const { status } = await stack.post('/api/users/login/', body)
      times.get(kind)?.push(performance.now() - started)
      expect([kind, status]).toEqual([kind, 401])
    }
  const medians = [...times].map(([kind, all]) => ({ kind, median: all.toSorted((a, b) => a - b)[4] ?? 0 }))
  const [least, most] = [Math.min, Math.max].map((of) => of(...medians.map(({ median }) => median))) as [number, number]
  // Without the hashing it would be a tenth.
  expect(medians.filter(({ median }) => median > 2 * least || median < most / 2)).toEqual([])
})

test('when the database is not as it should be: the words of the contract, nothing of the cause', async () => {
  const { email } = newPerson()
  await stack.platform.createUser(newPerson({ email }))
  const login = await stack.post('/api/users/login/', { email, password })
  const { access, refresh } = login.body as { access: string; refresh: string }
  const bearer = access
  const wanted: readonly [string, string, unknown, Record<string, string>][] = [
    ['POST', '/api/users/register/', newPerson(), { error: 'An error occurred during registration' }],
    ['POST', '/api/users/login/', { email, password }, { error: 'An error occurred during login' }],
    ['POST', '/api/users/token/refresh/', { refresh }, { detail: 'An error occurred during token refresh' }],
    ['POST', '/api/users/logout/', { refresh_token: refresh }, { detail: 'An error occurred during logout' }],
    ['GET', '/api/users/librechat-password/', undefined, { error: 'Failed to retrieve LibreChat password' }],
    ['GET', '/api/users/profile/', undefined, { error: 'Failed to retrieve the profile' }],
  ]
  await stack.query('ALTER TABLE users_user RENAME TO users_user_away')
  try {
    for (const [method, path, body, said] of wanted) {
      const answer = await ask(method, path, { bearer, ...(body === undefined ? {} : { body }) })
      expect([path, answer.status, json(answer)]).toEqual([path, 500, said])
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  } finally {
    await stack.query('ALTER TABLE users_user_away RENAME TO users_user')
  }
  expect((await stack.get('/api/users/profile/', { authorization: `Bearer ${bearer}` })).status).toBe(200)
  const failures = stack.log.filter(({ event }) => event === 'http.failed')
  expect(failures).toHaveLength(wanted.length)
  expect(JSON.stringify(failures)).not.toMatch(/users_user|relation|SELECT/)
})
