import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestLibreChat } from './testing/librechat.ts'
import { startTestLibreChat } from './testing/librechat.ts'
import { call, jwtSecret, newPerson, password } from './testing/stack.ts'
import { startSystemPostgres } from './testing/system-postgres.ts'

/** Two platforms as an operator runs them, on a PostgreSQL that is not ours: `DATABASE_URL`, or the machine's own. */

const closers: (() => Promise<unknown>)[] = []
let databaseUrl: string
let librechat: TestLibreChat
let origins: string[]
const children: ChildProcess[] = []

async function foreignDatabase(): Promise<string> {
  let server = process.env['DATABASE_URL']
  if (server === undefined || server === '') {
    const postgres = await startSystemPostgres()
    closers.push(() => postgres.stop())
    server = postgres.url
  }
  const name = `hestami_test_${randomBytes(6).toString('hex')}`
  const client = new Client({ connectionString: server })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  closers.push(async () => {
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await client.end()
  })
  return Object.assign(new URL(server), { pathname: `/${name}` }).href
}

async function launch(): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      DATABASE_URL: databaseUrl,
      JWT_SECRET: jwtSecret,
      LIBRECHAT_API_URL: librechat.url,
      LIBRECHAT_ENCRYPTION_KEY: encryptionKey,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as { event: string; origin?: string }
    if (line.event !== 'platform.started') continue
    child.stdout.resume()
    return String(line.origin)
  }
  throw new Error('a platform ended early')
}
const encryptionKey = `${randomBytes(32).toString('base64url')}=`

beforeAll(async () => {
  databaseUrl = await foreignDatabase()
  librechat = await startTestLibreChat({ latency: 20 })
  closers.push(() => librechat.close())
  origins = await Promise.all([launch(), launch()])
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const close of closers.toReversed()) await close()
})

const post = (origin: string, path: string, body: unknown): ReturnType<typeof call> =>
  call(origin, path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

async function librechatPassword(origin: string, email: string): Promise<string | null> {
  const { body } = await post(origin, '/api/users/login/', { email, password })
  const headers = { authorization: `Bearer ${(body as { access: string }).access}` }
  const answer = await call(origin, '/api/users/librechat-password/', { headers })
  return answer.status === 200 ? (answer.body as { librechat_password: string }).librechat_password : null
}

test('users register at either, one process is killed, the other serves them all', async () => {
  const [first, second] = origins as [string, string]
  const people = Array.from({ length: 8 }, () => newPerson())
  for (const [index, person] of people.entries())
    expect((await post(origins[index % 2]!, '/api/users/register/', person)).status).toBe(201)
  expect((await post(second, '/api/users/register/', people[0])).status).toBe(400)
  children[0]!.kill('SIGKILL')
  await once(children[0]!, 'exit')
  await expect(fetch(first)).rejects.toThrow('fetch failed')
  for (const { email } of people) {
    await expect.poll(() => librechatPassword(second, email), { timeout: 30_000, interval: 300 }).not.toBe(null)
    expect(await librechatPassword(second, email)).toBe(librechat.accounts.get(email)?.password)
  }
  expect(librechat.accounts.size).toBe(people.length)
  children[1]!.kill('SIGTERM')
  expect(await once(children[1]!, 'exit')).toEqual([0, null])
}, 90_000)
