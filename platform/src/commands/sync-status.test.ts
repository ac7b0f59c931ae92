import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestDatabase } from '../testing/database.ts'
import { startTestDatabase } from '../testing/database.ts'
import type { Database } from '../database/database.ts'
import { testTerminal } from '../testing/terminal.ts'
import { seedUsers } from '../testing/users.ts'
import { legacyUsers } from './legacy-users.ts'
import { syncReport, syncStatus, unsyncedUser } from './sync-status.ts'

let server: TestDatabase
let database: Database
beforeAll(async () => {
  server = await startTestDatabase()
  database = server.database
})
afterAll(() => server.close())
beforeEach(() => database.query('TRUNCATE users_user CASCADE'))

const run = async (values: Record<string, boolean>): Promise<string> => {
  const { terminal, shown } = testTerminal()
  if (!syncStatus.database) throw new Error('it works on a database')
  const context = { database, databaseUrl: server.url, settings: {} as never, log: () => undefined, terminal }
  expect(await syncStatus.run(context, values, [])).toBe(0)
  return shown().stdout
}
const seed =
  (on: Database) =>
  (count: number, of: Parameters<typeof seedUsers>[2]): ReturnType<typeof seedUsers> =>
    seedUsers(on.query, count, of)

async function everyKind(): Promise<void> {
  const hours = (ago: number): Date => new Date(Date.now() - ago * 3_600_000)
  const add = seed(database)
  await add(3, { librechatId: 'a', sealed: 'x', syncedAt: hours(1) })
  await add(2, { librechatId: 'a', sealed: 'x', syncedAt: hours(100) })
  await add(1, { librechatId: 'a', sealed: 'x', syncedAt: hours(1000), role: 'STAFF' })
  const waiting = await add(4, {})
  await add(2, { sealed: 'x' })
  await add(1, { librechatId: 'a', sealed: '' })
  await add(5, { role: 'SERVICE_ACCOUNT' })
  await add(6, { active: false })
  await database.query(`INSERT INTO hestami_platform_librechat (user_id, state) VALUES ($1, 'other-password')`, [
    waiting[0]?.id,
  ])
}

test('the four states, the last day and week; service accounts and inactive users apart', async () => {
  await everyKind()
  const report = syncReport.parse(JSON.parse(await run({ json: true })))
  expect(report).toEqual({
    total: 24,
    serviceAccounts: 5,
    inactive: 6,
    eligible: 13,
    synced: { users: 6, percent: 46.2 },
    notSynced: { users: 4, percent: 30.8 },
    passwordOnly: { users: 2, percent: 15.4 },
    idOnly: { users: 1, percent: 7.7 },
    syncedLast24Hours: 3,
    syncedLast7Days: 5,
    states: { 'other-password': 1 },
    roles: { PROPERTY_OWNER: { users: 12, synced: 5 }, STAFF: { users: 1, synced: 1 } },
    oldestWaiting: null,
  })
})

test('as text, with what to do about each state, and who is not synced', async () => {
  await everyKind()
  const text = await run({ detailed: true, 'show-unsynced': true })
  expect(text).toContain('Users: 24, of whom 13 can have a LibreChat account')
  expect(text).toMatch(/^Synced {14,}6 {2,}46\.2 %$/m)
  expect(text).toMatch(/other-password +1 +an account under this address has another password +find out whose it is/)
  expect(text.split('\n').filter((line) => line.endsWith('@example.com'))).toHaveLength(7)
})

test('nobody at all', async () => {
  expect(await run({})).toMatch(/^Synced +0 +0\.0 %$/m)
  expect(syncReport.parse(JSON.parse(await run({ json: true, 'show-unsynced': true })))).toMatchObject({ total: 0 })
})

test('thousands are listed whole, in order, once each, also while others are added', async () => {
  const users = await seed(database)(4321, {})
  const { unsynced } = JSON.parse(await run({ json: true, 'show-unsynced': true })) as { unsynced: unknown[] }
  expect(unsynced.map((one) => unsyncedUser.parse(one).id)).toEqual(users.map(({ id }) => id))
  const seen: string[] = []
  for await (const page of legacyUsers(database, { page: 500 })) {
    seen.push(...page.map(({ id }) => id))
    if (seen.length < 3000) await seed(database)(10, {})
  }
  expect(new Set(seen).size).toBe(seen.length)
  expect(users.every(({ id }) => seen.includes(id))).toBe(true)
}, 60_000)
