import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Client } from 'pg'
import { createFernet } from '../fernet.ts'
import type { LogEvent } from '../log.ts'
import { startEmbeddedPostgres } from '../postgres.ts'
import { startPlatform } from '../server.ts'
import { createCanaryScanner } from '../testing/canaries.ts'
import { startTestLibreChat } from '../testing/librechat.ts'
import type { HttpResult } from '../testing/stack.ts'
import { call, newPerson, passwordIterations, quick } from '../testing/stack.ts'

const folder = await mkdtemp(join(tmpdir(), 'canaries-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

test('no secret in any table, file, log line, metric or answer but those that are asked for it', async () => {
  const password = `Canary-${randomBytes(12).toString('hex')}-Aa1!`
  const nextPassword = `Canary-${randomBytes(12).toString('hex')}-Bb2!`
  const encryptionKey = randomBytes(32).toString('base64url')
  const jwtSecret = `canary-jwt-${randomBytes(24).toString('hex')}`
  const metricsToken = `canary-metrics-${randomBytes(12).toString('hex')}`
  const log: LogEvent[] = []
  const answers: { readonly path: string; readonly allowed: boolean; readonly result: HttpResult }[] = []
  const postgres = await startEmbeddedPostgres(folder)
  const librechat = await startTestLibreChat({ reset: true })
  const platform = await startPlatform({
    databaseUrl: postgres.url,
    librechatUrl: librechat.url,
    encryptionKey,
    jwtSecret,
    passwordIterations,
    metricsToken,
    provisioningTimes: quick,
    log: (event) => log.push(event),
  })
  const { accounts, requests } = platform.provisioning
  const ask = async (
    path: string,
    { body, bearer, allowed = false }: { body?: unknown; bearer?: string; allowed?: boolean } = {},
  ): Promise<HttpResult> => {
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`
    const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
    const result = await call(platform.origin, path, init)
    answers.push({ path, allowed, result })
    return result
  }
  const keyBytes = Buffer.from(encryptionKey, 'base64url')
  const secrets: Record<string, string> = {
    password,
    nextPassword,
    encryptionKey,
    keyBase64: keyBytes.toString('base64').slice(0, -2),
    keyHex: keyBytes.toString('hex'),
    jwtSecret,
    metricsToken,
  }
  const remember = (name: string, tokens: unknown): { access: string; refresh: string } => {
    const pair = tokens as { access: string; refresh: string }
    // The signature is what makes a token one: the rest says only who and when, and the blacklist keeps it.
    for (const kind of ['access', 'refresh'] as const) secrets[`${name}-${kind}`] = pair[kind].split('.')[2]!
    return pair
  }

  // A provisioning that fails in many ways before it succeeds.
  const { email, ...person } = newPerson({ password, confirm_password: password })
  librechat.scripted.push(
    { path: '/api/auth/register', status: 500, body: { message: 'x' } },
    { path: '/api/auth/register', status: 200, body: '<html>', after: true },
    { path: '/api/auth/login', status: 429, body: { message: 'x' } },
    { path: '/api/auth/login', status: 404, body: { message: 'Incorrect password.' } },
  )
  const registered = await ask('/api/users/register/', { body: { ...person, email }, allowed: true })
  expect(registered.status).toBe(201)
  const { id } = (registered.body as { user: { id: string } }).user
  await expect.poll(async () => (await accounts.find(id))?.state, { timeout: 15_000 }).toBe('other-password')
  expect(await platform.provision(id)).toBe('provisioned')

  // Everything that is asked with a secret, right and wrong.
  const first = remember('first', (await ask('/api/users/login/', { body: { email, password }, allowed: true })).body)
  await ask('/api/users/login/', { body: { email, password: `${password}x` } })
  await ask('/api/users/login/', { body: { email: password, password: email } })
  await ask('/api/users/register/', { body: { ...person, email } })
  await ask('/api/users/register/', { body: { ...person, email: password } })
  await ask('/api/users/profile/', { bearer: first.access })
  await ask('/api/users/profile/', { bearer: `${first.access}x` })
  await ask('/api/users/token/verify/', { body: { token: first.access } })
  await ask('/api/users/token/verify/', { body: { token: `${first.refresh}x` } })
  const handedOut = await ask('/api/users/librechat-password/', { bearer: first.access, allowed: true })
  secrets['librechat'] = (handedOut.body as { librechat_password: string }).librechat_password
  await requests.rotate([id])
  await expect
    .poll(async () => [(await accounts.find(id))?.state, (await accounts.find(id))?.nextPasswordEncrypted], {
      timeout: 15_000,
    })
    .toEqual(['provisioned', null])
  secrets['librechatRotated'] = librechat.accounts.get(email)!.password
  expect(secrets['librechatRotated']).not.toBe(secrets['librechat'])
  const refreshed = await ask('/api/users/token/refresh/', { body: { refresh: first.refresh }, allowed: true })
  const second = remember('second', refreshed.body)
  await ask('/api/users/token/refresh/', { body: { refresh: first.refresh } })
  const change = { current_password: password, new_password: nextPassword, confirm_new_password: nextPassword }
  await ask('/api/users/password/change/', { body: { ...change, new_password: 'short' }, bearer: second.access })
  await ask('/api/users/password/change/', { body: change, bearer: second.access })
  const third = remember(
    'third',
    (await ask('/api/users/login/', { body: { email, password: nextPassword }, allowed: true })).body,
  )
  await ask('/api/users/logout/', { body: { refresh_token: third.refresh }, bearer: third.access })
  for (const path of ['/health', '/ready', '/api/schema/', '/metrics']) await ask(path)
  expect((await ask('/metrics', { bearer: metricsToken })).status).toBe(200)

  // The seal is opened with the key, and the scan below would see what it hides: the scanner is not blind.
  const client = new Client({ connectionString: postgres.url })
  await client.connect()
  const { rows } = await client.query<{ sealed: string }>(
    'SELECT librechat_password_encrypted AS sealed FROM users_user',
  )
  expect(createFernet(encryptionKey).decrypt(rows[0]!.sealed)).toBe(secrets['librechatRotated'])
  const marker = `canary-marker-${randomBytes(12).toString('hex')}`
  await client.query(`COMMENT ON TABLE users_user IS '${marker}'`)
  await client.end()
  await platform.close()
  await librechat.close()
  await postgres.stop()

  expect(await createCanaryScanner({ marker }).scanFolder(join(folder, 'data'))).not.toEqual([])
  const scanner = createCanaryScanner(secrets)
  expect(await scanner.scanFolder(join(folder, 'data'))).toEqual([])
  expect(log.length).toBeGreaterThan(30)
  for (const event of log) expect(scanner.scan(event.event, JSON.stringify(event))).toEqual([])
  for (const { path, allowed, result } of answers) {
    const shown = JSON.stringify([result.body ?? '', [...result.headers]])
    expect(allowed ? [] : scanner.scan(path, shown)).toEqual([])
  }
}, 90_000)
