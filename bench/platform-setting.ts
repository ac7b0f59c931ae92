import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../platform/src/database/database.ts'
import { createDatabase } from '../platform/src/database/database.ts'
import { migrate } from '../platform/src/database/migrations.ts'
import { startEmbeddedPostgres } from '../platform/src/postgres.ts'

/** A database of one benchmark's own, with the platform's tables. */
export interface BenchDatabase {
  readonly url: string
  readonly database: Database
  close(): Promise<void>
}

/** PostgreSQL as the platform runs it, with all that is written forced to disk. */
export interface BenchServer {
  createDatabase(): Promise<BenchDatabase>
  close(): Promise<void>
}

export const silent = (): void => undefined
export const newEncryptionKey = (): string => randomBytes(32).toString('base64url')

export async function startBenchServer(): Promise<BenchServer> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-platform-'))
  const postgres = await startEmbeddedPostgres(folder)
  const first = createDatabase(postgres.url, silent)
  let made = 0

  return {
    async createDatabase() {
      const name = `bench_${++made}`
      await first.query(`CREATE DATABASE ${name}`)
      const url = new URL(postgres.url)
      url.pathname = `/${name}`
      const database = createDatabase(url.href, silent)
      await migrate(database)
      return { url: url.href, database, close: () => database.close() }
    },
    async close() {
      await first.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export interface LegacyUser {
  readonly id: string
  readonly email: string
}

export const newLegacyUsers = (count: number): LegacyUser[] =>
  Array.from({ length: count }, () => {
    const id = randomUUID()
    return { id, email: `${id}@example.com` }
  })

/** Adds users as Django left them: without anything of LibreChat. */
export async function addLegacyUsers(database: Database, users: readonly LegacyUser[]): Promise<void> {
  await database.query(
    `INSERT INTO users_user (id, email, password, first_name, last_name, user_role, is_active, is_staff, is_superuser,
       date_joined) SELECT id, email, '!', 'Demo', 'User', 'PROPERTY_OWNER', true, false, false, now()
     FROM unnest($1::uuid[], $2::text[]) AS made (id, email)`,
    [users.map(({ id }) => id), users.map(({ email }) => email)],
  )
}
