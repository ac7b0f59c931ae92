import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestDatabase } from '../testing/database.ts'
import { startTestDatabase } from '../testing/database.ts'
import type { Database } from '../database/database.ts'
import { createUsers } from '../users/users.ts'
import { readDump } from './dump.ts'
import type { ImportOptions, ImportSummary } from './import-users.ts'
import { importUsers } from './import-users.ts'

let server: TestDatabase
let database: Database
beforeAll(async () => {
  server = await startTestDatabase()
  database = server.database
})
afterAll(() => server.close())
beforeEach(() => database.query('TRUNCATE users_user CASCADE'))

const secret = 'never-to-be-repeated'
type Entry = Readonly<Record<string, unknown>>
const entry = (fields: Entry = {}, pk: unknown = randomUUID()): Entry => ({
  model: 'users.user',
  pk,
  fields: {
    password: 'pbkdf2_sha256$1000$salt$a2V5',
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
    groups: [],
    user_permissions: [],
    ...fields,
  },
})

async function* one(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
const take = (entries: readonly Entry[], options: Partial<ImportOptions> = {}): Promise<ImportSummary> =>
  importUsers(readDump(one(JSON.stringify(entries))), database, {
    batchSize: 500,
    dryRun: false,
    update: false,
    ...options,
  })
const rows = async (columns = '*'): Promise<Record<string, unknown>[]> =>
  (await database.query(`SELECT ${columns} FROM users_user ORDER BY date_joined, email`)).rows
const emails = async (): Promise<unknown[]> => (await rows('email, date_joined')).map((row) => row['email'])

test('what is wrong is told by place and field, never by value, and stops nobody else', async () => {
  const wrong: readonly [Entry, string][] = [
    [{ email: secret }, 'email'],
    [{ email: `${'x'.repeat(250)}@example.com` }, 'email'],
    [{ email: 'a\u0000b@example.com' }, 'email'],
    [{ email: undefined, password: null }, 'email, password'],
    [{ date_joined: secret }, 'date_joined'],
    [{ date_joined: '2024-02-30T00:00:00Z' }, 'date_joined'],
    [{ date_joined: '2024-05-06T07:08:09' }, 'date_joined'],
    [{ first_name: secret.repeat(9), is_active: secret }, 'first_name, is_active'],
    [{ last_name: 'a\uD800b' }, 'last_name'],
    [{ phone_number: 7, service_provider: secret }, 'phone_number, service_provider_id'],
    [{ user_role: '' }, 'user_role'],
    [{ librechat_user_id: 'x'.repeat(256), librechat_synced_at: secret }, 'librechat_user_id, librechat_synced_at'],
    [{ librechat_password_encrypted: secret.repeat(30) }, 'librechat_password_encrypted'],
  ]
  const entries = [
    entry(),
    ...wrong.map(([fields]) => entry(fields)),
    entry({}, secret),
    entry({ last_name: '😀'.repeat(30) }),
  ]
  for (const batchSize of [1, 3, 500]) {
    await database.query('TRUNCATE users_user CASCADE')
    const summary = await take(entries, { batchSize })
    expect(summary).toMatchObject({ added: 2, refused: wrong.length + 1, conflicts: 0 })
    expect(summary.problems).toEqual([
      ...wrong.map(([, fields], index) => `record ${index + 2} is not right in: ${fields}`),
      `record ${wrong.length + 2} is not right in: id`,
    ])
    expect(JSON.stringify(summary)).not.toContain(secret)
    expect(await rows()).toHaveLength(2)
  }
})

test('times keep their microseconds, in the formats of Django and PostgreSQL', async () => {
  const times: readonly [string, string][] = [
    ['2024-05-06T07:08:09.123Z', '2024-05-06 07:08:09.123+00'],
    ['2024-05-06T07:08:09.123456+05:30', '2024-05-06 01:38:09.123456+00'],
    ['2024-05-06 07:08:09.123456+00', '2024-05-06 07:08:09.123456+00'],
    ['2024-05-06 07:08:09+02', '2024-05-06 05:08:09+00'],
    ['2024-05-06 07:08:09.1-0330', '2024-05-06 10:38:09.1+00'],
  ]
  const entries = times.map(([time], index) =>
    entry({ date_joined: time, last_login: time, email: `p${index}@example.com` }),
  )
  expect(await take(entries)).toMatchObject({ added: times.length, refused: 0 })
  const { rows: kept } = await database.query(
    `SELECT (date_joined AT TIME ZONE 'UTC')::text || '+00' AS joined, date_joined = last_login AS same FROM users_user ORDER BY email`,
  )
  expect(kept).toEqual(times.map(([, joined]) => ({ joined, same: true })))
})

test('an address that another has, in any case, is a conflict; an id that is there counts as there', async () => {
  const [first, second] = [randomUUID(), randomUUID()]
  await take([entry({ email: 'taken@example.com' }, first)])
  const entries = [
    entry({ email: 'TAKEN@example.com' }),
    entry({ email: 'free@example.com' }, second),
    entry({ email: 'Free@example.com' }),
    entry({ email: 'other@example.com' }, first.toUpperCase()),
    entry({ email: 'again@example.com' }, second),
  ]
  for (const dryRun of [true, false])
    for (const batchSize of [1, 2, 500]) {
      await database.query('DELETE FROM users_user WHERE id <> $1', [first])
      const summary = await take(entries, { dryRun, batchSize })
      expect(summary).toMatchObject({ added: 1, present: 2, updated: 0, refused: 0, conflicts: 2 })
      expect(summary.problems).toEqual([
        `record 1 has the email of another user (${first})`,
        `record 3 has the email of another user (${second})`,
      ])
      expect(new Set(await emails())).toEqual(new Set(['free@example.com', 'taken@example.com'].slice(dryRun ? 1 : 0)))
    }
})

test('somebody who registers the address meanwhile, in another case, keeps it', async () => {
  const [registered, registering] = [randomUUID(), Promise.withResolvers<void>()]
  const inserted = createUsers(database).insert(
    {
      id: registered,
      email: 'race@example.com',
      password: '!',
      first_name: 'Demo',
      last_name: 'User',
      user_role: 'STAFF',
      phone_number: null,
      librechat_password_encrypted: null,
    },
    () => registering.promise,
  )
  const locks = async (granted: boolean): Promise<number> =>
    (await database.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted = $1`, [granted])).rowCount
  await expect.poll(() => locks(true), { timeout: 10_000 }).toBe(1)
  const work = take([entry({ email: 'Race@example.com' })])
  // Whatever comes of it, the lock must not be held into the other tests.
  await expect
    .poll(() => locks(false), { timeout: 10_000 })
    .toBe(1)
    .finally(() => registering.resolve())
  expect(await inserted).toBe(true)
  expect(await work).toMatchObject({ added: 0, conflicts: 1 })
  expect(await emails()).toEqual(['race@example.com'])
})

test('update: an address that its user has left is free, in a dry run too', async () => {
  const id = randomUUID()
  await take([entry({ email: 'first@example.com' }, id)])
  const dump = [
    entry({ email: 'second@example.com' }, id),
    entry({ email: 'third@example.com' }, id),
    entry({ email: 'First@example.com' }),
    entry({ email: 'Second@example.com' }),
    entry({ email: 'Third@example.com' }),
  ]
  for (const dryRun of [true, false])
    expect(await take(dump, { update: true, dryRun, batchSize: 1 })).toMatchObject({
      added: 2,
      updated: 2,
      conflicts: 1,
      problems: [`record 5 has the email of another user (${id})`],
    })
})

test('run again there is nothing to do; a dry run changes nothing; columns without a place are counted', async () => {
  const entries = [
    entry({ shoe_size: 43, constructor: 1 }),
    entry({ shoe_size: 44, password: '!unusable' }),
    entry({ password: 'argon2$argon2id$v=19$x' }),
    { model: 'auth.group', pk: 1, fields: { name: 'demo' } },
  ]
  const counted = { added: 3, present: 0, refused: 0, conflicts: 0, otherHashers: 1, unusablePasswords: 1 }
  expect(await take(entries, { dryRun: true })).toMatchObject(counted)
  expect(await rows()).toEqual([])
  const summary = await take(entries)
  expect(summary).toMatchObject(counted)
  expect([...summary.unknown]).toEqual([
    ['shoe_size', 2],
    ['constructor', 1],
  ])
  const before = await rows()
  expect(await take(entries)).toMatchObject({ added: 0, present: 3, otherHashers: 0, unusablePasswords: 0 })
  const changed = entries.map((one) => ({ ...one, fields: { ...(one['fields'] as Entry), first_name: 'X' } }))
  expect(await take(changed, { update: true, dryRun: true })).toMatchObject({ updated: 3 })
  expect(await rows()).toEqual(before)
})

const account = {
  librechat_user_id: 'id',
  librechat_password_encrypted: 'sealed',
  librechat_synced_at: '2024-01-01T00:00:00Z',
}
const newer = {
  librechat_user_id: 'new',
  librechat_password_encrypted: 'new',
  librechat_synced_at: '2024-01-01T00:00:00.001Z',
}
const accountHere = async (id: string): Promise<unknown[]> => {
  const [row] = (
    await database.query(
      `SELECT first_name, librechat_user_id, librechat_password_encrypted FROM users_user WHERE id = $1`,
      [id],
    )
  ).rows
  return Object.values(row ?? {})
}

test.each<[string, Entry, Entry, string[]]>([
  ['a newer account replaces one', account, newer, ['new', 'new']],
  ['an older account leaves one, whose password may have been rotated here', newer, account, ['new', 'new']],
  [
    'an account as old leaves one',
    account,
    { ...newer, librechat_synced_at: account.librechat_synced_at },
    ['id', 'sealed'],
  ],
  ['an account of no known time leaves one', account, { ...newer, librechat_synced_at: null }, ['id', 'sealed']],
  ['an account replaces one of no known time', { ...account, librechat_synced_at: null }, newer, ['new', 'new']],
  [
    'an account replaces a password that is not its own',
    { librechat_password_encrypted: 'other' },
    account,
    ['id', 'sealed'],
  ],
  ['none leaves one', account, { librechat_user_id: null, librechat_password_encrypted: '' }, ['id', 'sealed']],
  ['missing fields leave one', account, {}, ['id', 'sealed']],
  ['a password without an id leaves one', account, { librechat_password_encrypted: 'new' }, ['id', 'sealed']],
  [
    'an id without a password leaves a password alone',
    { librechat_password_encrypted: 'sealed' },
    { librechat_user_id: 'new' },
    ['', 'sealed'],
  ],
  ['where there is nothing anything is taken', {}, { librechat_password_encrypted: 'new' }, ['', 'new']],
  [
    'an id is filled up',
    { librechat_user_id: 'id' },
    { librechat_user_id: '', librechat_password_encrypted: 'new' },
    ['id', 'new'],
  ],
])('update: %s', async (_what, here, dump, [user, sealed]) => {
  const id = randomUUID()
  await take([entry({ ...here, email: 'one@example.com' }, id)])
  const summary = await take([entry({ ...dump, email: 'One@Example.com', first_name: 'Changed' }, id)], {
    update: true,
  })
  expect(summary).toMatchObject({ added: 0, present: 0, updated: 1, refused: 0, conflicts: 0 })
  expect((await accountHere(id)).map((value) => value ?? '')).toEqual(['Changed', user, sealed])
  expect(await emails()).toEqual(['One@Example.com'])
})

test('update: the state of an account that is replaced is forgotten, and a rotation is not disturbed', async () => {
  const [replaced, same, rotating] = [randomUUID(), randomUUID(), randomUUID()]
  await take([replaced, same, rotating].map((id) => entry(account, id)))
  await database.query(
    `INSERT INTO hestami_platform_librechat (user_id, state, next_password_encrypted)
     VALUES ($1, 'key-lost', NULL), ($2, 'provisioned', NULL), ($3, 'provisioned', 'next')`,
    [replaced, same, rotating],
  )
  const other = { ...newer, librechat_user_id: 'id' }
  await take([entry(other, replaced), entry(account, same), entry(other, rotating)], { update: true })
  expect(await accountHere(replaced)).toEqual(['Demo', 'id', 'new'])
  expect(await accountHere(rotating)).toEqual(['Demo', 'id', 'sealed'])
  const { rows: states } = await database.query('SELECT user_id FROM hestami_platform_librechat')
  expect(new Set(states.map((row) => row['user_id']))).toEqual(new Set([same, rotating]))
})

test('update: addresses that differ in case alone, as Django allows, stay, and a taken one is a conflict', async () => {
  const [lower, upper, third] = [randomUUID(), randomUUID(), randomUUID()]
  await take([
    entry({ email: 'demo@example.com' }, lower),
    entry({ email: 'x@example.com' }, upper),
    entry({ email: 'third@example.com' }, third),
  ])
  await database.query(`UPDATE users_user SET email = 'DEMO@example.com' WHERE id = $1`, [upper])
  const dump = [
    entry({ email: 'demo@example.com', first_name: 'Changed' }, lower),
    entry({ email: 'DEMO@example.com', first_name: 'Changed' }, upper),
    entry({ email: 'Demo@example.com', first_name: 'Changed' }, third),
  ]
  for (const dryRun of [true, false])
    expect(await take(dump, { update: true, dryRun })).toMatchObject({ updated: 2, conflicts: 1, refused: 0 })
  expect((await rows()).filter((row) => row['first_name'] === 'Changed').map((row) => row['id'])).toHaveLength(2)
})

test('what the database refuses is told by the name of its rule, and the rest of the batch is taken', async () => {
  await database.query(`CREATE TABLE services_serviceprovider (id uuid PRIMARY KEY)`)
  await database.query(`ALTER TABLE users_user ADD CONSTRAINT provider_fk FOREIGN KEY (service_provider_id)
    REFERENCES services_serviceprovider (id) DEFERRABLE INITIALLY DEFERRED`)
  try {
    const summary = await take([entry(), entry({ service_provider: randomUUID() }), entry()])
    expect(summary).toMatchObject({ added: 2, refused: 1 })
    expect(summary.problems).toEqual(['record 2 is refused by the database (provider_fk)'])
    expect(await rows()).toHaveLength(2)
  } finally {
    await database.query('ALTER TABLE users_user DROP CONSTRAINT provider_fk')
    await database.query('DROP TABLE services_serviceprovider')
  }
})

test('a dump that breaks off: what came before is taken, and it is told', async () => {
  const whole = JSON.stringify(Array.from({ length: 300 }, () => entry()))
  const options = { batchSize: 100, dryRun: false, update: false }
  const summary = await importUsers(readDump(one(whole.slice(0, -40))), database, options)
  expect(summary).toMatchObject({ added: 299, refused: 1 })
  expect(summary.problems).toEqual(['the dump: its JSON is damaged or breaks off after record 299'])
  expect(await rows()).toHaveLength(299)
  await expect(importUsers(readDump(one('no dump')), database, options)).rejects.toThrow('there are no users in it')
})

test('interrupted: whole batches are there, and a second run goes on', async () => {
  const interrupt = new AbortController()
  const entries = Array.from({ length: 50 }, () => entry())
  const onProgress = (read: number): void => {
    if (read === 20) interrupt.abort()
  }
  const summary = await take(entries, { batchSize: 10, interrupted: interrupt.signal, onProgress })
  expect(summary).toMatchObject({ added: 20, interrupted: true })
  expect(await take(entries, { batchSize: 10 })).toMatchObject({ added: 30, present: 20, interrupted: false })
})

test('however much is wrong, only the first of it is kept', async () => {
  const bad = Array.from({ length: 500 }, (_, index) => entry({ email: '', [`column${index}`]: 1 }))
  const summary = await take(bad)
  expect(summary.refused).toBe(500)
  expect(summary.problems).toHaveLength(100)
  expect(summary.unknown.size).toBe(100)
})
