import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { EmbeddedPostgres } from './postgres.ts'
import { startEmbeddedPostgres } from './postgres.ts'
import { serverAccount } from './postgres/account.ts'
import { inspectProcess } from './postgres/processes.ts'

const folders: string[] = []
const running: EmbeddedPostgres[] = []
const children: ChildProcess[] = []
let folder = ''
const newFolder = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), 'postgres-'))
  folders.push(made)
  return made
}
const start = async (where = folder, durable = false): Promise<EmbeddedPostgres> => {
  const postgres = await startEmbeddedPostgres(where, { durable })
  running.push(postgres)
  return postgres
}
const query = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}
const postmaster = async (): Promise<number> =>
  Number.parseInt(await readFile(join(folder, 'data/postmaster.pid'), 'utf8'), 10)

beforeEach(async () => {
  folder = await newFolder()
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const postgres of running.splice(0)) await postgres.stop()
  for (const one of folders.splice(0)) await rm(one, { recursive: true, force: true })
})

test('starts silently, on the loopback alone, with a password for its owner alone', async () => {
  const spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')]
  const { url } = await start()
  const written = spies.map((spy) => spy.mock.calls.length)
  for (const spy of spies) spy.mockRestore()
  expect(written).toEqual([0, 0])

  expect(url).toMatch(/^postgres:\/\/platform:[\w-]{43}@127\.0\.0\.1:\d+\/platform$/)
  expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600)
  const [row] = await query(
    url,
    `SELECT current_setting('listen_addresses') AS listen, current_setting('unix_socket_directories') AS sockets,
       current_setting('server_encoding') AS encoding, lower('ÄÖ') AS lower`,
  )
  expect(row).toEqual({ listen: '127.0.0.1', sockets: '', encoding: 'UTF8', lower: 'äö' })
  await expect(query(url.replace(/:[\w-]{43}@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password authentication/)
})

test('a folder is reopened with what is in it; stop may be called twice', async () => {
  const first = await start()
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await first.stop()
  await first.stop()
  await expect(query(first.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
  const second = await start()
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
})

test('several at once do not meet', async () => {
  const all = await Promise.all([start(), start(await newFolder()), start(await newFolder())])
  await Promise.all(all.map(({ url }, index) => query(url, `CREATE TABLE t AS SELECT ${index} AS n`)))
  expect(await Promise.all(all.map(({ url }) => query(url, 'SELECT n FROM t')))).toEqual([
    [{ n: 0 }],
    [{ n: 1 }],
    [{ n: 2 }],
  ])
})

test('a server that was killed outright starts again', async () => {
  const { url } = await start(folder, true)
  await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  process.kill(await postmaster(), 'SIGKILL')
  expect(await query((await start()).url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
})

test('a stale postmaster.pid whose number belongs to another process now', async () => {
  await (await start()).stop()
  // Of the server's own account, which is what PostgreSQL takes for a server that runs.
  const other = spawn('sleep', ['60'], { ...(await serverAccount()), stdio: 'ignore' })
  children.push(other)
  const lines = [other.pid, join(folder, 'data'), 1, 5432, '', '127.0.0.1', '', 'ready']
  await writeFile(join(folder, 'data/postmaster.pid'), `${lines.join('\n')}\n`)
  expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(other.exitCode).toBeNull()
})

/** A process that starts a server as `code` says, with its `folder`, and stays; resolves when it has printed. */
async function elsewhere(code: string): Promise<{ child: ChildProcess; printed: string }> {
  const program = `const folder = ${JSON.stringify(folder)}
    const [{ startEmbeddedPostgres }, { launchServer }, { ownerSetting }, { postgresBinaries }, { serverAccount }] =
      await Promise.all(['', '/server-process', '/leftover', '/binaries', '/account']
        .map((name) => import(${JSON.stringify(join(import.meta.dirname, 'postgres'))} + name + '.ts')))
    ${code}
    setInterval(() => {}, 1000)`
  const args = ['--input-type=module', '-e', program]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [printed] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [Buffer | number]
  if (!Buffer.isBuffer(printed)) throw new Error(`ended with ${printed}`)
  return { child, printed: printed.toString().trim() }
}

test('a folder in use is left alone; the server ends with a process that is killed', async () => {
  const { child, printed: url } = await elsewhere(
    'console.log((await startEmbeddedPostgres(folder, { durable: false })).url)',
  )
  await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await expect(start()).rejects.toThrow(`in use by process ${child.pid}`)
  expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])

  child.kill('SIGKILL')
  while (existsSync(join(folder, 'data/postmaster.pid'))) await pause(10)
  expect(await query((await start()).url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
})

test('a server whose process is another than its parent by now is shut down', async () => {
  await (await start()).stop()
  // The owner's number only begins like that of the parent.
  await elsewhere(`const [{ postgres }, account] = await Promise.all([postgresBinaries(), serverAccount()])
    await launchServer(postgres, ['-D', folder + '/data', '-p', '5432', '-c', 'listen_addresses=', '-c',
      'unix_socket_directories=' + folder + '/data', '-c', ownerSetting(process.pid + '0')], account)
    console.log('runs')`)
  const left = await postmaster()
  expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  // Where nobody collects the dead, its number stays behind, without a command.
  expect((await inspectProcess(left))?.command ?? '').toBe('')
})

test('says why a server does not start', async () => {
  await (await start()).stop()
  await writeFile(join(folder, 'data/postgresql.auto.conf'), 'nonsense = 1\n')
  await expect(start()).rejects.toThrow(/the database server did not start: .*nonsense/s)
})
