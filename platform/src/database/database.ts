import type { PoolClient } from 'pg'
import { Pool } from 'pg'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'

export type Row = Readonly<Record<string, unknown>>

/** Runs one statement with `$1…` parameters. */
export interface Queries {
  query(text: string, values?: readonly unknown[]): Promise<{ rows: Row[]; rowCount: number }>
}

export interface Database extends Queries {
  /** All of `work` or nothing; it must use the queries it is given. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A small pool. Connections and statements give up after 10 s, so a database that hangs does not hang its callers. */
export function createDatabase(url: string, log: Log): Database {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 10_000,
    application_name: 'hestami-platform',
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  const lost = (error: Error): void =>
    log({ level: 'warn', event: 'database.connection-lost', fields: errorFields(error) })
  pool.on('error', lost)

  const on = (client: Pool | PoolClient): Queries => ({
    async query(text, values = []) {
      const { rows, rowCount } = await client.query<Row>(text, [...values])
      return { rows, rowCount: rowCount ?? 0 }
    },
  })

  return {
    ...on(pool),
    async transaction(work) {
      const client = await pool.connect()
      // The pool does not listen to a connection that is in use; the next statement on it fails by itself.
      client.on('error', lost)
      let broken: Error | undefined
      try {
        await client.query('BEGIN')
        const result = await work(on(client))
        await client.query('COMMIT')
        return result
      } catch (error) {
        try {
          await client.query('ROLLBACK')
        } catch (cause) {
          broken = cause instanceof Error ? cause : new Error('rollback failed')
        }
        throw error
      } finally {
        client.off('error', lost)
        client.release(broken)
      }
    },
    async close() {
      await pool.end()
    },
  }
}
