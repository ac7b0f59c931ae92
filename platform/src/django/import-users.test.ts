import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createDatabase } from '../database/database.ts'
import { djangoIterations } from '../users/password-hash.ts'
import { djangoDump } from '../testing/django.ts'
import type { DjangoUser } from '../testing/django.ts'
import { python } from '../testing/python.ts'
import type { TestStack } from '../testing/stack.ts'
import { jwtSecret, startTestStack } from '../testing/stack.ts'
import { startSystemPostgres } from '../testing/system-postgres.ts'
import { readDump } from './dump.ts'
import type { ImportOptions, ImportSummary } from './import-users.ts'
import { importUsers } from './import-users.ts'

const key = `${randomBytes(32).toString('base64url')}=`
let stack: TestStack
let database: Database
beforeAll(async () => {
  stack = await startTestStack({ engine: false, encryptionKey: key, passwordIterations: djangoIterations })
  database = createDatabase(stack.databaseUrl, () => undefined)
})
afterAll(async () => {
  await database.close()
  await stack.close()
})
beforeEach(() => stack.query('TRUNCATE users_user CASCADE'))

const take = (dump: string | Buffer, options: Partial<ImportOptions> = {}): Promise<ImportSummary> =>
  importUsers(readDump(Readable.from([Buffer.from(dump)])), database, {
    batchSize: 500,
    dryRun: false,
    update: false,
    ...options,
  })
const people = (count: number, of: (index: number) => Partial<DjangoUser> = () => ({})): DjangoUser[] =>
  Array.from({ length: count }, (_, index) => ({
    id: randomUUID(),
    email: `person${index}@example.com`,
    password: `Vigorous-Kettle${index}!`,
    first_name: 'Pérson',
    last_name: `"O'Neil"\\\u2028${index}`,
    user_role: 'PROPERTY_OWNER',
    phone_number: null,
    ...of(index),
  }))
const rows = (): Promise<Record<string, unknown>[]> => stack.query('SELECT * FROM users_user ORDER BY email')

test.each(['json', 'jsonl'] as const)(
  'what a real Django dumps as %s: sign in, and the LibreChat password is the same',
  async (form) => {
    const secret = 'made-by-python-and-32-characters'
    const users = people(3, (index) =>
      index === 0 ? { librechat_user_id: 'a'.repeat(24), librechat_password: secret } : {},
    )
    const dumps = await djangoDump(users, key)
    const summary = await take(dumps[form])
    expect(summary).toMatchObject({ added: 3, present: 0, refused: [], otherHashers: 0, unusablePasswords: 0 })
    expect([...summary.unknown]).toEqual([])
    const stored = await rows()
    expect(stored.map(({ id, email, last_name }) => [id, email, last_name])).toEqual(
      users.map(({ id, email, last_name }) => [id, email, last_name]),
    )
    const [first] = users
    const login = await stack.post('/api/users/login/', { email: first?.email, password: first?.password })
    expect(login.status).toBe(200)
    const { access } = login.body as { access: string }
    const handedOut = await stack.get('/api/users/librechat-password/', { authorization: `Bearer ${access}` })
    expect(handedOut.body).toEqual({ librechat_password: secret })
    // Hashed anew with today's rounds where Django's were fewer, and Django still takes it.
    const [{ password: upgraded } = {}] = await rows()
    expect(String(upgraded).split('$')[1]).toBe(String(djangoIterations))
    const check = `from django.conf import settings
settings.configure()
from django.contrib.auth.hashers import check_password
print(json.dumps(check_password(data['plain'], data['hash'])))`
    expect(await python(check, { plain: first?.password, hash: upgraded })).toBe(true)
  },
  60_000,
)

test('again there is nothing to do; with update what Django changed comes, and what LibreChat has here stays', async () => {
  const users = people(2)
  const before = await djangoDump(users, key)
  await take(before.json)
  await stack.query(`UPDATE users_user SET librechat_user_id = 'kept', librechat_password_encrypted = 'kept'`)
  const changed = users.map((user) => ({ ...user, first_name: 'Changed' }))
  const after = await djangoDump([...changed, ...people(1, () => ({ email: 'new@example.com' }))], key)
  expect(await take(after.json)).toMatchObject({ added: 1, present: 2, updated: 0, refused: [] })
  expect((await rows()).map((row) => row['first_name'])).toEqual(['Pérson', 'Pérson', 'Pérson'])
  expect(await take(after.json, { update: true })).toMatchObject({ added: 0, present: 0, updated: 3, refused: [] })
  expect((await rows()).slice(1).map((row) => [row['first_name'], row['librechat_user_id']])).toEqual([
    ['Changed', 'kept'],
    ['Changed', 'kept'],
  ])
}, 60_000)

test('passwords the platform cannot check are counted; a dry run changes nothing', async () => {
  const { json } = await djangoDump(
    people(3, (index) => ({ password: ['raw:!unusable', 'raw:argon2$argon2id$v=19$x', 'Vigorous-Kettle9!'][index] })),
    key,
  )
  const counted = { added: 3, otherHashers: 1, unusablePasswords: 1 }
  expect(await take(json, { dryRun: true })).toMatchObject(counted)
  expect(await rows()).toEqual([])
  expect(await take(json)).toMatchObject(counted)
  for (const password of ['!unusable', 'unusable', 'argon2$argon2id$v=19$x'])
    expect((await stack.post('/api/users/login/', { email: 'person0@example.com', password })).status).toBe(401)
}, 60_000)

const entry = (fields: Record<string, unknown>, pk: unknown = randomUUID()): Record<string, unknown> => ({
  model: 'users.user',
  pk,
  fields: {
    password: '!',
    last_login: null,
    is_superuser: false,
    email: `${randomUUID()}@example.com`,
    user_role: 'STAFF',
    first_name: 'Demo',
    last_name: 'User',
    phone_number: null,
    date_joined: '2024-05-06T07:08:09.123Z',
    is_active: true,
    is_staff: false,
    service_token: null,
    service_provider: null,
    ...fields,
  },
})

test('what is wrong is told by place and field, never by value, and stops nobody else', async () => {
  const secret = 'do-not-repeat-me'
  const [same, taken] = [randomUUID(), 'taken@example.com']
  const entries = [
    entry({}),
    entry({ email: secret }),
    entry({ date_joined: secret }),
    entry({ first_name: secret.repeat(9), is_active: secret }),
    entry({}, secret),
    entry({ phone_number: 7 }),
    entry({ email: 'a\u0000b@example.com' }),
    { model: 'auth.group', pk: 1, fields: { name: 'x' } },
    { nothing: secret },
    entry({ email: taken }, same),
    entry({ email: taken }),
    entry({}, same.toUpperCase()),
    entry({ email: taken.toUpperCase() }),
    entry({ shoe_size: 43 }),
  ]
  const summary = await take(JSON.stringify(entries), { batchSize: 4 })
  expect(summary.added).toBe(4)
  expect([...summary.unknown]).toEqual([['shoe_size', 1]])
  expect(summary.refused).toEqual([
    'record 2 is not taken: email',
    'record 3 is not taken: date_joined',
    'record 4 is not taken: first_name, is_active',
    'record 5 is not taken: id',
    'record 6 is not taken: phone_number',
    'record 7 is not taken: email',
    'record 9 is no entry of dumpdata',
    `record 11 has an email that another user (${same}) has already`,
    'record 12 has the id of an earlier user',
  ])
  expect(await rows()).toHaveLength(4)
})

test('an id that is there counts as there, also in another batch and in capitals', async () => {
  const id = randomUUID()
  expect(await take(JSON.stringify([entry({}, id)]))).toMatchObject({ added: 1 })
  expect(await take(JSON.stringify([entry({}, id.toUpperCase())]))).toMatchObject({ added: 0, present: 1, refused: [] })
})

test.each([
  ['nothing', '', /empty/],
  ['white space', ' \n\t ', /empty/],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]), /UTF-8|no users/],
  ['another text', 'Dear operator,\nthis is no dump.\n', /no users in it/],
  ['JSON of another kind', '[1, 2', /damaged, or ends/],
])('no dump: %s', async (_what, dump, message) => {
  await expect(take(dump)).rejects.toThrow(message)
})

test('a line of JSON lines that is broken is told, the others are taken', async () => {
  const lines = [JSON.stringify(entry({})), '{"model": ', '', JSON.stringify(entry({}))].join('\r\n')
  expect(await take(`\uFEFF${lines}`)).toMatchObject({ added: 2, refused: ['line 2 is no JSON'] })
})

test('what a real PostgreSQL dumps: COPY with every sign that needs care', async () => {
  const other = await startSystemPostgres()
  const source = createDatabase(other.url, () => undefined)
  try {
    const { rows: columns } = await database.query(
      `SELECT string_agg(format('%I %s', column_name, udt_name), ', ' ORDER BY ordinal_position) AS list
       FROM information_schema.columns WHERE table_name = 'users_user'`,
    )
    await source.query(`CREATE TABLE users_user (${String(columns[0]?.['list'])}, shoe_size int)`)
    const nasty = [
      'tab\there',
      'line\nfeed',
      'back\\slash',
      '\\N',
      '\\.',
      'car\rriage',
      'quo\'te"',
      '漢字😀',
      '\u2028\u2029',
      '',
    ]
    for (const [index, name] of nasty.entries())
      await source.query(
        `INSERT INTO users_user (id, email, password, first_name, last_name, user_role, phone_number, date_joined, is_active,
           is_staff, is_superuser) VALUES (gen_random_uuid(), $1, '!', $2, $2, 'STAFF', NULL, $3, true, false, false)`,
        [`person${index}@example.com`, name, '2024-05-06 07:08:09.123456+02'],
      )
    const dump = await python(
      `import subprocess
print(json.dumps(subprocess.run([data['program'], data['url']], capture_output=True, check=True, text=True).stdout))`,
      { program: other.program('pg_dump'), url: other.url },
    )
    expect(String(dump)).toContain('COPY public.users_user')
    const summary = await take(String(dump))
    expect(summary).toMatchObject({ added: nasty.length, refused: [] })
    expect([...summary.unknown.keys()]).toEqual(['shoe_size'])
    const stored = await stack.query(`SELECT first_name, date_joined::text AS joined FROM users_user ORDER BY email`)
    expect(stored.map((row) => row['first_name'])).toEqual(nasty)
    expect(new Set(stored.map((row) => new Date(String(row['joined'])).toISOString()))).toEqual(
      new Set(['2024-05-06T05:08:09.123Z']),
    )
    expect(String(stored[0]?.['joined'])).toContain('.123456')
    const cut = String(dump).slice(0, String(dump).indexOf('person5'))
    expect((await take(cut)).refused.at(-1)).toMatch(/ends in the middle|not as many values/)
  } finally {
    await source.close()
    await other.stop()
  }
}, 60_000)

test('a dump that ends in the middle: what came before is taken, and it is told', async () => {
  const whole = JSON.stringify(Array.from({ length: 3000 }, () => entry({})))
  const cut = whole.slice(0, -40)
  function* inPieces(): Generator<Buffer> {
    for (let at = 0; at < cut.length; at += 16_384) yield Buffer.from(cut.slice(at, at + 16_384))
  }
  const options = { batchSize: 100, dryRun: false, update: false }
  const summary = await importUsers(readDump(Readable.from(inPieces(), { objectMode: false })), database, options)
  expect(summary.added).toBeGreaterThan(2500)
  expect(summary.refused).toEqual([
    expect.stringMatching(/^after \d+ users: the JSON is damaged, or ends in the middle$/),
  ])
  expect(await rows()).toHaveLength(summary.added)
})

test('the command: tens of thousands of users in little memory, and a readable end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'import-'))
  try {
    const file = join(folder, 'users.json')
    const size = 40_000
    function* generated(): Generator<string> {
      for (let index = 0; index < size; index++)
        yield `${index === 0 ? '[' : ',\n'}${JSON.stringify(entry({ service_token: 'x'.repeat(200) }))}`
      yield ']'
    }
    await writeFile(file, Readable.from(generated()))
    const run = async (...args: string[]): Promise<{ code: number | null; said: string }> => {
      // 30 MB of text: whoever keeps the users in memory does not get through.
      const program = [join(import.meta.dirname, '../cli.ts'), 'import-django', ...args]
      const child = spawn(process.execPath, ['--max-old-space-size=40', ...program], {
        env: { PATH: process.env['PATH'], DATABASE_URL: stack.databaseUrl, JWT_SECRET: jwtSecret },
      })
      let said = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (said += text))
      const [code] = (await once(child, 'close')) as [number | null]
      return { code, said }
    }
    expect(await run('--dry-run', file)).toMatchObject({
      code: 0,
      said: expect.stringContaining('Would be added: 40000\n'),
    })
    expect(await rows()).toEqual([])
    expect(await run(join(folder, 'none'))).toEqual({ code: 2, said: `there is no file ${join(folder, 'none')}\n` })
    expect(await run()).toMatchObject({ code: 2 })
    await writeFile(file, 'no dump')
    expect(await run(file)).toMatchObject({ code: 1, said: expect.stringMatching(/^there are no users in it: .*\n$/) })
  } finally {
    await rm(folder, { recursive: true })
  }
}, 90_000)
