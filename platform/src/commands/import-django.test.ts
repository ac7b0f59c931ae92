import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestStack } from '../testing/stack.ts'
import { jwtSecret, startTestStack } from '../testing/stack.ts'

const cli = join(import.meta.dirname, '../cli.ts')
let stack: TestStack
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-django-'))
  stack = await startTestStack({ engine: false })
})
afterAll(async () => {
  await stack.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => stack.query('TRUNCATE users_user CASCADE'))

const environment = (): Record<string, string | undefined> => ({
  PATH: process.env['PATH'],
  DATABASE_URL: stack.databaseUrl,
  JWT_SECRET: jwtSecret,
})
interface Running {
  readonly child: ReturnType<typeof spawn>
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>
}
function start(args: readonly string[], node: readonly string[] = []): Running {
  const child = spawn(process.execPath, [...node, cli, 'import-django', ...args], { env: environment() })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr })) }
}
const run = (...args: string[]): Running['ended'] => start(args).ended

const user = (fields: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    model: 'users.user',
    pk: randomUUID(),
    fields: {
      password: 'pbkdf2_sha256$1000$salt$a2V5',
      is_superuser: false,
      email: `${randomUUID()}@example.com`,
      user_role: 'STAFF',
      first_name: 'Demo',
      last_name: 'User',
      date_joined: '2024-05-06T07:08:09.123Z',
      is_active: true,
      is_staff: false,
      ...fields,
    },
  })
const copyHead = `COPY public.users_user (password, last_login, is_superuser, id, email, user_role, first_name, last_name, \
date_joined, is_active, is_staff, service_token) FROM stdin;\n`
const copyRow = (index: number): string =>
  `!\t\\N\tf\t${randomUUID()}\tperson${index}@example.com\tSTAFF\tDemo\tUser\t2024-05-06 07:08:09.1+00\tt\tf\t${'x'.repeat(250)}\n`
const count = async (): Promise<number> => Number((await stack.query('SELECT count(*) FROM users_user'))[0]?.['count'])

test('wrong arguments end with 2, what is no dump with 1 and a sentence', async () => {
  const file = join(folder, 'letter')
  await writeFile(file, 'Dear operator')
  for (const [args, code, stderr] of [
    [[], 2, 'import-django takes one file; - is standard input\n'],
    [[file, file], 2, 'import-django takes one file; - is standard input\n'],
    [['--batch-size', '1001', file], 2, '--batch-size takes at most 1000\n'],
    [[`${file}-none`], 2, `there is no file ${file}-none\n`],
    [[folder], 2, `there is no file ${folder}\n`],
    [[file], 1, expect.stringMatching(/^there are no users in it: .*\n$/)],
  ] as const)
    expect(await run(...args)).toEqual({ code, stdout: '', stderr })
})

test('what was done and what was not, on standard output, without a value of the dump', async () => {
  const file = join(folder, 'users.jsonl')
  const taken = user({ email: 'taken@example.com' })
  await writeFile(
    file,
    [
      taken,
      user({ email: 'no-address', password: 'never-to-be-repeated' }),
      user({ email: 'Taken@example.com' }),
      user({ password: 'argon2$x', shoe_size: 43 }),
      user({ password: '!' }),
    ].join('\n'),
  )
  const { pk } = JSON.parse(taken) as { pk: string }
  const said = (would: boolean): string =>
    `${would ? 'Would be added' : 'Added'}: 3
${would ? 'Would be overwritten' : 'Overwritten'}: 0
There already: 0
Not taken: 1
Conflicts: 1

  line 2 is not right in: email
  line 3 has the email of another user (${pk})

Warning: 1 have a password of another hasher than pbkdf2_sha256: they need a new one.

Warning: 1 have no usable password, as in Django: they cannot sign in.

Left out, having no place here: shoe_size (1)

${would ? 'Nothing was changed.' : 'Who has no LibreChat account yet: sync-status, sync-legacy.'}
`
  expect(await run('--dry-run', file)).toEqual({ code: 1, stdout: said(true), stderr: '' })
  expect(await count()).toBe(0)
  expect(await run(file)).toEqual({ code: 1, stdout: said(false), stderr: '' })
  expect(await count()).toBe(3)
  await writeFile(file, taken)
  expect(await run('--update', file)).toMatchObject({ code: 0, stdout: expect.stringContaining('Overwritten: 1\n') })
  expect(await run(file)).toMatchObject({ code: 0, stdout: expect.stringContaining('There already: 1\n') })
})

test('from standard input; interrupted while it waits for more, what came is there', async () => {
  const { child, ended } = start(['--batch-size', '2', '-'])
  child.stdin?.write(`${[user(), user(), user()].join('\n')}\n`)
  await expect.poll(count, { timeout: 20_000 }).toBe(2)
  child.kill('SIGINT')
  const { code, stdout } = await ended
  expect(code).toBe(1)
  expect(stdout).toMatch(/^Added: 3\n.*\nInterrupted: run it again for the others\.\n$/s)
  expect(await count()).toBe(3)
  const again = start(['-'])
  again.child.stdin?.end(user())
  expect(await again.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Added: 1\n/) })
})

/** Linux tells the most memory that a process had (KiB) as long as it lives. */
const watch = `import('node:fs').then(({ readFileSync }) => process.on('exit', () =>
  console.error(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])))`
/** The most memory in MB; with a small heap, which whoever keeps the users does not get through with. */
async function most(args: readonly string[], said: string): Promise<number> {
  const heap = ['--max-old-space-size=40', '--max-semi-space-size=8']
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(watch)}`]
  const { code, stdout, stderr } = await start(args, [...heap, ...preload]).ended
  expect([code, stdout.split('\n')[0], stderr]).toEqual([0, said, expect.stringMatching(/^\d+\n$/)])
  return Number(stderr) / 1024
}

test('tens of thousands of users need little more memory than one', async () => {
  const file = join(folder, 'large')
  const users = 30_000
  function* json(size: number): Generator<string> {
    for (let index = 0; index < size; index++)
      yield `${index === 0 ? '[' : ',\n'}${user({ service_token: 'x'.repeat(250) })}`
    yield ']'
  }
  function* copy(size: number): Generator<string> {
    yield copyHead
    for (let index = 0; index < size; index++) yield copyRow(index)
    yield '\\.\n'
  }
  await writeFile(file, Readable.from(json(1)))
  const one = await most([file], 'Added: 1')
  await writeFile(file, Readable.from(json(users)))
  expect((await most(['--dry-run', file], `Would be added: ${users}`)) - one).toBeLessThan(100)
  expect(await count()).toBe(1)
  await stack.query('TRUNCATE users_user CASCADE')
  await writeFile(file, Readable.from(copy(users)))
  expect((await most([file], `Added: ${users}`)) - one).toBeLessThan(100)
  expect(await count()).toBe(users)
}, 180_000)
