import { createDatabase } from '../database/database.ts'
import { migrate } from '../database/migrations.ts'
import { createFernet } from '../fernet.ts'
import { createLibreChatPasswords } from '../librechat/passwords.ts'
import type { Log } from '../log.ts'
import { startProvisioning } from '../provisioning/start.ts'
import type { ProvisioningTimes } from '../provisioning/start.ts'

/** What `worker-process.ts` gives its process. */
export interface WorkerSettings {
  readonly databaseUrl: string
  readonly librechatUrl: string
  readonly encryptionKey: string
  readonly times: Partial<ProvisioningTimes>
  readonly concurrency: number
}

const { databaseUrl, librechatUrl, encryptionKey, times, concurrency } = JSON.parse(
  process.env['WORKER'] ?? '',
) as WorkerSettings
const log: Log = (event) => void process.stdout.write(`${JSON.stringify(event)}\n`)
const database = createDatabase(databaseUrl, log)
await migrate(database)
const provisioning = await startProvisioning({
  database,
  databaseUrl,
  librechat: { url: librechatUrl, userAgent: 'Mozilla/5.0 Chrome/144.0.0.0', concurrency },
  passwords: createLibreChatPasswords({ fernet: createFernet(encryptionKey), log }),
  times,
  log,
})
process.once('SIGTERM', () => {
  void provisioning.close().then(async () => {
    await database.close()
    process.exit(0)
  })
})
