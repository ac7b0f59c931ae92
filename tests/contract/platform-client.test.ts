import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '@hestami/platform/postgres'
import { startPlatform } from '@hestami/platform/server'
import type { Platform } from '@hestami/platform/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDouble } from '../../dev/librechat-double/double.ts'
import type { Double } from '../../dev/librechat-double/double.ts'
import { createHttp } from '../../src/main/http/client.ts'
import { userAgent } from '../../src/main/http/user-agent.ts'
import { createPlatformClient } from '../../src/main/session/platform-client.ts'
import type { PlatformClient } from '../../src/main/session/platform-client.ts'

let folder = ''
let database: Awaited<ReturnType<typeof startEmbeddedPostgres>>
let librechat: Double
let platform: Platform
let client: PlatformClient
const network = {
  resolveProxy: async () => await Promise.resolve(null),
  certificates: async () => await Promise.resolve([]),
}
const clientOf = (origin: string): PlatformClient =>
  createPlatformClient({
    http: createHttp({ origin, server: 'platform', userAgent: userAgent('0'), network, log: () => undefined }),
  })
const person = {
  email: 'person@example.com',
  password: 'A-long-Passphrase-42!',
  confirmPassword: 'A-long-Passphrase-42!',
  firstName: 'Test',
  lastName: 'Person',
  phoneNumber: '',
  role: 'PROPERTY_OWNER' as const,
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-platform-'))
  ;[database, librechat] = await Promise.all([
    startEmbeddedPostgres(folder, { durable: false }),
    createDouble({ style: 'resumable' }),
  ])
  platform = await startPlatform({
    databaseUrl: database.url,
    librechatUrl: librechat.origin,
    encryptionKey: `${Buffer.alloc(32, 7).toString('base64url')}=`,
    jwtSecret: 'a secret of at least thirty-two characters',
    passwordIterations: 1000,
    accessSeconds: 2,
  })
  client = clientOf(platform.origin)
})
afterAll(async () => {
  await platform.close()
  await librechat.close()
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('registering tells what is wrong by field, then makes the account', async () => {
  await expect(client.register({ ...person, password: 'short', confirmPassword: 'short' })).rejects.toMatchObject({
    error: { code: 'registration-refused', fields: { password: expect.any(Array) as string[] } },
  })
  librechat.faults.add({ path: '/api/auth/register', times: 2, action: { kind: 'status', status: 503 } })
  await client.register(person)
  await expect(client.register(person)).rejects.toMatchObject({
    error: { code: 'registration-refused', fields: { email: ['A user with this email address already exists.'] } },
  })
})

test('the LibreChat password is not there until the account is provisioned, and then lets one in', async () => {
  const { tokens, user } = await client.login(person.email, person.password)
  expect(user).toMatchObject({ email: person.email, name: 'Test Person' })
  expect(await client.librechatPassword(tokens.access)).toBe(null)
  await platform.provision(user.id)
  const { tokens: fresh } = await client.login(person.email, person.password)
  const password = await client.librechatPassword(fresh.access)
  const login = await fetch(`${librechat.origin}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': userAgent('0') },
    body: JSON.stringify({ email: person.email, password }),
  })
  expect(login.status).toBe(200)
})

test.each([
  ['an unknown address', { email: 'nobody@example.com', password: person.password }],
  ['a wrong password', { email: person.email, password: 'wrong' }],
  ['something that is no address', { email: 'not an address', password: 'x' }],
])('%s is the same wrong-credentials', async (_what, { email, password }) => {
  await expect(client.login(email, password)).rejects.toMatchObject({ error: { code: 'wrong-credentials' } })
})

test('a refresh rotates: of two at once one wins, and the old token is dead', async () => {
  const { tokens } = await client.login(person.email, person.password)
  const both = await Promise.allSettled([client.refresh(tokens.refresh), client.refresh(tokens.refresh)])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(client.refresh(tokens.refresh)).rejects.toMatchObject({ error: { code: 'session-expired' } })
})

test('an access token that is over is told apart from everything else', async () => {
  const { tokens } = await client.login(person.email, person.password)
  await new Promise((resolve) => setTimeout(resolve, 3000))
  await expect(client.librechatPassword(tokens.access)).rejects.toMatchObject({ error: { code: 'session-expired' } })
  const fresh = await client.refresh(tokens.refresh)
  expect(await client.librechatPassword(fresh.access)).toEqual(expect.any(String))
})

test('after logging out the refresh token is dead', async () => {
  const { tokens } = await client.login(person.email, person.password)
  await client.logout(tokens)
  await expect(client.refresh(tokens.refresh)).rejects.toMatchObject({ error: { code: 'session-expired' } })
})

test('a server that answers in HTML ends no session', async () => {
  const other = clientOf(librechat.origin)
  librechat.faults.add({ path: '/api/users', times: Infinity, action: { kind: 'html' } })
  await expect(other.refresh('x')).rejects.toMatchObject({ error: { code: 'unreachable', reason: 'intercepted' } })
  librechat.faults.clear()
  librechat.faults.add({ path: '/api/users', times: Infinity, action: { kind: 'html', status: 502 } })
  await expect(other.refresh('x')).rejects.toMatchObject({ error: { code: 'server-error', status: 502 } })
})

test('too many logins, and hand-outs: told as such, with the time to come back', async () => {
  const rate = { calls: 1, seconds: 60 }
  const strict = await startPlatform({
    databaseUrl: database.url,
    librechatUrl: librechat.origin,
    encryptionKey: null,
    jwtSecret: 'a secret of at least thirty-two characters',
    passwordIterations: 1000,
    engine: false,
    limits: { loginsPerAddress: { calls: 2, seconds: 60 }, loginsPerEmail: rate, handOutsPerUser: rate },
  })
  try {
    const limited = clientOf(strict.origin)
    const soon = expect.toSatisfy((at: number) => at > Date.now() && at <= Date.now() + 61_000) as number
    const error = { code: 'rate-limited', server: 'platform', retryAt: soon }
    const { tokens } = await limited.login(person.email, person.password)
    await limited.librechatPassword(tokens.access).catch(() => null)
    await expect(limited.librechatPassword(tokens.access)).rejects.toMatchObject({ error })
    await expect(limited.login(person.email, 'wrong')).rejects.toMatchObject({ error: { code: 'wrong-credentials' } })
    await expect(limited.login(person.email, person.password)).rejects.toMatchObject({ error })
  } finally {
    await strict.close()
  }
})
