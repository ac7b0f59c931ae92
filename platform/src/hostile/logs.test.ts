import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createCanaryScanner } from '../testing/canaries.ts'
import { newPerson } from '../testing/stack.ts'

const folder = await mkdtemp(join(tmpdir(), 'platform-logs-'))
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

test('what the program prints is one JSON object a line, whatever is sent to it, and has none of that in it', async () => {
  const marker = `marker-${randomBytes(12).toString('hex')}`
  const program = spawn(process.execPath, [join(import.meta.dirname, '../main.ts')], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      HESTAMI_PLATFORM_DATA: folder,
      LIBRECHAT_API_URL: 'http://127.0.0.1:9',
      LIBRECHAT_ENCRYPTION_KEY: randomBytes(32).toString('base64url'),
      LOG_LEVEL: 'debug',
      TRUST_PROXY: 'loopback',
      LOGIN_LIMIT_PER_EMAIL: '2/1m',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  program.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  program.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const started = (): string | undefined => /"event":"platform\.started","origin":"([^"]+)"/.exec(out)?.[1]
  await expect.poll(started, { timeout: 20_000, interval: 50 }).toBeDefined()
  const origin = String(started())

  const forged = `${marker}\r\n{"level":"error","event":"forged"}\r\n\u2028\u001B[2J\u0000\u202E`
  const names = [
    'email',
    'password',
    'confirm_password',
    'first_name',
    'refresh',
    'token',
    'refresh_token',
    'user_role',
  ]
  const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, forged])))
  const calls = ['register', 'login', 'token/refresh', 'token/verify', 'logout', 'password/change'].map(
    (name) => `/api/users/${name}/`,
  )
  const person = newPerson({ email: `${marker}@example.com`, first_name: `\n${marker.slice(0, 20)}\n{}` })
  const known = JSON.stringify(person)
  const lying = [
    `X-Forwarded-For: 203.0.113.7\u001B, ${marker}"},{"event":"forged"`,
    `Forwarded: for=${marker}`,
    `X-Request-Id: ${marker} {"event":"forged"}`,
    `User-Agent: ${marker}\u007F`,
    `Cookie: refresh_token=${marker}; access_token=${marker}`,
    `Referer: http://${marker}/`,
  ]
  const send = async (
    method: string,
    target: string,
    content: string,
    more: readonly string[] = [],
  ): Promise<string> => {
    const lines = [
      `${method} ${target} HTTP/1.1`,
      'Host: x',
      'Connection: close',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(content)}`,
      ...more,
    ]
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.write(`${lines.join('\r\n')}\r\n\r\n${content}`, 'utf8')
    await once(socket, 'close')
    return Buffer.concat(chunks).toString('utf8')
  }
  const answers: string[] = []
  for (const path of calls) answers.push(await send('POST', path, body), await send('POST', path, `{"${marker}`))
  for (const header of lying) answers.push(await send('POST', '/api/users/login/', known, [header]))
  answers.push(await send('GET', `/${marker}?email=${marker}`, ''))
  answers.push(await send('GET', `/api/users/profile/?token=${marker}`, '', [`Authorization: Bearer ${marker}`]))
  answers.push(await send(marker.toUpperCase(), '/', ''))
  answers.push(await send('POST', '/api/users/register/', known))
  answers.push(await send('POST', '/api/users/register/', known))
  for (let time = 0; time < 3; time++)
    answers.push(await send('POST', '/api/users/login/', JSON.stringify({ ...person, password: marker })))
  expect(answers.map((answer) => answer.slice(9, 12)).filter((status) => !/^[234]\d\d$/.test(status))).toEqual([])
  for (const status of ['201', '400', '401', '404', '429'])
    expect(answers.some((answer) => answer.startsWith(`HTTP/1.1 ${status}`))).toBe(true)
  // Answers, too, have no header of a caller's making.
  for (const answer of answers) expect(answer.split('\r\n\r\n')[0]).not.toMatch(/forged|marker-/)

  program.kill('SIGTERM')
  expect(await once(program, 'close')).toEqual([0, null])
  const lines = out.split('\n')
  expect(lines.pop()).toBe('')
  const events = lines.map((line) => JSON.parse(line) as { event: string; level: string; at: string })
  expect(events.filter(({ event }) => event === 'http.request').length).toBeGreaterThan(20)
  for (const { event, level, at } of events) {
    expect(event).toMatch(/^[a-z]+\.[a-z-]+$/)
    expect(['debug', 'info', 'warn']).toContain(level)
    expect(new Date(at).toISOString()).toBe(at)
  }
  expect(events.map(({ event }) => event)).toContain('http.throttled')
  // oxlint-disable-next-line no-control-regex -- exactly those must not be there
  expect(out).not.toMatch(/forged|[\u0000-\u0009\u000B-\u001F\u007F\u2028\u202E]/)
  expect(createCanaryScanner({ marker }).scan('output', out)).toEqual([])
  expect(err).toBe('')
}, 40_000)
