import type { Database } from '../database/database.ts'
import { pendingMigrations } from '../database/migrations.ts'
import type { Drain } from './drain.ts'
import type { ReadinessCheck } from './readiness.ts'

export function drainCheck(drain: Drain): ReadinessCheck {
  return {
    name: 'accepting',
    required: true,
    run: async () => (drain.begun() ? { ok: false, detail: 'about to end' } : { ok: true }),
  }
}

export function databaseCheck(database: Database): ReadinessCheck {
  return {
    name: 'database',
    required: true,
    async run() {
      await database.query('SELECT 1')
      return { ok: true }
    },
  }
}

export function migrationsCheck(database: Database): ReadinessCheck {
  return {
    name: 'migrations',
    required: true,
    async run() {
      const { length } = await pendingMigrations(database)
      return length === 0 ? { ok: true } : { ok: false, detail: `${length} not applied` }
    },
  }
}

/** `none`: another process does the work. */
export function engineCheck(state: () => 'running' | 'starting' | 'down' | 'closed' | 'none'): ReadinessCheck {
  return {
    name: 'engine',
    required: true,
    async run() {
      const now = state()
      return now === 'running' ? { ok: true } : { ok: now === 'none', detail: now === 'none' ? 'elsewhere' : now }
    },
  }
}

export function encryptionKeyCheck(present: boolean): ReadinessCheck {
  return {
    name: 'encryption-key',
    required: true,
    run: async () => (present ? { ok: true } : { ok: false, detail: 'LIBRECHAT_ENCRYPTION_KEY is not set' }),
  }
}

/** Whether LibreChat answers. Not required: everything but new LibreChat accounts works without it. */
export function librechatCheck({ url, userAgent }: { url: string; userAgent: string }): ReadinessCheck {
  const health = new URL('health', url.endsWith('/') ? url : `${url}/`)
  return {
    name: 'librechat',
    required: false,
    async run(signal) {
      let response: Response
      try {
        response = await fetch(health, { headers: { 'user-agent': userAgent }, redirect: 'manual', signal })
      } catch {
        return { ok: false, detail: 'no answer' }
      }
      await response.body?.cancel()
      return response.status === 200 ? { ok: true } : { ok: false, detail: `answers ${response.status}` }
    },
  }
}
