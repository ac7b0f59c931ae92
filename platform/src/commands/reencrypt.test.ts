import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestDatabase } from '../testing/database.ts'
import { startTestDatabase } from '../testing/database.ts'
import type { Database } from '../database/database.ts'
import { createFernet } from '../fernet.ts'
import { testTerminal } from '../testing/terminal.ts'
import { seedUsers } from '../testing/users.ts'
import type { CommandContext, Terminal } from './command.ts'
import { reencrypt } from './reencrypt.ts'

let server: TestDatabase
let database: Database
beforeAll(async () => {
  server = await startTestDatabase()
  database = server.database
})
afterAll(() => server.close())
beforeEach(() => database.query('TRUNCATE users_user CASCADE'))

const key = (): string => randomBytes(32).toString('base64url')
const [old, fresh] = [key(), key()]
const stored = async (): Promise<Map<string, string>> => {
  const { rows } = await database.query('SELECT id, librechat_password_encrypted AS sealed FROM users_user')
  return new Map(rows.map((row) => [String(row['id']), String(row['sealed'])]))
}
async function run(
  values: Record<string, string | boolean> = {},
  {
    keys = `${fresh},${old}`,
    on = database,
    terminal: given,
  }: { keys?: string; on?: Database; terminal?: Terminal } = {},
): Promise<{ code: number; stdout: string }> {
  const { terminal: own, shown } = testTerminal()
  const terminal = given ?? own
  if (!reencrypt.database) throw new Error('it works on a database')
  const settings = { encryptionKey: keys } as CommandContext['settings']
  const context = { database: on, databaseUrl: server.url, settings, log: () => undefined, terminal }
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

/** Somebody stores `sealed()` for everybody, `times` times, between a read and the write that follows. */
function racing(sealed: () => string, times: number): Database {
  let left = times
  return {
    ...database,
    async query(text, values) {
      if (text.startsWith('UPDATE users_user') && left-- > 0)
        await database.query('UPDATE users_user SET librechat_password_encrypted = $1', [sealed()])
      return database.query(text, values)
    },
  }
}

test('what a platform stores under an old key meanwhile is renewed too', async () => {
  const [user] = await seedUsers(database.query, 1, { sealed: createFernet(old).encrypt('before') })
  const { code, stdout } = await run({}, { on: racing(() => createFernet(old).encrypt('after'), 1) })
  expect(createFernet(fresh).decrypt((await stored()).get(user!.id)!)).toBe('after')
  expect([code, stdout]).toEqual([0, expect.stringContaining('Encrypted anew: 1\n')])
})

test('while a platform goes on storing under an old key, the old keys are to be kept', async () => {
  await seedUsers(database.query, 1, { sealed: createFernet(old).encrypt('before') })
  const { code, stdout } = await run({}, { on: racing(() => createFernet(old).encrypt('x'), Infinity) })
  expect(code).toBe(1)
  expect(stdout).toContain('keep the old keys until then')
  expect(stdout).not.toContain('can be removed')
})

test('interrupted, the old keys are to be kept; run again, it goes on', async () => {
  await seedUsers(database.query, 20, () => ({ sealed: createFernet(old).encrypt('x') }))
  const { terminal, shown, interrupt } = testTerminal()
  const interrupting: Database = {
    ...database,
    async query(text, values) {
      const result = await database.query(text, values)
      if (text.startsWith('UPDATE')) interrupt()
      return result
    },
  }
  const { code } = await run({ 'batch-size': '5' }, { on: interrupting, terminal })
  expect(code).toBe(1)
  expect(shown().stdout).toMatch(/Encrypted anew: 5\n.*Interrupted: run it again for the others; keep the old keys/s)
  const again = await run({ 'batch-size': '5' })
  expect(again.code).toBe(0)
  expect(again.stdout).toMatch(/Encrypted anew: 15\nUnder the newest key: 5\n/)
})

test('a password that is changed while it runs is not undone', async () => {
  const [user] = await seedUsers(database.query, 1, { sealed: createFernet(old).encrypt('before') })
  const changed = createFernet(fresh).encrypt('after')
  await run({}, { on: racing(() => changed, 1) })
  expect((await stored()).get(user!.id)).toBe(changed)
})
