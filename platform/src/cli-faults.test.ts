import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createFernet } from './fernet.ts'
import { python } from './testing/python.ts'
import type { TestStack } from './testing/stack.ts'
import { jwtSecret, startTestStack } from './testing/stack.ts'
import { seedUsers } from './testing/users.ts'

const encryptionKey = randomBytes(32).toString('base64url')
const cli = join(import.meta.dirname, 'cli.ts')
let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ encryptionKey, engine: false })
})
afterAll(() => stack.close())
beforeEach(async () => {
  await stack.query('TRUNCATE users_user CASCADE')
  stack.librechat.accounts.clear()
  stack.librechat.scripted.length = 0
  stack.librechat.calls.length = 0
  Object.assign(stack.librechat.settings, { latency: 0, reset: false })
})

interface Shell {
  readonly child: ReturnType<typeof spawn>
  said(): { stdout: string; stderr: string }
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}

const environment = (variables: Record<string, string> = {}): Record<string, string | undefined> => ({
  PATH: process.env['PATH'],
  DATABASE_URL: stack.databaseUrl,
  JWT_SECRET: jwtSecret,
  LIBRECHAT_API_URL: stack.librechat.url,
  LIBRECHAT_ENCRYPTION_KEY: encryptionKey,
  ...variables,
})

/** Runs `$NODE $CLI …` in a shell; `exec` it where it is to get a signal itself. */
function shell(line: string, variables: Record<string, string> = {}): Shell {
  const env = { ...environment(variables), NODE: process.execPath, CLI: cli }
  const child = spawn('bash', ['-o', 'pipefail', '-c', line], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  return {
    child,
    said: () => said,
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...said })),
  }
}

test('a reader that goes away ends it without a word', async () => {
  await seedUsers(stack.query, 5000)
  const { code, stderr } = await shell('"$NODE" "$CLI" sync-status --show-unsynced | head -2').ended
  expect([code, stderr]).toEqual([1, ''])
})

test('a list of 60,000 users to a slow reader needs little memory', async () => {
  for (let part = 0; part < 6; part++) await seedUsers(stack.query, 10_000)
  // Linux tells the most memory that a process had (KiB) as long as it lives.
  const watch = `import('node:fs').then(({ readFileSync }) => process.on('exit', () =>
    console.error(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])))`
  const most = async (args: string, reader: string): Promise<number> => {
    const preload = `data:text/javascript,${encodeURIComponent(watch)}`
    const { code, stderr } = await shell(`"$NODE" --import "${preload}" "$CLI" ${args} | ${reader}`).ended
    expect(code).toBe(0)
    return Number(stderr) / 1024
  }
  const without = await most('sync-status --json', 'cat >/dev/null')
  const list = await most('sync-status --json --show-unsynced', '(sleep 3; cat >/dev/null)')
  // The list alone is 12 MB; kept in memory, with what writes it, it took 90.
  expect(list - without).toBeLessThan(40)
}, 60_000)

test('LOG_LEVEL decides what of the log is told, and an empty one is none', async () => {
  await seedUsers(stack.query, 2)
  const quiet = await shell('"$NODE" "$CLI" sync-legacy --yes', { LOG_LEVEL: '' }).ended
  expect(quiet).toMatchObject({ code: 0, stderr: '100 %  2 of 2, 0 failed, 0:00 left\n' })
  await seedUsers(stack.query, 2)
  const errors = await shell('"$NODE" "$CLI" sync-legacy --yes', { LOG_LEVEL: 'error' }).ended
  expect(errors.stderr).not.toContain('{')
  await seedUsers(stack.query, 2)
  const all = await shell('"$NODE" "$CLI" sync-legacy --yes', { LOG_LEVEL: 'info' }).ended
  expect(all.stderr).toContain('"event":"librechat.provisioned"')
}, 60_000)

test('a LibreChat that limits us is named, with what to do', async () => {
  await seedUsers(stack.query, 3)
  const headers = { 'retry-after': '3600' }
  for (let calls = 0; calls < 20; calls++)
    stack.librechat.scripted.push({ path: '/api/auth/register', status: 429, body: {}, headers })
  const { child, ended } = shell('exec "$NODE" "$CLI" sync-legacy --yes')
  const limited = (): Promise<unknown[]> =>
    stack.query('SELECT 1 FROM hestami_platform_librechat WHERE http_status = 429')
  await expect.poll(limited, { timeout: 20_000 }).toHaveLength(3)
  child.kill('SIGINT')
  const { code, stdout } = await ended
  expect(code).toBe(1)
  expect(stdout).toMatch(/Under way: 3\..*\n {2}unreachable, HTTP 429 +3\n.*REGISTER_MAX and LOGIN_MAX/)
}, 60_000)

test('Ctrl+C twice ends it at once', async () => {
  await seedUsers(stack.query, 30)
  stack.librechat.settings.latency = 20_000
  const { child, said, ended } = shell('exec "$NODE" "$CLI" sync-legacy --yes')
  await expect.poll(() => stack.librechat.calls.length, { timeout: 20_000 }).toBeGreaterThan(0)
  child.kill('SIGINT')
  await expect.poll(() => said().stderr).toContain('once more to end at once')
  child.kill('SIGINT')
  expect((await ended).code).not.toBe(0)
}, 60_000)

test('by force where LibreChat does not let us: who kept the old password is listed', async () => {
  const users = await seedUsers(stack.query, 3)
  expect((await shell('"$NODE" "$CLI" sync-legacy --yes').ended).code).toBe(0)
  const { code, stdout } = await shell('"$NODE" "$CLI" sync-legacy --force --yes').ended
  expect(code).toBe(1)
  for (const { id, email } of users) expect(stdout).toContain(`  ${id}  ${email}\n`)
}, 60_000)

/** What is said to the question, on a terminal: `y` and Enter, Ctrl+C (3), Ctrl+D (4). */
const onTerminal = `import os, pty, select, time
pid, fd = pty.fork()
if pid == 0:
    os.execve(data['node'], [data['node'], data['cli'], *data['args']], data['env'])
said, answered, end = b'', False, time.time() + 25
while time.time() < end:
    if not select.select([fd], [], [], 0.2)[0]: continue
    try: part = os.read(fd, 4096)
    except OSError: break
    if not part: break
    said += part
    if b'[y/N]' in said and not answered:
        answered = True
        os.write(fd, bytes(data['answer']))
else:
    os.kill(pid, 9)
print(json.dumps({'said': said.decode(), 'code': os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}))`

test.each([
  ['y', [121, 13], 0, 2, /\[█{30}\] 100 % {2}2 of 2, 0 failed/],
  ['n', [110, 13], 0, 0, /Nothing was changed/],
  ['Enter', [13], 0, 0, /Nothing was changed/],
  ['Ctrl+C', [3], 1, 0, /Aborted with Ctrl\+C/],
  ['Ctrl+D', [4], 1, 0, /Aborted with Ctrl\+D/],
])(
  'asked on a terminal, answered with %s',
  async (_name, answer, code, accounts, shown) => {
    await seedUsers(stack.query, 2)
    const env = Object.fromEntries(Object.entries(environment()).filter(([, value]) => value !== undefined))
    const input = { node: process.execPath, cli, args: ['sync-legacy'], answer, env }
    const result = (await python(onTerminal, input)) as { said: string; code: number }
    expect(result.code).toBe(code)
    expect(result.said).toContain('Give 2 users a LibreChat account? [y/N]')
    expect(result.said).not.toContain('    at ')
    expect(result.said).toMatch(shown)
    expect(stack.librechat.accounts.size).toBe(accounts)
  },
  60_000,
)

test('reencrypt, interrupted and run again; passwords that Python made', async () => {
  const old = randomBytes(32).toString('base64url')
  const tokens = (await python(
    `from cryptography.fernet import Fernet
print(json.dumps([Fernet(data['key'].encode()).encrypt(f'password-{i}'.encode()).decode() for i in range(3000)]))`,
    { key: `${old}=` },
  )) as string[]
  const users = await seedUsers(stack.query, tokens.length, (index) => ({ sealed: tokens[index] }))
  const keys = { LIBRECHAT_ENCRYPTION_KEY: `${encryptionKey},${old}` }
  const cut = shell('exec "$NODE" "$CLI" reencrypt --batch-size 1', keys)
  const renewed = async (): Promise<number> => {
    const rows = await stack.query('SELECT librechat_password_encrypted AS sealed FROM users_user')
    const fernet = createFernet(keys.LIBRECHAT_ENCRYPTION_KEY)
    return rows.filter((row) => fernet.isNewest(String(row['sealed']))).length
  }
  await expect.poll(renewed, { timeout: 20_000 }).toBeGreaterThan(0)
  cut.child.kill('SIGINT')
  const first = await cut.ended
  expect(first.code).toBe(1)
  expect(first.stdout).toContain('keep the old keys until then')
  expect(await renewed()).toBeLessThan(tokens.length)

  const second = await shell('"$NODE" "$CLI" reencrypt', keys).ended
  expect(second).toMatchObject({ code: 0, stderr: '' })
  const alone = createFernet(encryptionKey)
  const rows = await stack.query('SELECT id, librechat_password_encrypted AS sealed FROM users_user')
  const places = new Map(users.map(({ id }, index) => [id, index]))
  for (const { id, sealed } of rows) expect(alone.decrypt(String(sealed))).toBe(`password-${places.get(String(id))}`)
  for (const said of [first, second])
    for (const secret of [encryptionKey, old, tokens[0]!, 'password-']) expect(said.stdout).not.toContain(secret)
}, 60_000)
