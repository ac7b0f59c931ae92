import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LogEvent } from '../log.ts'
import type { EmbeddedPostgres } from '../postgres.ts'
import { startEmbeddedPostgres } from '../postgres.ts'
import type { Database } from './database.ts'
import { createDatabase } from './database.ts'

let folder: string
let postgres: EmbeddedPostgres
let database: Database
const log: LogEvent[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'database-test-'))
  postgres = await startEmbeddedPostgres(folder, { durable: false })
  database = createDatabase(postgres.url, (event) => log.push(event))
})
afterAll(async () => {
  await database.close()
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
})

test('a connection that breaks between two statements of a transaction fails that transaction, not the process', async () => {
  const uncaught: unknown[] = []
  const seen = (error: unknown): void => void uncaught.push(error)
  process.on('uncaughtException', seen)
  try {
    const broken = database.transaction(async (on) => {
      const { rows } = await on.query('SELECT pg_backend_pid() AS pid')
      await database.query('SELECT pg_terminate_backend($1)', [rows[0]?.['pid']])
      await pause(200)
      await on.query('SELECT 1')
    })
    await expect(broken).rejects.toThrow(/terminat|closed|queryable/i)
  } finally {
    process.off('uncaughtException', seen)
  }
  expect(uncaught).toEqual([])
  expect(log).toContainEqual(expect.objectContaining({ event: 'database.connection-lost' }))
  expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
})

test('a connection goes back to the pool without listeners of ours, however often it is used', async () => {
  const warnings: Error[] = []
  const warned = (warning: Error): void => void warnings.push(warning)
  process.on('warning', warned)
  for (let run = 0; run < 30; run++) await database.transaction((on) => on.query('SELECT 1'))
  await pause(10)
  process.off('warning', warned)
  expect(warnings.map(({ name }) => name)).not.toContain('MaxListenersExceededWarning')
})
