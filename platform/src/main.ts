import { join } from 'node:path'
import type { Log } from './log.ts'
import { atLeast, errorFields } from './log.ts'
import { startEmbeddedPostgres } from './postgres.ts'
import { secretFile } from './secret-file.ts'
import { startPlatform } from './server.ts'
import type { DatabaseSettings } from './settings.ts'
import { readSettings } from './settings.ts'

/** One JSON object a line. */
const print: Log = ({ level, event, fields }) => {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`)
}

interface OpenDatabase {
  readonly url: string
  readonly jwtSecret: string
  stop(): Promise<void>
}

async function openDatabase(settings: DatabaseSettings): Promise<OpenDatabase> {
  if (settings.kind === 'url') return { ...settings, stop: async () => undefined }
  const { url, stop } = await startEmbeddedPostgres(settings.folder)
  const jwtSecret = settings.jwtSecret ?? (await secretFile(join(settings.folder, 'jwt-secret')))
  return { url, stop, jwtSecret }
}

async function run(): Promise<void> {
  const { database: databaseSettings, logLevel, ...settings } = readSettings(process.env)
  const database = await openDatabase(databaseSettings)
  try {
    const { url: databaseUrl, jwtSecret } = database
    const platform = await startPlatform({
      ...settings,
      databaseUrl,
      jwtSecret,
      processMetrics: true,
      log: atLeast(logLevel, print),
    })
    const interrupted = new Promise((resolve) => process.once('SIGINT', resolve))
    const terminated = new Promise((resolve) => process.once('SIGTERM', resolve)).then(platform.drain)
    await Promise.race([interrupted, terminated])
    await platform.close()
  } finally {
    await database.stop()
  }
}

try {
  await run()
  process.exit(0)
} catch (error) {
  // Node's "connection refused" has no message of its own.
  const { name, code } = errorFields(error)
  const message = error instanceof Error && error.message !== '' ? error.message : `${name} ${code ?? ''}`
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
