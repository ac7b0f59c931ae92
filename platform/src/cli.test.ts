import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createFernet } from './fernet.ts'
import type { TestStack } from './testing/stack.ts'
import { jwtSecret, startTestStack } from './testing/stack.ts'
import { seedUsers } from './testing/users.ts'

const encryptionKey = randomBytes(32).toString('base64url')
let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ encryptionKey, engine: false })
})
afterAll(() => stack.close())
beforeEach(async () => {
  await stack.query('TRUNCATE users_user CASCADE')
  stack.librechat.accounts.clear()
  stack.librechat.calls.length = 0
  Object.assign(stack.librechat.settings, { latency: 0, reset: false, registration: true })
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}
interface Running {
  readonly child: ReturnType<typeof spawn>
  readonly ended: Promise<Ended>
}

function start(args: readonly string[], variables: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), ...args], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: stack.databaseUrl,
      JWT_SECRET: jwtSecret,
      LIBRECHAT_API_URL: stack.librechat.url,
      LIBRECHAT_ENCRYPTION_KEY: encryptionKey,
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = once(child, 'close').then(([code]) => {
    const said = stdout + stderr
    const passwords = [...stack.librechat.accounts.values()].map(({ password }) => password)
    for (const secret of [encryptionKey, jwtSecret, ...passwords]) expect(said).not.toContain(secret)
    return { code: code as number | null, stdout, stderr }
  })
  return { child, ended }
}
const run = (...args: string[]): Promise<Ended> => start(args).ended

async function allOpen(): Promise<void> {
  const rows = await stack.query(
    'SELECT email, librechat_user_id AS user, librechat_password_encrypted AS sealed FROM users_user WHERE is_active',
  )
  const fernet = createFernet(encryptionKey)
  for (const { email, user, sealed } of rows) {
    const account = stack.librechat.accounts.get(String(email))
    expect(user).toBe(account?.id)
    expect(fernet.decrypt(String(sealed))).toBe(account?.password)
  }
}

test.each([
  [[], 2, ''],
  [['--help'], 0, ''],
  [['nonsense'], 2, 'there is no command nonsense; see --help\n'],
  [['sync-status', '--nonsense'], 2, "Unknown option '--nonsense'\n"],
  [['sync-legacy', '--batch-size', '0'], 2, '--batch-size takes a whole number from 1\n'],
  [['sync-legacy'], 2, 'nobody can be asked here: add --yes\n'],
  [['sync-legacy', '--help'], 0, ''],
])('%j ends with %i', async (args, code, stderr) => {
  expect(await run(...args)).toMatchObject({ code, stderr })
})

test('wrong settings and a database that is not there are sentences', async () => {
  const bad = await start(['sync-status'], { LIBRECHAT_API_URL: 'librechat' }).ended
  expect(bad).toMatchObject({ code: 1, stderr: 'LIBRECHAT_API_URL: must be an http:// or https:// URL\n' })
  const gone = await start(['sync-status'], { DATABASE_URL: 'postgres://x:y@127.0.0.1:9/z' }).ended
  expect(gone.code).toBe(1)
  expect(gone.stderr).toMatch(/^.*ECONNREFUSED.*\n$/)
})

test('a dry run tells and changes nothing', async () => {
  const users = await seedUsers(stack.query, 3)
  await seedUsers(stack.query, 2, { role: 'SERVICE_ACCOUNT' })
  const { code, stdout } = await run('sync-legacy', '--dry-run', '--detailed')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^Would be given a LibreChat account: 3\n/)
  for (const { email } of users) expect(stdout).toContain(email)
  expect(stack.librechat.calls).toEqual([])
  expect(await stack.query('SELECT 1 FROM hestami_platform_librechat')).toEqual([])
})

test('everybody but service accounts; who fails is listed with what to do, and a second run takes only those', async () => {
  const users = await seedUsers(stack.query, 120)
  await seedUsers(stack.query, 2, { role: 'SERVICE_ACCOUNT' })
  await seedUsers(stack.query, 2, { active: false })
  const taken = users[5]!
  stack.librechat.accounts.set(taken.email, { id: 'somebody', password: 'of-somebody', verified: true })
  const first = await run('sync-legacy', '--yes')
  expect(first.code).toBe(1)
  expect(first.stdout).toMatch(/^Done: 119\. Failed: 1\.\n\nother-password \(1\): /)
  expect(first.stdout).toContain(taken.id)
  expect(first.stderr).toMatch(/^100 % {2}120 of 120, 1 failed, 0:00 left$/m)
  expect(stack.librechat.accounts.size).toBe(120)

  stack.librechat.accounts.delete(taken.email)
  stack.librechat.calls.length = 0
  const second = await run('sync-legacy', '--yes')
  expect(second).toMatchObject({ code: 0, stdout: 'Done: 1. Failed: 0.\n' })
  expect(new Set(stack.librechat.calls.map(({ body }) => body['email']))).toEqual(new Set([taken.email, undefined]))
  await stack.query(`DELETE FROM users_user WHERE user_role = 'SERVICE_ACCOUNT'`)
  await allOpen()
  expect(JSON.parse((await run('sync-status', '--json')).stdout)).toMatchObject({
    synced: { users: 120, percent: 100 },
  })
}, 60_000)

test('interrupted with Ctrl+C, then run again: everybody, once', async () => {
  stack.librechat.settings.latency = 40
  await seedUsers(stack.query, 150)
  const { child, ended } = start(['sync-legacy', '--yes', '--batch-size', '10'])
  await expect.poll(() => stack.librechat.accounts.size, { timeout: 20_000 }).toBeGreaterThan(10)
  child.kill('SIGINT')
  const cut = await ended
  expect(cut.code).toBe(1)
  expect(cut.stdout).toContain('Interrupted: run the command again for the others.')
  expect(stack.librechat.accounts.size).toBeLessThan(150)
  stack.librechat.settings.latency = 0
  expect(await run('sync-legacy', '--yes')).toMatchObject({ code: 0 })
  expect(stack.librechat.accounts.size).toBe(150)
  await allOpen()
}, 60_000)

test('new passwords by force, where LibreChat lets us; elsewhere the old ones stay and the command says so', async () => {
  await seedUsers(stack.query, 12)
  expect((await run('sync-legacy', '--yes')).code).toBe(0)
  const before = new Map([...stack.librechat.accounts].map(([email, { password }]) => [email, password]))
  const refused = await run('sync-legacy', '--force', '--yes')
  expect(refused.code).toBe(1)
  expect(refused.stdout).toContain('12 kept their old password, which works')
  for (const [email, { password }] of stack.librechat.accounts) expect(password).toBe(before.get(email))
  stack.librechat.settings.reset = true
  expect(await run('sync-legacy', '--force', '--yes')).toMatchObject({ code: 0, stdout: 'Done: 12. Failed: 0.\n' })
  for (const [email, { password }] of stack.librechat.accounts) expect(password).not.toBe(before.get(email))
  await allOpen()
}, 60_000)

test('the embedded database: beside a platform that runs, and alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cli-embedded-'))
  const embedded = { DATABASE_URL: '', JWT_SECRET: '', HESTAMI_PLATFORM_DATA: folder }
  try {
    const alone = await start(['sync-status', '--json'], embedded).ended
    expect(alone).toMatchObject({ code: 0 })
    const platform = start(['serve'], { ...embedded, PORT: '0' })
    let said = ''
    platform.child.stdout?.on('data', (text: string) => (said += text))
    await expect.poll(() => said, { timeout: 20_000 }).toContain('platform.started')
    expect(await start(['sync-status'], embedded).ended).toMatchObject({ code: 0 })
    expect(await start(['sync-legacy', '--yes'], embedded).ended).toMatchObject({ code: 0 })
    const { origin } = JSON.parse(said.split('\n').find((line) => line.includes('platform.started'))!) as {
      origin: string
    }
    expect((await fetch(`${origin}/ready`)).status).toBe(200)
    platform.child.kill('SIGTERM')
    expect(await platform.ended).toMatchObject({ code: 0 })
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}, 60_000)
