import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../database/database.ts'
import { createDatabase } from '../database/database.ts'
import { migrate } from '../database/migrations.ts'
import { startEmbeddedPostgres } from '../postgres.ts'

export interface TestDatabase {
  readonly url: string
  /** Migrated. */
  readonly database: Database
  close(): Promise<void>
}

/** A PostgreSQL of a test's own. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'platform-database-'))
  const postgres = await startEmbeddedPostgres(folder, { durable: false })
  const database = createDatabase(postgres.url, () => undefined)
  await migrate(database)
  return {
    url: postgres.url,
    database,
    async close() {
      await database.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
