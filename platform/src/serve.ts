import { openDatabase } from './database/open.ts'
import type { Log } from './log.ts'
import { atLeast } from './log.ts'
import { startPlatform } from './server.ts'
import type { Settings } from './settings.ts'

/** One JSON object a line. */
const print: Log = ({ level, event, fields }) => {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`)
}

/** Runs the platform until SIGINT or SIGTERM. */
export async function serve({ database: databaseSettings, logLevel, ...settings }: Settings): Promise<void> {
  // From the first moment: a signal that comes while it starts ends it in order as well.
  const interrupted = new Promise((resolve) => process.once('SIGINT', resolve))
  const terminated = new Promise((resolve) => process.once('SIGTERM', resolve))
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
    await Promise.race([interrupted, terminated.then(platform.drain)])
    await platform.close()
  } finally {
    await database.stop()
  }
}
