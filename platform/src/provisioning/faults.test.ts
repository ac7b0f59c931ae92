import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { afterEach, expect, test } from 'vitest'
import { startEmbeddedPostgres } from '../postgres.ts'
import { freePort } from '../postgres/server-process.ts'
import type { Platform, PlatformOptions } from '../server.ts'
import { startPlatform } from '../server.ts'
import { startTestLibreChat } from '../testing/librechat.ts'
import { startWorkerProcess } from '../testing/worker-process.ts'
import { call, jwtSecret, newPerson, passwordIterations, quick, startTestStack } from '../testing/stack.ts'
import type { ProvisioningState } from './state.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const until = async (platform: Platform, id: string, wanted: ProvisioningState): Promise<void> => {
  await expect
    .poll(async () => (await platform.provisioning.accounts.find(id))?.state, { timeout: 20_000, interval: 50 })
    .toBe(wanted)
}

const post = (platform: Platform, path: string, body: unknown): ReturnType<typeof call> =>
  call(platform.origin, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test('PostgreSQL restarted in mid-run, twice: everybody is provisioned, once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'restart-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const port = await freePort()
  let postgres = await startEmbeddedPostgres(folder, { port })
  closers.push(() => postgres.stop())
  const librechat = await startTestLibreChat({ latency: 60 })
  closers.push(() => librechat.close())
  const platform = await startPlatform({
    databaseUrl: postgres.url,
    librechatUrl: librechat.url,
    encryptionKey: randomBytes(32).toString('base64url'),
    jwtSecret,
    passwordIterations,
    provisioningTimes: quick,
    librechatConcurrency: 2,
  })
  closers.push(() => platform.close())
  const people = Array.from({ length: 40 }, () => newPerson())
  const ids: string[] = []
  for (const person of people) ids.push((await platform.createUser(person)).id)
  for (let restarts = 0; restarts < 2; restarts++) {
    await pause(400)
    await postgres.stop()
    await pause(300)
    postgres = await startEmbeddedPostgres(folder, { port })
  }
  for (const id of ids) await until(platform, id, 'provisioned')
  expect(librechat.accounts.size).toBe(people.length)
  expect(platform.provisioning.engineState()).toBe('running')
}, 90_000)

test('the engine down: registration and login work; when it can start, everybody is provisioned', async () => {
  const stack = await startTestStack({ engine: false })
  closers.push(() => stack.close())
  // A role that may use the platform's tables and not make the engine's.
  await stack.query(`CREATE ROLE confined LOGIN PASSWORD 'confined'`)
  await stack.query('GRANT USAGE, CREATE ON SCHEMA public TO confined')
  await stack.query('GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO confined')
  await stack.query('GRANT ALL ON ALL TABLES IN SCHEMA public TO confined')
  const url = new URL(stack.databaseUrl)
  Object.assign(url, { username: 'confined', password: 'confined' })
  const platform = await stack.startAnother({ databaseUrl: url.href, engine: true })
  const person = newPerson()
  const registered = await post(platform, '/api/users/register/', person)
  expect(registered.status).toBe(201)
  await expect.poll(() => platform.provisioning.engineState(), { timeout: 10_000 }).toBe('down')
  expect((await post(platform, '/api/users/login/', person)).status).toBe(200)
  const { id } = (registered.body as { user: { id: string } }).user
  expect((await platform.provisioning.accounts.find(id))?.state).toBe('requested')
  expect(stack.librechat.calls).toEqual([])

  await stack.query(`GRANT CREATE ON DATABASE ${url.pathname.slice(1)} TO confined`)
  await until(platform, id, 'provisioned')
  expect(platform.provisioning.engineState()).toBe('running')
}, 60_000)

const restarted = async (
  stack: Awaited<ReturnType<typeof startTestStack>>,
  from: Platform,
  options: Partial<PlatformOptions>,
): Promise<Platform> => {
  await from.close()
  return stack.startAnother({ engine: true, ...options })
}

test('a key that is lost is a state, not a crash; the key back, everything is as it was', async () => {
  const [key, wrong] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
  const stack = await startTestStack({ encryptionKey: key })
  closers.push(() => stack.close())
  const [done, waiting] = [newPerson(), newPerson()]
  const { id: doneId } = await stack.platform.createUser(done)
  await until(stack.platform, doneId, 'provisioned')
  stack.librechat.down = true
  const { id: waitingId } = await stack.platform.createUser(waiting)
  await until(stack.platform, waitingId, 'unreachable')

  const mistaken = await restarted(stack, stack.platform, { encryptionKey: wrong })
  stack.librechat.down = false
  await until(mistaken, waitingId, 'key-lost')
  const { body } = await post(mistaken, '/api/users/login/', done)
  const headers = { authorization: `Bearer ${(body as { access: string }).access}` }
  expect(await call(mistaken.origin, '/api/users/librechat-password/', { headers })).toMatchObject({
    status: 500,
    body: { error: 'Failed to retrieve LibreChat password' },
  })
  const { id: newId } = await mistaken.createUser(newPerson())
  await until(mistaken, newId, 'provisioned')

  const mended = await restarted(stack, mistaken, { encryptionKey: `${key},${wrong}` })
  // Without anybody asking: a key that is back is tried at the start.
  await until(mended, waitingId, 'provisioned')
  expect((await call(mended.origin, '/api/users/librechat-password/', { headers })).status).toBe(200)
  expect(stack.librechat.accounts.size).toBe(3)
}, 60_000)

test('what is kept of a request is enough: a process that ends before the engine heard of it loses nobody', async () => {
  const stack = await startTestStack()
  closers.push(() => stack.close())
  await stack.platform.provisioning.engineStarted
  const { id } = await stack.platform.createUser(newPerson())
  await until(stack.platform, id, 'provisioned')
  // As if the process had died between the transaction and the engine.
  await stack.query('DELETE FROM dbos.workflow_status')
  await stack.query(`UPDATE users_user SET librechat_user_id = NULL`)
  await stack.query(`UPDATE hestami_platform_librechat SET state = 'requested', changed_at = now() - interval '1 hour'`)
  await until(stack.platform, id, 'provisioned')
})

test('two platforms that start at once on an empty database migrate it once, the engine and all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'together-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const postgres = await startEmbeddedPostgres(folder, { durable: false })
  closers.push(() => postgres.stop())
  const settings = {
    databaseUrl: postgres.url,
    librechatUrl: 'http://127.0.0.1:9',
    encryptionKey: randomBytes(32).toString('base64url'),
    times: quick,
    concurrency: 2,
  }
  const workers = [1, 2, 3, 4].map(() => startWorkerProcess(settings))
  closers.push(() => Promise.all(workers.map((worker) => worker.kill('SIGTERM'))))
  await Promise.all(workers.map((worker) => worker.saw(({ event }) => event === 'engine.started')))
  for (const worker of workers) {
    expect(worker.log.filter(({ level }) => level !== 'info')).toEqual([])
    expect(worker.output()).not.toContain('migration error')
  }
  const client = new Client({ connectionString: postgres.url })
  await client.connect()
  const { rows } = await client.query<{ versions: string }>('SELECT count(*) AS versions FROM dbos.dbos_migrations')
  await client.end()
  expect(rows).toEqual([{ versions: '1' }])
})
