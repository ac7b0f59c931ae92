import { setTimeout as pause } from 'node:timers/promises'
import { createDatabase } from '../../platform/src/database/database.ts'
import { createLibreChatPasswords } from '../../platform/src/librechat/passwords.ts'
import { platformUserAgent } from '../../platform/src/librechat/user-agent.ts'
import { startProvisioning } from '../../platform/src/provisioning/start.ts'
import type { People } from './people.ts'
import type { Setting } from './setting.ts'

/** What was done to the platforms so far. */
export interface Disturbances {
  kills: number
  databaseRestarts: number
  /** New encryption keys in place of old ones. */
  keyChanges: number
  /** Users. */
  rotations: number
}

const silent = (): void => undefined
const between = (least: number, most: number): number => least + Math.random() * (most - least)

/** Runs `work` after a random pause, again and again. What it throws counts as nothing done. */
async function every(least: number, most: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await pause(between(least, most), undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) await work()
  }
}

/** Kills a platform every few seconds; `spared` tells whether the first is to live on. */
export const keepKilling = (
  { platforms: [first, second] }: Setting,
  done: Disturbances,
  spared: () => boolean,
  signal: AbortSignal,
): Promise<void> =>
  every(2000, 6000, signal, async () => {
    const victim = spared() || Math.random() < 0.5 ? second : first
    victim.kill()
    done.kills++
  })

export const keepRestartingPostgres = (setting: Setting, done: Disturbances, signal: AbortSignal): Promise<void> =>
  every(20_000, 50_000, signal, async () => {
    await setting.restartPostgres(between(0, 4000))
    done.databaseRestarts++
  })

/** As an operator who replaces some users' LibreChat passwords. */
export const keepRotating = (
  setting: Setting,
  people: People,
  done: Disturbances,
  signal: AbortSignal,
): Promise<void> =>
  every(8000, 20_000, signal, async () => {
    const emails = Array.from({ length: 5 }, () => people.registered[Math.floor(between(0, people.registered.length))])
    const chosen = emails.filter((email) => email !== undefined)
    for (const email of chosen) people.rotated.add(email)
    const database = createDatabase(setting.databaseUrl, silent)
    try {
      const { rows } = await database.query('SELECT id FROM users_user WHERE email = ANY($1::text[])', [chosen])
      const { requests, close } = await startProvisioning({
        database,
        databaseUrl: setting.databaseUrl,
        librechat: { url: setting.librechat.url, userAgent: platformUserAgent },
        passwords: createLibreChatPasswords({ fernet: setting.fernet(), log: silent }),
        engine: false,
        log: silent,
      })
      try {
        await requests.rotate(rows.map(({ id }) => String(id)))
        done.rotations += rows.length
      } finally {
        await close()
      }
    } catch {
      // PostgreSQL was away. Whoever was marked gets an account all the same.
    } finally {
      await database.close()
    }
  })
