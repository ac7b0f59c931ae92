import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestStack } from '../testing/stack.ts'
import { call, newPerson, password, startTestStack } from '../testing/stack.ts'

let stack: TestStack
let bearer: Record<string, string>
beforeAll(async () => {
  stack = await startTestStack({ engine: false, httpTimes: { headers: 600, request: 2000 } })
  const person = newPerson()
  await stack.platform.createUser(person)
  const { body } = await stack.post('/api/users/login/', { email: person.email, password })
  bearer = { authorization: `Bearer ${(body as { access: string }).access}` }
})
afterAll(() => stack.close())

const posts = [
  '/api/users/register/',
  '/api/users/login/',
  '/api/users/token/refresh/',
  '/api/users/token/verify/',
  '/api/users/logout/',
  '/api/users/password/change/',
]
const json = { 'content-type': 'application/json' }
const send = (
  path: string,
  body: RequestInit['body'],
  headers: Record<string, string> = json,
): ReturnType<typeof call> =>
  call(stack.platform.origin, path, { method: 'POST', headers: { ...bearer, ...headers }, body })
const isAlive = async (): Promise<void> => expect((await stack.get('/api/users/profile/', bearer)).status).toBe(200)

/** What comes back for bytes that no client library would send. */
async function raw(text: string | Buffer, { end = true }: { end?: boolean } = {}): Promise<string> {
  const socket = connect(Number(new URL(stack.platform.origin).port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => undefined)
  socket.write(text)
  if (end) socket.end()
  // Not `once`, which rejects when the connection is reset: that is an answer too.
  await new Promise((resolve) => socket.on('close', resolve))
  return Buffer.concat(chunks).toString('latin1')
}

test.each(posts)('10 MB at %s: refused', async (path) => {
  const before = process.memoryUsage().rss
  const huge = JSON.stringify({ email: 'x'.repeat(10 * 1024 * 1024) })
  const refused = await Promise.all(
    Array.from({ length: 5 }, async () => {
      try {
        return (await send(path, huge)).status
      } catch {
        // The connection was closed while the rest was still being sent.
        return 413
      }
    }),
  )
  expect(refused).toEqual([413, 413, 413, 413, 413])
  await isAlive()
  // This process also made the bodies: what counts is that the platform kept none of the 50 MB.
  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
})

test.each(posts)(
  'more than 64 KB at %s: refused by the length that is said, or at the first byte too much',
  async (path) => {
    const authorization = `Authorization: ${bearer['authorization']}\r\n`
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\n${authorization}Content-Type: application/json\r\n`
    const chunk = `10001\r\n${' '.repeat(65_537)}\r\n`
    // Nothing more comes: what waits for the rest gets a 408.
    const answers = await Promise.all([
      raw(`${head}Content-Length: 10485760\r\n\r\n`, { end: false }),
      raw(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`, { end: false }),
    ])
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 413 (?![^]*HTTP\/1\.1 2)/)
  },
)

test('JSON that is deep, broken, or of another kind is a 400 at most', async () => {
  const depth = 30_000
  const tooDeep = '['.repeat(100_000)
  const bodies = [
    '['.repeat(depth) + ']'.repeat(depth),
    '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000),
    '[',
    '{"email":',
    'null',
    '1',
    '"text"',
    '[]',
    'true',
    '{"email": NaN}',
    "{'email': 1}",
    '\u{FEFF}{}',
    '{"email":"a@example.com","email":"b@example.com","password":"x"}',
    '{"__proto__":{"is_active":true},"constructor":{"prototype":{"polluted":1}}}',
  ]
  for (const path of posts)
    for (const body of bodies) {
      const { status } = await send(path, body)
      // Login answers what is JSON as it does every wrong login.
      const isJson = !['[', '{"email":', '{"email": NaN}', "{'email': 1}", '\u{FEFF}{}'].includes(body)
      const wanted = isJson && path.endsWith('/login/') ? 401 : 400
      expect([path, body.slice(0, 20), status]).toEqual([path, body.slice(0, 20), wanted])
    }
  for (const path of posts) expect((await send(path, tooDeep + ']'.repeat(100_000))).status).toBe(413)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  await isAlive()
})

test('other encodings of a body are not undone: a bomb stays small', async () => {
  const bomb = gzipSync(Buffer.alloc(5 * 1024 * 1024))
  const answer = await send('/api/users/login/', bomb, { ...json, 'content-encoding': 'gzip' })
  expect(answer.status).toBe(400)
  for (const type of [
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
  ])
    expect((await send('/api/users/login/', 'email=a', { 'content-type': type })).status).toBe(415)
  expect((await send('/api/users/login/', Buffer.from([0x22, 0xff, 0xfe, 0x22]))).status).toBe(400)
})

test('headers without end: too large, or too slow', async () => {
  expect(await raw(`GET /api/users/profile/ HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(100_000)}\r\n\r\n`)).toMatch(
    /^(HTTP\/1\.1 431 |$)/,
  )
  const cookies = Array.from({ length: 10_000 }, (_, index) => `a${index}=1`).join('; ')
  expect(await raw(`GET /api/users/profile/ HTTP/1.1\r\nHost: x\r\nCookie: ${cookies}\r\n\r\n`)).toMatch(
    /^(HTTP\/1\.1 431 |$)/,
  )
  const started = performance.now()
  const slow = ['GET /api/users/profile/ HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'GET /api', '']
  for (const answer of await Promise.all(slow.map((head) => raw(head, { end: false }))))
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  const second = await raw('GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /hea', { end: false })
  expect(second.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 408'])
  expect(performance.now() - started).toBeLessThan(8000)
  await isAlive()
}, 20_000)

test('a body that never comes, by length or in chunks, is not waited for', async () => {
  const head = 'POST /api/users/login/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
  const started = performance.now()
  const ended: string[] = []
  const told = async (name: string, text: string): Promise<string> => {
    const answer = await raw(text, { end: false })
    ended.push(name)
    return answer
  }
  const [byLength, inChunks] = await Promise.all([
    told('body', `${head}Content-Length: 100\r\n\r\n{"em`),
    told('body', `${head}Transfer-Encoding: chunked\r\n\r\n4\r\n{"em\r\n`),
    pause(400).then(() => told('head', head)),
  ])
  // A head has less time, even one that came later.
  expect(ended).toEqual(['head', 'body', 'body'])
  for (const answer of [byLength, inChunks]) expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  expect(performance.now() - started).toBeLessThan(10_000)
  await isAlive()
}, 20_000)

test('a body without end is not listened to for long, also by those who have answered already', async () => {
  const started = performance.now()
  const drip = (path: string): Promise<string> => {
    const socket = connect(Number(new URL(stack.platform.origin).port), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')))
    socket.on('error', () => undefined)
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    const dripping = setInterval(() => socket.write('1\r\n \r\n'), 20)
    return new Promise((resolve) => {
      socket.on('close', () => {
        clearInterval(dripping)
        resolve(answer)
      })
    })
  }
  const [login, logout] = await Promise.all([drip('/api/users/login/'), drip('/api/users/logout/')])
  expect(login).toMatch(/^(HTTP\/1\.1 408 |$)/)
  // No bearer: refused before its body has come.
  expect(logout).toMatch(/^HTTP\/1\.1 401 /)
  expect(performance.now() - started).toBeLessThan(8000)
  await isAlive()
}, 20_000)

const smuggled = 'GET /api/users/profile/ HTTP/1.1\r\nHost: x\r\n\r\n'
test.each([
  ['length and chunks', `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['two lengths', `Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}${smuggled}`],
  ['two codings', `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a coding with a tail', `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a folded header', `Content-Length: 2\r\nX-A: b\r\n Transfer-Encoding: chunked\r\n\r\n{}`],
  ['a space before the colon', `Content-Length : 2\r\n\r\n{}`],
  ['a bare line feed', `Content-Length: 2\nX: y\r\n\r\n{}`],
  ['a length with a sign', `Content-Length: +2\r\n\r\n{}${smuggled}`],
  ['a length in hex', `Content-Length: 0x2\r\n\r\n{}${smuggled}`],
  ['a list of lengths', `Content-Length: 2, 2\r\n\r\n{}${smuggled}`],
  ['a chunk size with a sign', `Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n${smuggled}`],
  ['a chunk that ends early', `Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n${smuggled}`],
  ['chunks in vertical tabs', `Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a null in a header', `Content-Length: 2\r\nX-A: a\0b\r\n\r\n{}${smuggled}`],
  ['a negative length', `Content-Length: -1\r\n\r\n{}`],
])('requests within requests: %s', async (_name, rest) => {
  const answer = await raw(`POST /api/users/login/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${rest}`)
  // One answer, and it is a refusal: what came after was not taken for a request.
  expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 400'])
  await isAlive()
})

test('what is too large takes nothing behind it for a request; what is refused by its head takes the next one', async () => {
  const head = (path: string, more = ''): string =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}`
  const inside = smuggled.repeat(2000)
  const large = head('/api/users/login/', `Content-Length: ${inside.length}\r\n\r\n${inside}`)
  expect((await raw(large)).match(/HTTP\/1\.1 \d{3}/g) ?? ['HTTP/1.1 413']).toEqual(['HTTP/1.1 413'])
  const unknown = head('/api/users/logout/', `Content-Length: ${inside.length}\r\n\r\n${inside}`)
  const last = 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  expect((await raw(unknown + last)).match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
  const extended = head(
    '/api/users/login/',
    `Transfer-Encoding: chunked\r\n\r\n2;${'a'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`,
  )
  expect(await raw(extended)).toMatch(/^(HTTP\/1\.1 413 |$)/)
  await isAlive()
})

test('switching protocols, tunnels and expectations: there is nothing but HTTP/1.1', async () => {
  const ask = (method: string, target: string, more: string): Promise<string> =>
    raw(`${method} ${target} HTTP/1.1\r\nHost: x\r\n${more}\r\n`)
  const upgrade = 'Connection: Upgrade, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'
  expect(await ask('GET', '/health', upgrade)).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n\{"status":"ok"\}$/)
  expect(await ask('CONNECT', '127.0.0.1:1', '')).toBe('')
  const close = 'Connection: close\r\n'
  expect(await ask('TRACE', '/api/users/login/', `X-Secret: hunter2\r\n${close}`)).toMatch(
    /^HTTP\/1\.1 404 (?![^]*hunter2)/,
  )
  expect(await ask('OPTIONS', '*', close)).toMatch(/^HTTP\/1\.1 404 /)
  expect(await ask('GET', '/health', `Expect: wonders\r\n${close}`)).toMatch(/^HTTP\/1\.1 417 /)
})
