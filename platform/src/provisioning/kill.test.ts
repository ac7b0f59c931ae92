import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createFernet } from '../fernet.ts'
import type { TestStack } from '../testing/stack.ts'
import { quick, startTestStack } from '../testing/stack.ts'
import type { WorkerProcess } from '../testing/worker-process.ts'
import { startWorkerProcess } from '../testing/worker-process.ts'

const encryptionKey = randomBytes(32).toString('base64url')
const fernet = createFernet(encryptionKey)
let stack: TestStack
const workers: WorkerProcess[] = []

beforeAll(async () => {
  // The platform of the stack asks; processes that can be killed do the work.
  stack = await startTestStack({ encryptionKey, engine: false })
})
afterAll(() => stack.close())
beforeEach(() => {
  Object.assign(stack.librechat.settings, { latency: 0, reset: false, registration: true })
  stack.librechat.scripted.length = 0
  stack.librechat.calls.length = 0
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill('SIGKILL')))
})

const work = async (): Promise<WorkerProcess> => {
  const worker = startWorkerProcess({
    databaseUrl: stack.databaseUrl,
    librechatUrl: stack.librechat.url,
    encryptionKey,
    times: quick,
    concurrency: 4,
  })
  workers.push(worker)
  await worker.saw(({ event }) => event === 'engine.started')
  return worker
}

/** Users as Django left them: no LibreChat fields at all. */
async function legacyUsers(count: number): Promise<{ id: string; email: string }[]> {
  const users = Array.from({ length: count }, () => ({ id: randomUUID(), email: `${randomUUID()}@example.com` }))
  await stack.query(
    `INSERT INTO users_user (id, email, password, first_name, last_name, user_role, is_active, is_staff, is_superuser,
       date_joined) SELECT id, email, '!', 'Demo', 'User', 'PROPERTY_OWNER', true, false, false, now()
     FROM unnest($1::uuid[], $2::text[]) AS made (id, email)`,
    [users.map(({ id }) => id), users.map(({ email }) => email)],
  )
  return users
}
async function allOpen(users: readonly { id: string; email: string }[]): Promise<void> {
  const rows = await stack.query(
    `SELECT email, librechat_user_id AS user, librechat_password_encrypted AS sealed, next_password_encrypted AS next
     FROM users_user JOIN hestami_platform_librechat ON id = user_id WHERE id = ANY($1::uuid[])`,
    [users.map(({ id }) => id)],
  )
  expect(rows).toHaveLength(users.length)
  for (const { email, user, sealed, next } of rows) {
    const account = stack.librechat.accounts.get(String(email))
    expect(user).toBe(account?.id)
    expect(fernet.decrypt(String(sealed))).toBe(account?.password)
    expect(next).toBeNull()
  }
}
const left = async (users: readonly { id: string }[]): Promise<number> => {
  const records = await stack.platform.provisioning.accounts.findMany(users.map(({ id }) => id))
  return records.filter(({ state, nextPasswordEncrypted }) => state !== 'provisioned' || nextPasswordEncrypted).length
}

test('killed 52 times at random, it ends with one account for each user, and the stored password opens it', async () => {
  stack.librechat.settings.latency = 15
  const first = await work()
  const users = await legacyUsers(240)
  await stack.platform.provisioning.requests.provision(users.map(({ id }) => id))
  let [kills, worker] = [0, first]
  while (kills < 52) {
    await Promise.race([worker.saw(({ event }) => event === 'librechat.call'), pause(300)])
    await pause(Math.random() * 60)
    await worker.kill('SIGKILL')
    kills++
    worker = await work()
    if ((await left(users)) === 0) {
      const more = await legacyUsers(60)
      users.push(...more)
      await stack.platform.provisioning.requests.provision(more.map(({ id }) => id))
    }
  }
  await expect.poll(() => left(users), { timeout: 30_000, interval: 100 }).toBe(0)
  await allOpen(users)
  // The kills did meet calls that were under way.
  const emails = stack.librechat.calls.map(({ path, body }) => `${path} ${body['email']}`)
  expect(emails.length - new Set(emails).size).toBeGreaterThan(20)
  const unfinished = await stack.query(`SELECT status FROM dbos.workflow_status WHERE status <> 'SUCCESS'`)
  expect(unfinished.filter(({ status }) => status !== 'DELAYED')).toEqual([])
}, 150_000)

test('the work of a process that is gone is taken up by another within seconds; both work at the same time', async () => {
  stack.librechat.settings.latency = 40
  const [one, other] = await Promise.all([work(), work()])
  const users = await legacyUsers(120)
  await stack.platform.provisioning.requests.provision(users.map(({ id }) => id))
  const done = ({ event }: { event: string }): boolean => event === 'librechat.provisioned'
  await Promise.all([one.saw(done), other.saw(done)])
  await one.kill('SIGKILL')
  await expect.poll(() => left(users), { timeout: 20_000, interval: 100 }).toBe(0)
  expect(other.log.some(({ event }) => event === 'engine.taken-up')).toBe(true)
  await allOpen(users)
  expect(other.log.filter(({ level }) => level === 'error')).toEqual([])
})

test('a process that is told to end leaves its work to the others, and nothing behind', async () => {
  stack.librechat.settings.latency = 300
  const one = await work()
  const users = await legacyUsers(8)
  await stack.platform.provisioning.requests.provision(users.map(({ id }) => id))
  await one.saw(({ event }) => event === 'librechat.call')
  const started = performance.now()
  await one.kill('SIGTERM')
  expect(one.child.exitCode).toBe(0)
  expect(performance.now() - started).toBeLessThan(3000)
  stack.librechat.settings.latency = 0
  await work()
  await expect.poll(() => left(users), { timeout: 20_000, interval: 100 }).toBe(0)
  await allOpen(users)
})

test('what an older version left is done by a newer one, unless a process of the older is still there', async () => {
  stack.librechat.settings.latency = 200
  const older = await work()
  const users = await legacyUsers(30)
  const ids = users.map(({ id }) => `provision-librechat-${id}`)
  await stack.platform.provisioning.requests.provision(users.map(({ id }) => id))
  await older.saw(({ event }) => event === 'librechat.call')
  await older.kill('SIGKILL')
  stack.librechat.settings.latency = 0
  const unfinished = await stack.query(
    `UPDATE dbos.workflow_status SET application_version = '0' WHERE status <> 'SUCCESS' AND workflow_uuid = ANY($1)
     RETURNING status`,
    [ids],
  )
  expect(new Set(unfinished.map(({ status }) => status))).toEqual(new Set(['PENDING', 'ENQUEUED']))
  await stack.query(`INSERT INTO dbos.application_versions (version_id, version_name) VALUES ('older', '0')`)
  const client = new Client({ connectionString: stack.databaseUrl })
  await client.connect()
  await client.query(`SELECT pg_advisory_lock_shared(723502, hashtext('0'))`)

  await work()
  await pause(1500)
  expect(await left(users)).toBe(unfinished.length)
  await client.end()
  await expect.poll(() => left(users), { timeout: 20_000, interval: 100 }).toBe(0)
  await allOpen(users)
})

test('passwords rotated while processes are killed: always one that opens, and a new one in the end', async () => {
  Object.assign(stack.librechat.settings, { latency: 5, reset: true })
  let worker = await work()
  const users = await legacyUsers(60)
  const ids = users.map(({ id }) => id)
  await stack.platform.provisioning.requests.provision(ids)
  await expect.poll(() => left(users), { timeout: 20_000, interval: 50 }).toBe(0)
  const before = new Map(users.map(({ email }) => [email, stack.librechat.accounts.get(email)?.password]))

  stack.librechat.settings.latency = 15
  await stack.platform.provisioning.requests.rotate(ids)
  for (let kills = 0; kills < 12; kills++) {
    await pause(Math.random() * 150)
    await worker.kill('SIGKILL')
    worker = await work()
  }
  await expect.poll(() => left(users), { timeout: 30_000, interval: 100 }).toBe(0)
  await allOpen(users)
  for (const { email } of users) expect(stack.librechat.accounts.get(email)?.password).not.toBe(before.get(email))
}, 60_000)
