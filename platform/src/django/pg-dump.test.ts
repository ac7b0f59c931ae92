import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createDatabase } from '../database/database.ts'
import { migrate } from '../database/migrations.ts'
import { createFernet } from '../fernet.ts'
import { createPasswordHash } from '../users/password-hash.ts'
import { startPlatform } from '../server.ts'
import { call, jwtSecret } from '../testing/stack.ts'
import type { SystemPostgres } from '../testing/system-postgres.ts'
import { startSystemPostgres } from '../testing/system-postgres.ts'
import { readDump } from './dump.ts'
import type { ImportSummary } from './import-users.ts'
import { importUsers } from './import-users.ts'

/** What a real PostgreSQL's own programs make of the tables of a Django service. */

const run = promisify(execFile)
let postgres: SystemPostgres
let folder: string
let django: Database
const opened: Database[] = []

const databaseUrl = (name: string): string => Object.assign(new URL(postgres.url), { pathname: `/${name}` }).href
function open(name: string): Database {
  const database = createDatabase(databaseUrl(name), () => undefined)
  opened.push(database)
  return database
}
async function fresh(name: string): Promise<Database> {
  await django.query(`CREATE DATABASE ${name}`)
  return open(name)
}
const dump = async (...options: string[]): Promise<Buffer> => {
  const file = join(folder, 'dump')
  await run(postgres.program('pg_dump'), ['--file', file, ...options, databaseUrl('postgres')])
  return readFile(file)
}

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
const plain = 'Vigorous-Kettle9!'
const key = randomBytes(32).toString('base64url')
const sealed = createFernet(key).encrypt('made-elsewhere-and-32-characters')
const ids = nasty.map(() => randomUUID())

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pg-dump-'))
  postgres = await startSystemPostgres()
  django = createDatabase(postgres.url, () => undefined)
  // As Django 5.1 makes them, with another app's columns and rows around.
  await django.query(`CREATE TABLE notes (text text)`)
  await django.query(`INSERT INTO notes VALUES ($1), ($2)`, ['\\.', 'COPY public.users_user (id) FROM stdin;\nx'])
  await django.query(`CREATE TABLE services_serviceprovider (id uuid PRIMARY KEY)`)
  await django.query(`INSERT INTO services_serviceprovider VALUES ($1)`, [ids[0]])
  await django.query(`CREATE TABLE users_user (password varchar(128) NOT NULL, last_login timestamptz NULL,
    is_superuser boolean NOT NULL, id uuid NOT NULL PRIMARY KEY, email varchar(254) NOT NULL UNIQUE,
    user_role varchar(20) NOT NULL, first_name varchar(30) NOT NULL, last_name varchar(30) NOT NULL,
    phone_number varchar(20) NULL, date_joined timestamptz NOT NULL, is_active boolean NOT NULL, is_staff boolean NOT NULL,
    shoe_size int, service_token varchar(255) NULL, librechat_password_encrypted varchar(500),
    librechat_user_id varchar(255), librechat_synced_at timestamptz,
    service_provider_id uuid NULL REFERENCES services_serviceprovider DEFERRABLE INITIALLY DEFERRED)`)
  const hash = await createPasswordHash(1000).make(plain)
  for (const [index, name] of nasty.entries())
    await django.query(
      `INSERT INTO users_user VALUES ($1, $2, false, $3, $4, 'STAFF', $5, $5, NULL, $6, true, $7, 43, NULL, $8, $9, $6, $10)`,
      [
        hash,
        index === 0 ? null : '2024-05-06 07:08:09+02',
        ids[index],
        `person${index}@example.com`,
        name,
        '2024-05-06 07:08:09.123456+02',
        index === 1,
        index === 0 ? sealed : null,
        index === 0 ? 'a'.repeat(24) : null,
        index === 0 ? ids[0] : null,
      ],
    )
}, 60_000)
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close()
})
afterAll(async () => {
  await django.close()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})

async function* one(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}
async function take(bytes: Buffer, database: Database): Promise<ImportSummary> {
  await migrate(database)
  return importUsers(readDump(one(bytes)), database, { batchSize: 4, dryRun: false, update: false })
}

test.each([
  ['everything', []],
  ['data only', ['--data-only']],
  ['one table', ['--table=users_user', '--no-owner']],
])('a plain dump of %s: every value as it was', async (what, options) => {
  const bytes = await dump(...options)
  expect(bytes.toString()).toContain('COPY public.users_user')
  const database = await fresh(`import_${what.replace(' ', '_')}`)
  const summary = await take(bytes, database)
  expect(summary).toMatchObject({ added: nasty.length, refused: 0, conflicts: 0 })
  expect([...summary.unknown]).toEqual([['shoe_size', nasty.length]])
  const columns = `id, email, password, first_name, last_name, user_role, phone_number, is_active, is_staff, is_superuser,
    date_joined::text, last_login::text, service_token, service_provider_id, librechat_user_id, librechat_synced_at::text,
    librechat_password_encrypted`
  const all = `SELECT ${columns} FROM users_user ORDER BY email`
  const { rows } = await database.query(all)
  expect(rows).toEqual((await django.query(all)).rows)
  expect(rows.map((row) => row['first_name'])).toEqual(nasty)
  expect(String(rows[0]?.['date_joined'])).toContain('.123456')
})

test('what is no plain dump with COPY is told, and nothing is written', async () => {
  const database = await fresh('import_none')
  for (const [options, message] of [
    [['--inserts'], /without --inserts/],
    [['--column-inserts', '--data-only'], /without --inserts/],
    [['--format=custom'], /pg_restore --file=-/],
    [['--schema-only'], /there are no users in it/],
    [['--encoding=LATIN9', '--table=services_serviceprovider'], /LATIN9/],
  ] as const)
    await expect(take(await dump(...options), database)).rejects.toThrow(message)
  expect((await database.query('SELECT 1 FROM users_user')).rowCount).toBe(0)
})

test('a dump that was cut anywhere: nobody is taken in part, and it is told', async () => {
  const bytes = await dump('--data-only', '--table=users_user')
  const database = await fresh('import_cut')
  const from = bytes.indexOf('COPY public.users_user')
  const end = bytes.indexOf('\n\\.\n', from)
  const whole = (await django.query('SELECT to_jsonb(users_user) - $1::text AS row FROM users_user', ['shoe_size']))
    .rows
  const known = new Set(whole.map(({ row }) => JSON.stringify(row, Object.keys(row as object).toSorted())))
  await migrate(database)
  for (let at = bytes.indexOf('\n', from) + 1; at <= end; at += 41) {
    await database.query('TRUNCATE users_user CASCADE')
    const work = importUsers(readDump(one(bytes.subarray(0, at))), database, {
      batchSize: 4,
      dryRun: false,
      update: false,
    })
    const said = await work.then(
      ({ problems }) => problems.join(),
      (error: Error) => error.message,
    )
    expect(said).toContain('it ends in the middle of a table')
    for (const { row } of (await database.query('SELECT to_jsonb(users_user) AS row FROM users_user')).rows)
      expect(known).toContain(JSON.stringify(row, Object.keys(row as object).toSorted()))
  }
})

test('what docs/django.md has an operator check: nothing to say of a good database, and something of each fault', async () => {
  const text = await readFile(new URL('../../../docs/django.md', import.meta.url), 'utf8')
  const queries = (/```sql\n(.*?)```/s.exec(text)?.[1] ?? '').split(/;\n/).filter((one) => one.trim() !== '')
  expect(queries).toHaveLength(6)
  const answers = async (on: Database): Promise<number[]> => {
    const counts: number[] = []
    for (const query of queries) counts.push((await on.query(query)).rowCount)
    return counts
  }
  expect(await answers(django)).toEqual([0, 0, 0, 0, 0, 0])

  const faulty = await fresh('faulty')
  const file = join(folder, 'faulty.sql')
  await run(postgres.program('pg_dump'), ['--no-owner', '--file', file, databaseUrl('postgres')])
  await run(postgres.program('psql'), ['--quiet', '--no-psqlrc', '--file', file, databaseUrl('faulty')])
  for (const statement of [
    'ALTER TABLE users_user DROP COLUMN service_token, ALTER COLUMN phone_number TYPE text',
    'ALTER TABLE users_user ALTER COLUMN shoe_size SET NOT NULL',
    "UPDATE users_user SET email = 'PERSON0@example.com' WHERE email = 'person1@example.com'",
    "UPDATE users_user SET password = '!' || id WHERE email <> 'person3@example.com'",
    "UPDATE users_user SET password = 'argon2$x' WHERE email = 'person3@example.com'",
    'CREATE SCHEMA dbos',
    'CREATE ROLE stranger',
    'GRANT SELECT ON users_user TO stranger',
    'GRANT stranger TO CURRENT_USER',
  ])
    await faulty.query(statement)
  expect(await answers(faulty)).toEqual([2, 1, 1, 2, 1, 0])
  const asStranger = faulty.transaction(async ({ query }) => {
    await query('SET LOCAL ROLE stranger')
    return (await query(queries[5] ?? '')).rowCount
  })
  expect(await asStranger).toBe(1)
})

test('a restored copy of the database itself: the platform runs on it', async () => {
  const database = await fresh('restored')
  const file = join(folder, 'custom')
  await run(postgres.program('pg_dump'), [
    '--format=custom',
    '--exclude-schema=dbos',
    '--file',
    file,
    databaseUrl('postgres'),
  ])
  await run(postgres.program('pg_restore'), ['--no-owner', `--dbname=${databaseUrl('restored')}`, file])
  const platform = await startPlatform({
    databaseUrl: databaseUrl('restored'),
    librechatUrl: 'http://127.0.0.1:9',
    encryptionKey: key,
    jwtSecret,
    engine: false,
    passwordIterations: 1000,
  })
  try {
    const post = (path: string, body: unknown): ReturnType<typeof call> =>
      call(platform.origin, path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const login = await post('/api/users/login/', { email: 'person0@example.com', password: plain })
    expect(login).toMatchObject({ status: 200, body: { user: { id: ids[0], first_name: nasty[0] } } })
    const headers = { authorization: `Bearer ${(login.body as { access: string }).access}` }
    expect((await call(platform.origin, '/api/users/librechat-password/', { headers })).body).toEqual({
      librechat_password: 'made-elsewhere-and-32-characters',
    })
    expect((await call(platform.origin, '/api/users/profile/', { headers })).body).toMatchObject({
      service_provider: ids[0],
    })
    // The dump of the same service finds everybody there.
    expect(await take(await dump(), database)).toMatchObject({ added: 0, present: nasty.length, refused: 0 })
  } finally {
    await platform.close()
  }
}, 60_000)
