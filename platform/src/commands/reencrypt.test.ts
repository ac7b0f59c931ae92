import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../database/database.ts'
import { createDatabase } from '../database/database.ts'
import { migrate } from '../database/migrations.ts'
import { createFernet } from '../fernet.ts'
import type { EmbeddedPostgres } from '../postgres.ts'
import { startEmbeddedPostgres } from '../postgres.ts'
import { testTerminal } from '../testing/terminal.ts'
import { seedUsers } from '../testing/users.ts'
import type { CommandContext } from './command.ts'
import { reencrypt } from './reencrypt.ts'

let folder: string
let postgres: EmbeddedPostgres
let database: Database
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reencrypt-'))
  postgres = await startEmbeddedPostgres(folder, { durable: false })
  database = createDatabase(postgres.url, () => undefined)
  await migrate(database)
})
afterAll(async () => {
  await database.close()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => database.query('TRUNCATE users_user CASCADE'))

const key = (): string => randomBytes(32).toString('base64url')
const [old, fresh] = [key(), key()]
const stored = async (): Promise<Map<string, string>> => {
  const { rows } = await database.query('SELECT id, librechat_password_encrypted AS sealed FROM users_user')
  return new Map(rows.map((row) => [String(row['id']), String(row['sealed'])]))
}
async function run(
  values: Record<string, string | boolean> = {},
  { keys = `${fresh},${old}`, on = database }: { keys?: string; on?: Database } = {},
): Promise<{ code: number; stdout: string }> {
  const { terminal, shown } = testTerminal()
  if (!reencrypt.database) throw new Error('it works on a database')
  const settings = { encryptionKey: keys } as CommandContext['settings']
  const context = { database: on, databaseUrl: postgres.url, settings, log: () => undefined, terminal }
  return { code: await reencrypt.run(context, values, []), stdout: shown().stdout }
}

test('everything under the newest key afterwards, the next passwords too; again there is nothing to do', async () => {
  const users = await seedUsers(database.query, 25, (index) => ({
    sealed: createFernet(index % 5 === 0 ? fresh : old).encrypt(`password-${index}`),
  }))
  await seedUsers(database.query, 3)
  const next = createFernet(old).encrypt('next-password')
  await database.query(
    `INSERT INTO hestami_platform_librechat (user_id, state, next_password_encrypted) VALUES ($1, 'requested', $2)`,
    [users[0]?.id, next],
  )
  const { code, stdout } = await run({ 'batch-size': '7' })
  expect(stdout).toMatch(/Encrypted anew: 21\nUnder the newest key: 5\n\nThe older keys can be removed/)
  expect(code).toBe(0)
  const alone = createFernet(fresh)
  const values = await stored()
  for (const [index, { id }] of users.entries()) expect(alone.decrypt(values.get(id)!)).toBe(`password-${index}`)
  const { rows } = await database.query('SELECT next_password_encrypted AS next FROM hestami_platform_librechat')
  expect(alone.decrypt(String(rows[0]?.['next']))).toBe('next-password')
  expect((await run()).stdout).toMatch(/Encrypted anew: 0\nUnder the newest key: 26/)
})

test('a dry run changes nothing', async () => {
  await seedUsers(database.query, 4, () => ({ sealed: createFernet(old).encrypt('x') }))
  const before = await stored()
  expect((await run({ 'dry-run': true })).stdout).toBe('Would be encrypted anew: 4\nUnder the newest key: 0\n')
  expect(await stored()).toEqual(before)
})

test('a value no key opens is left, listed by user, and the old keys are to be kept', async () => {
  const [lost] = await seedUsers(database.query, 1, { sealed: createFernet(key()).encrypt('x') })
  const [broken] = await seedUsers(database.query, 1, { sealed: 'gAAAAAnonsense' })
  await seedUsers(database.query, 2, () => ({ sealed: createFernet(old).encrypt('x') }))
  const { code, stdout } = await run()
  expect(code).toBe(1)
  expect(stdout).toContain('No key opens the LibreChat password of 2 users')
  for (const one of [lost, broken]) expect(stdout).toContain(one?.id)
  expect(stdout).not.toContain('can be removed')
  expect((await stored()).get(lost!.id)).toBe(lost?.sealed)
})

test('a password that is changed while it runs is not undone', async () => {
  const [user] = await seedUsers(database.query, 1, { sealed: createFernet(old).encrypt('before') })
  const changed = createFernet(fresh).encrypt('after')
  const racing: Database = {
    ...database,
    async query(text, values) {
      // Somebody is faster, between the read and the write.
      if (text.startsWith('UPDATE'))
        await database.query('UPDATE users_user SET librechat_password_encrypted = $1', [changed])
      return database.query(text, values)
    },
  }
  await run({}, { on: racing })
  expect((await stored()).get(user!.id)).toBe(changed)
})
