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
import { newPerson, passwordIterations, quick } from '../testing/stack.ts'

interface Answer {
  readonly what: string
  /** Body and headers. */
  readonly shown: string
  /** Names of the secrets that this answer is there to give. */
  readonly gives: readonly string[]
}
interface Question {
  readonly body?: unknown
  readonly bearer?: string
  readonly gives?: readonly string[]
}
interface Tokens {
  readonly access: string
  readonly refresh: string
}

/** Every row of every table, as text: in the files long values are compressed. */
async function allRows(client: Client): Promise<string> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname <> 'pg_catalog'`,
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT one::text AS row FROM ${name} AS one`)
    texts.push(name, ...rows.map(({ row }) => row))
  }
  return texts.join('\n')
}

const folder = await mkdtemp(join(tmpdir(), 'canaries-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

test('no secret in any table, file, log line, metric or answer but those that are asked for it', async () => {
  const password = `Canary-${randomBytes(12).toString('hex')}-Aa1!`
  const nextPassword = `Canary-${randomBytes(12).toString('hex')}-Bb2!`
  const encryptionKey = randomBytes(32).toString('base64url')
  const jwtSecret = `canary-jwt-${randomBytes(24).toString('hex')}`
  const metricsToken = `canary-metrics-${randomBytes(12).toString('hex')}`
  const log: LogEvent[] = []
  const answers: Answer[] = []
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
    { body, bearer, gives = [] }: Question = {},
  ): Promise<{ status: number; text: string; headers: Headers }> => {
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`
    const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(platform.origin + path, init)
    const text = await response.text()
    const what = `${path} ${response.status}`
    answers.push({ what, shown: `${text}\n${[...response.headers].join('\n')}`, gives })
    return { status: response.status, text, headers: response.headers }
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
  const remember = (name: string, tokens: Tokens): Tokens => {
    // The signature is what makes a token one: the rest says only who and when, and the blacklist keeps it.
    for (const kind of ['access', 'refresh'] as const) secrets[`${name}-${kind}`] = tokens[kind].split('.')[2]!
    return tokens
  }
  /** Asks for tokens, and remembers them under the name. */
  const session = async (name: string, path: string, body: unknown): Promise<Tokens> => {
    const { text } = await ask(path, { body, gives: [`${name}-access`, `${name}-refresh`] })
    return remember(name, JSON.parse(text) as Tokens)
  }

  // A provisioning that fails in many ways before it succeeds.
  const { email, ...person } = newPerson({ password, confirm_password: password })
  librechat.scripted.push(
    { path: '/api/auth/register', status: 500, body: { message: 'x' } },
    { path: '/api/auth/register', status: 200, body: '<html>', after: true },
    { path: '/api/auth/login', status: 429, body: { message: 'x' } },
    { path: '/api/auth/login', status: 404, body: { message: 'Incorrect password.' } },
  )
  const gives = ['cookie-access', 'cookie-refresh']
  const registered = await ask('/api/users/register/', { body: { ...person, email }, gives })
  expect(registered.status).toBe(201)
  const { id } = (JSON.parse(registered.text) as { user: { id: string } }).user
  const cookies = registered.headers.getSetCookie().map((line) => /^[^=]+=([^;]+)/.exec(line)?.[1] ?? '')
  remember('cookie', { access: cookies[0]!, refresh: cookies[1]! })
  await expect.poll(async () => (await accounts.find(id))?.state, { timeout: 15_000 }).toBe('other-password')
  expect(await platform.provision(id)).toBe('provisioned')

  // Everything that is asked with a secret, right and wrong.
  const first = await session('first', '/api/users/login/', { email, password })
  await ask('/api/users/login/', { body: { email, password: `${password}x` } })
  await ask('/api/users/login/', { body: { email: password, password: email } })
  await ask('/api/users/register/', { body: { ...person, email } })
  await ask('/api/users/register/', { body: { ...person, email: password } })
  await ask('/api/users/profile/', { bearer: first.access })
  await ask('/api/users/profile/', { bearer: `${first.access}x` })
  await ask('/api/users/token/verify/', { body: { token: first.access } })
  await ask('/api/users/token/verify/', { body: { token: `${first.refresh}x` } })
  const handedOut = await ask('/api/users/librechat-password/', { bearer: first.access, gives: ['librechat'] })
  secrets['librechat'] = (JSON.parse(handedOut.text) as { librechat_password: string }).librechat_password
  await requests.rotate([id])
  await expect
    .poll(async () => [(await accounts.find(id))?.state, (await accounts.find(id))?.nextPasswordEncrypted], {
      timeout: 15_000,
    })
    .toEqual(['provisioned', null])
  secrets['librechatRotated'] = librechat.accounts.get(email)!.password
  expect(secrets['librechatRotated']).not.toBe(secrets['librechat'])
  await ask('/api/users/librechat-password/', { bearer: first.access, gives: ['librechatRotated'] })
  const resets = librechat.calls.filter(({ path }) => path === '/api/auth/resetPassword')
  expect(resets).toHaveLength(1)
  secrets['reset'] = resets[0]!.body['token']!
  const second = await session('second', '/api/users/token/refresh/', { refresh: first.refresh })
  await ask('/api/users/token/refresh/', { body: { refresh: first.refresh } })
  const change = { current_password: password, new_password: nextPassword, confirm_new_password: nextPassword }
  await ask('/api/users/password/change/', { body: { ...change, new_password: 'short' }, bearer: second.access })
  await ask('/api/users/password/change/', { body: change, bearer: second.access })
  const third = await session('third', '/api/users/login/', { email, password: nextPassword })
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
  const stored = await allRows(client)
  expect(stored).toContain(rows[0]!.sealed)
  expect(stored).toContain(`provision-librechat-${id}`)
  await client.end()
  await platform.close()
  await librechat.close()
  await postgres.stop()

  expect(await createCanaryScanner({ marker }).scanFolder(join(folder, 'data'))).not.toEqual([])
  const scanner = createCanaryScanner(secrets)
  expect(await scanner.scanFolder(folder)).toEqual([])
  expect(scanner.scan('rows', stored)).toEqual([])
  expect(log.length).toBeGreaterThan(30)
  for (const event of log) expect(scanner.scan(event.event, JSON.stringify(event))).toEqual([])
  for (const { what, shown, gives: allowed } of answers) {
    const found = new Set(scanner.scan(what, shown).map(({ canary }) => canary))
    expect([what, [...found].toSorted()]).toEqual([what, [...allowed].toSorted()])
  }
}, 90_000)
