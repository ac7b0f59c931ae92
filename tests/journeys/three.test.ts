import { join } from 'node:path'
import { createKeychain } from '../../src/main/keychain/child-keychain.ts'
import { forkWorker } from '../../src/main/keychain/fork-worker.ts'
import type { Keychain } from '../../src/main/keychain/keychain.ts'
import { startBus } from '../faults/harness/secret-service.ts'
import { openSetting } from './harness/setting.ts'
import { threeJourneys } from './harness/three-journeys.ts'

const worker = join(import.meta.dirname, '../../src/main/keychain/worker.ts')

// The same journeys run in the real Electron where there is one: tests/electron/smoke.
threeJourneys(async () => {
  const bus = await startBus()
  await bus.startKeyring()
  const keychain = (): Keychain => createKeychain({ spawn: () => forkWorker(worker, bus.env), timeout: 10_000 })
  const setting = await openSetting({ keychain: keychain() })
  return {
    page: () => setting.page(),
    demo: setting.stack.demo,
    restart: async () => await setting.restart(keychain()),
    async close() {
      await setting.close()
      await bus.close()
    },
  }
})
