import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import type { WriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../platform/src/database/database.ts'
import { createDatabase } from '../../platform/src/database/database.ts'
import type { Fernet } from '../../platform/src/fernet.ts'
import { createFernet } from '../../platform/src/fernet.ts'
import { startEmbeddedPostgres } from '../../platform/src/postgres.ts'
import { freePort } from '../../platform/src/postgres/server-process.ts'
import type { TestLibreChat } from '../../platform/src/testing/librechat.ts'
import { startTestLibreChat } from '../../platform/src/testing/librechat.ts'
import type { PlatformProcess } from './platform-process.ts'
import { keepRunning } from './platform-process.ts'

/** Two platforms on one PostgreSQL, and a LibreChat, all on the loopback. */
export interface Setting {
  readonly databaseUrl: string
  /** Of this process's own, for looking. Its queries fail while PostgreSQL is away. */
  readonly database: Database
  /** Of the platforms. */
  readonly env: Readonly<Record<string, string>>
  /** The platforms' encryption keys, newest first. */
  keys(): readonly string[]
  /** With these keys. */
  fernet(): Fernet
  /** Restarts the platforms with other keys, one after the other. */
  useKeys(keys: readonly string[]): Promise<void>
  readonly librechat: TestLibreChat
  readonly platforms: readonly [PlatformProcess, PlatformProcess]
  /** All that the platforms printed, once they have ended. */
  readonly logFile: string
  /** What must be nowhere in it. */
  readonly secrets: readonly string[]
  /** Away for so many milliseconds, then back as it was. */
  restartPostgres(away: number): Promise<void>
  /** Ends the platforms; returns their exit codes. */
  endPlatforms(): Promise<(number | null)[]>
  close(): Promise<void>
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

const written = (log: WriteStream): Promise<void> => new Promise((resolve) => log.end(() => resolve()))

export async function openSetting(): Promise<Setting> {
  const folder = await mkdtemp(join(tmpdir(), 'soak-'))
  const port = await freePort()
  let postgres = await startEmbeddedPostgres(folder, { port })
  const databaseUrl = postgres.url
  const database = createDatabase(databaseUrl, () => undefined)
  const librechat = await startTestLibreChat({ latency: 30, reset: true })
  const [firstKey, jwtSecret] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
  const secrets = [firstKey, jwtSecret, new URL(databaseUrl).password]
  const logFile = join(folder, 'platforms.log')
  const log = createWriteStream(logFile, { mode: 0o600 })
  const env = {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: jwtSecret,
    LIBRECHAT_ENCRYPTION_KEY: firstKey,
    LIBRECHAT_API_URL: librechat.url,
    LOGIN_LIMIT_PER_ADDRESS: 'off',
    LOGIN_LIMIT_PER_EMAIL: 'off',
    HANDOUT_LIMIT_PER_USER: 'off',
  }
  const platforms = [
    keepRunning({ port: await freePort(), env, log }),
    keepRunning({ port: await freePort(), env, log }),
  ] as const
  let ended: Promise<(number | null)[]> | undefined
  const endPlatforms = async (): Promise<(number | null)[]> => {
    const codes = await Promise.all(platforms.map((platform) => platform.end()))
    await written(log)
    return codes
  }

  return {
    databaseUrl,
    database,
    env,
    keys: () => env.LIBRECHAT_ENCRYPTION_KEY.split(','),
    fernet: () => createFernet(env.LIBRECHAT_ENCRYPTION_KEY),
    async useKeys(keys) {
      env.LIBRECHAT_ENCRYPTION_KEY = keys.join(',')
      for (const key of keys) if (!secrets.includes(key)) secrets.push(key)
      for (const platform of platforms) await platform.restart()
    },
    librechat,
    platforms,
    logFile,
    secrets,
    async restartPostgres(away) {
      await postgres.stop()
      await pause(away)
      postgres = await startEmbeddedPostgres(folder, { port })
    },
    endPlatforms: () => (ended ??= endPlatforms()),
    async close() {
      await (ended ??= endPlatforms())
      await database.close()
      await librechat.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
