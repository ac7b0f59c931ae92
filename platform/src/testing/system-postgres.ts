import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { giveAway, serverAccount } from '../postgres/account.ts'
import { freePort, launchServer, runToEnd, shutDown } from '../postgres/server-process.ts'

const installed = '/usr/lib/postgresql'

export interface SystemPostgres {
  readonly url: string
  /** The path of one of its programs. */
  program(name: string): string
  stop(): Promise<void>
}

/** A server of the newest PostgreSQL of Debian's packages, on the loopback. Throws, saying what to install. */
export async function startSystemPostgres(): Promise<SystemPostgres> {
  const versions = await readdir(installed).catch(() => [])
  const newest = versions.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(b) - Number(a))[0]
  if (newest === undefined) throw new Error('this test needs a PostgreSQL server (Debian: postgresql)')
  const programs = join(installed, newest, 'bin')
  const account = await serverAccount()
  const data = await mkdtemp(join(tmpdir(), 'system-postgres-'))
  await giveAway(data, account)
  await runToEnd(
    join(programs, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    account,
  )
  const port = await freePort()
  const options = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'].flatMap((one) => ['-c', one])
  const child = await launchServer(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...options], account)
  return {
    program: (name) => join(programs, name),
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await shutDown(child)
      await rm(data, { recursive: true, force: true })
    },
  }
}
