import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestStack } from '../testing/stack.ts'
import { newPerson, password, startTestStack } from '../testing/stack.ts'

let stack: TestStack
let bearer: Record<string, string>
beforeAll(async () => {
  stack = await startTestStack({ engine: false })
  const person = newPerson()
  await stack.platform.createUser(person)
  const { body } = await stack.post('/api/users/login/', { email: person.email, password })
  bearer = { authorization: `Bearer ${(body as { access: string }).access}` }
})
afterAll(() => stack.close())

/** As much as a body may hold. */
const most = 60_000
const calls: readonly [string, readonly string[]][] = [
  ['/api/users/register/', ['email', 'password', 'first_name', 'last_name', 'user_role', 'phone_number']],
  ['/api/users/login/', ['email', 'password']],
  ['/api/users/token/refresh/', ['refresh']],
  ['/api/users/token/verify/', ['token']],
  ['/api/users/logout/', ['refresh_token']],
  ['/api/users/password/change/', ['current_password', 'new_password']],
]
const long: readonly [string, string][] = [
  ['white space within', `x${' '.repeat(most)}x`],
  ['other white space within', `x${'\u2003'.repeat(most / 3)}x`],
  ['white space alone', ' '.repeat(most)],
  ['dots', `${'a.'.repeat(most / 2)}@`],
  ['ats', '@'.repeat(most)],
  ['labels', `a@${'a-'.repeat(most / 2)}`],
  ['quotes', `"${'\\"'.repeat(most / 4)}`],
  ['digits', `${'1'.repeat(most)}x`],
  ['parts of a token', 'a.'.repeat(most / 2)],
  ['a token with a long end', `a.a.${'a'.repeat(most)}!`],
]

test.each(calls)('%s: the longest fields cost no more than they are worth', async (path, fields) => {
  const person = newPerson()
  for (const field of fields)
    for (const [name, value] of long) {
      const known = path.endsWith('register/') ? person : { email: person.email, password }
      const body = JSON.stringify({ ...known, [field]: value })
      const started = performance.now()
      const { status } = await stack.post(path, body, bearer)
      // Not 413: it was looked at.
      expect([200, 201, 400, 401], `${field}: ${name}`).toContain(status)
      expect(performance.now() - started, `${field}: ${name}`).toBeLessThan(500)
    }
})

/** What comes back for bytes that no client library would send. */
async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(stack.platform.origin).port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => undefined)
  socket.write(text)
  // Not `once`, which rejects when the connection is reset: that is an answer too.
  await new Promise((resolve) => socket.on('close', resolve))
  return Buffer.concat(chunks).toString('latin1')
}
const end = 'Host: x\r\nConnection: close\r\n'

test.each(['/%zz', '/%E0%A4%A', '/api/users/%ff/', '/api/users/profile/%', '/api/users/profile/%00'])(
  'a path that is no text is a path like others: %s',
  async (path) => {
    const before = stack.log.length
    const answer = await raw(`GET ${path} HTTP/1.1\r\n${end}\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
    expect(answer).toMatch(/\r\ncache-control: no-store\r\n/)
    expect(answer).toMatch(/\r\nx-request-id: /)
    expect(answer).toMatch(/\r\n\r\n\{"detail":"Not found\."\}$/)
    expect(stack.log.slice(before)).toMatchObject([{ event: 'http.request', fields: { route: null, status: 404 } }])
  },
)

test.each(['//other.example/api/users/profile', 'http://other.example/api/users/profile', '/\\other.example/'])(
  'nobody is sent elsewhere: %s',
  async (target) => {
    const location = /\r\nlocation: (\S*)/i.exec(await raw(`GET ${target} HTTP/1.1\r\n${end}\r\n`))?.[1]
    expect(location ?? '/').toMatch(/^\/(?![/\\])/)
  },
)

test('10 MB in chunks of unsaid length, and 10 MB where no body belongs', async () => {
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  const head = `POST /api/users/login/ HTTP/1.1\r\n${end}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
  expect(await raw(head + chunk.repeat(160))).toMatch(/^(HTTP\/1\.1 413 |$)/)
  const get = `GET /api/users/profile/ HTTP/1.1\r\n${end}Authorization: ${bearer['authorization']}\r\n`
  const before = process.memoryUsage().rss
  await raw(`${get}Content-Type: application/json\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(10_000_000)}`)
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
  expect((await stack.get('/api/users/profile/', bearer)).status).toBe(200)
})
