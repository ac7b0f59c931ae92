import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EmbeddedPostgres } from '../postgres.ts'
import { startEmbeddedPostgres } from '../postgres.ts'
import { createUsers } from '../users/users.ts'
import type { Database } from './database.ts'
import { createDatabase } from './database.ts'
import { migrate } from './migrations.ts'

let folder: string
let postgres: EmbeddedPostgres
let database: Database
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  postgres = await startEmbeddedPostgres(folder, { durable: false })
  database = createDatabase(postgres.url, () => undefined)
})
afterAll(async () => {
  await database.close()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await database.query('DROP SCHEMA public CASCADE')
  await database.query('CREATE SCHEMA public')
})

const columns = async (): Promise<unknown[]> => {
  const { rows } = await database.query(
    `SELECT table_name, column_name, data_type, character_maximum_length AS longest, is_nullable
     FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, column_name`,
  )
  return rows.map((row) => Object.values(row).join(' '))
}

test('applied once, whoever starts first', async () => {
  const applied = await Promise.all([migrate(database), migrate(database), migrate(database)])
  expect(applied.flat()).toEqual(['0001_users', '0002_token_blacklist', '0003_librechat_accounts'])
  const before = await columns()
  expect(await migrate(database)).toEqual([])
  expect(await columns()).toEqual(before)
  expect(before).toContain('users_user librechat_password_encrypted character varying 500 YES')
  expect(before).toContain('users_user id uuid  NO')
  expect(before).toContain('token_blacklist_outstandingtoken jti character varying 255 NO')
})

/** What Django 5.1 makes of the user model before the LibreChat fields, with rows that differ in case alone. */
const django = `
  CREATE TABLE services_serviceprovider (id uuid PRIMARY KEY);
  INSERT INTO services_serviceprovider VALUES ('11111111-1111-4111-8111-111111111111');
  CREATE TABLE users_user (password varchar(128) NOT NULL, last_login timestamptz NULL, is_superuser boolean NOT NULL,
    id uuid NOT NULL PRIMARY KEY, email varchar(254) NOT NULL UNIQUE, user_role varchar(20) NOT NULL,
    first_name varchar(30) NOT NULL, last_name varchar(30) NOT NULL, phone_number varchar(20) NULL,
    date_joined timestamptz NOT NULL, is_active boolean NOT NULL, is_staff boolean NOT NULL,
    service_token varchar(255) NULL, service_provider_id uuid NULL REFERENCES services_serviceprovider);
  INSERT INTO users_user SELECT '!', NULL, false, gen_random_uuid(), email, 'STAFF', 'Demo', 'User', NULL, now(), true,
    false, NULL, '11111111-1111-4111-8111-111111111111' FROM unnest(ARRAY['demo@example.com', 'DEMO@example.com']) AS email`

test('takes over a database that Django made, rows and all', async () => {
  await database.query(django)
  await migrate(database)
  const users = createUsers(database)
  const upper = await users.findByEmail('DEMO@example.com')
  expect(upper).toMatchObject({
    email: 'DEMO@example.com',
    librechat_user_id: null,
    service_provider: '11111111-1111-4111-8111-111111111111',
  })
  expect((await users.findByEmail('demo@example.com'))?.id).not.toBe(upper?.id)
  expect((await columns()).filter((column) => String(column).startsWith('users_user'))).toHaveLength(17)
})

test('a migration that fails leaves nothing behind', async () => {
  await database.query('CREATE VIEW users_user AS SELECT 1 AS id')
  await expect(migrate(database)).rejects.toThrow(/users_user/)
  expect(await columns()).toEqual(['users_user id integer  YES'])
})

test('a transaction is all or nothing, and its connection is good afterwards', async () => {
  await database.query('CREATE TABLE things (id int PRIMARY KEY)')
  const doomed = database.transaction(async ({ query }) => {
    await query('INSERT INTO things VALUES (1)')
    await query('INSERT INTO things VALUES (1)')
  })
  await expect(doomed).rejects.toThrow(/duplicate key/)
  expect((await database.query('SELECT * FROM things')).rowCount).toBe(0)
  for (let i = 0; i < 20; i++) await database.query('SELECT 1')
})
