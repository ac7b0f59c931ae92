import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'

/**
 * Who is alive, by PostgreSQL's session locks: a process holds one under its executor id and one, shared, under its workflow
 * version, on a connection of its own. The server takes them back when the process or its host is gone, so no clock and no
 * time-out is involved. DBOS by itself takes up a dead process's work only when that very process comes back.
 */
export interface Liveness {
  /** Connects and takes the locks where they are not held. Throws when the database cannot be reached. */
  hold(): Promise<void>
  /** Of these executors, those whose process is gone. */
  dead(executorIds: readonly string[]): Promise<string[]>
  /** No process with this workflow version is there. */
  versionIsGone(version: string): Promise<boolean>
  /** Runs `work` while no other process does. */
  alone<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
  close(): Promise<void>
}

/** First keys of the locks (any constants); the second key is the hash of the name. */
const locks = { executor: 723_501, version: 723_502, launch: 723_503 } as const

export function createLiveness(parts: {
  databaseUrl: string
  executorId: string
  version: string
  log: Log
}): Liveness {
  const { databaseUrl, executorId, version, log } = parts
  let client: Client | null = null
  let connecting: Promise<Client> | null = null

  const connect = async (): Promise<Client> => {
    const fresh = new Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 10_000,
      query_timeout: 10_000,
      keepAlive: true,
      application_name: 'hestami-platform-liveness',
    })
    const lost = (): void => {
      if (client === fresh) client = null
    }
    fresh.on('error', (error) => {
      lost()
      log({ level: 'warn', event: 'database.connection-lost', fields: errorFields(error) })
    })
    fresh.on('end', lost)
    await fresh.connect()
    try {
      await fresh.query('SELECT pg_advisory_lock($1, hashtext($2))', [locks.executor, executorId])
      await fresh.query('SELECT pg_advisory_lock_shared($1, hashtext($2))', [locks.version, version])
    } catch (error) {
      await fresh.end().catch(() => undefined)
      throw error
    }
    client = fresh
    return fresh
  }
  const connected = async (): Promise<Client> => {
    if (client) return client
    connecting ??= connect().finally(() => (connecting = null))
    return connecting
  }
  const tryLock = async (kind: keyof typeof locks, name: string): Promise<boolean> => {
    const on = await connected()
    const { rows } = await on.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS got', [
      locks[kind],
      name,
    ])
    return rows[0]?.got === true
  }
  const unlock = async (kind: keyof typeof locks, name: string): Promise<void> => {
    // With the connection the lock is gone as well.
    await client?.query('SELECT pg_advisory_unlock($1, hashtext($2))', [locks[kind], name])
  }
  const isFree = async (kind: keyof typeof locks, name: string): Promise<boolean> => {
    if (!(await tryLock(kind, name))) return false
    await unlock(kind, name)
    return true
  }

  return {
    async hold() {
      await connected()
    },
    async dead(executorIds) {
      const found: string[] = []
      for (const id of new Set(executorIds)) if (id !== executorId && (await isFree('executor', id))) found.push(id)
      return found
    },
    versionIsGone: async (other) => other !== version && isFree('version', other),
    async alone(work, signal) {
      // Asked for again and again: a session that waits for a lock would hold up CREATE INDEX CONCURRENTLY, and for ever.
      while (!(await tryLock('launch', 'launch'))) await pause(100, undefined, { signal })
      try {
        return await work()
      } finally {
        await unlock('launch', 'launch')
      }
    },
    async close() {
      const ending = client
      client = null
      await ending?.end()
    },
  }
}
