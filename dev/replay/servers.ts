import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ReplayPlan } from '../../src/main/debug/replay-plan.ts'
import { createDouble } from '../librechat-double/double.ts'
import { startFront } from './front.ts'
import { createPlatformDouble } from './platform-double.ts'

export interface ReplayServers {
  readonly platformOrigin: string
  readonly librechatOrigin: string
  close(): Promise<void>
}

/** Both servers as doubles in memory, with what a plan's rules do to their exchanges in front of each. */
export async function startReplayServers({
  style,
  rules,
}: Pick<ReplayPlan, 'style' | 'rules'>): Promise<ReplayServers> {
  const closers: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }
  try {
    // Whatever limit was met is in the rules already.
    const librechat = await createDouble({ style, loginMax: 100_000, messageMax: 100_000, uploadMax: 100_000 })
    closers.push(async () => await librechat.close())
    const librechatPassword = randomBytes(12).toString('base64url')
    const platform = createServer(
      createPlatformDouble({
        librechatPassword,
        onUser: ({ email, name }) => void librechat.addUser({ email, name, password: librechatPassword }),
      }),
    )
    await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve))
    closers.push(async () => {
      platform.closeAllConnections()
      await new Promise((resolve) => platform.close(resolve))
    })
    const target = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`
    const fronts = await Promise.all([
      startFront({ server: 'platform', target, rules }),
      startFront({ server: 'librechat', target: librechat.origin, rules }),
    ])
    for (const front of fronts) closers.push(async () => await front.close())
    const [{ origin: platformOrigin }, { origin: librechatOrigin }] = fronts
    return { platformOrigin, librechatOrigin, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
