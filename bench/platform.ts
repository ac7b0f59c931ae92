import { benchLogin } from './platform-login.ts'
import { benchProvisioning } from './platform-provisioning.ts'
import { startBenchServer } from './platform-setting.ts'
import type { Row } from './report.ts'

/** The hosting platform: what it adds to a password hash, and to LibreChat's own time for an account. */
export async function benchPlatform(users: number): Promise<Row[]> {
  const server = await startBenchServer()
  try {
    return [...(await benchLogin(server)), ...(await benchProvisioning(server, users))]
  } finally {
    await server.close()
  }
}
