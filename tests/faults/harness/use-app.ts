import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { startLocalStack } from '../../../dev/local-stack/stack.ts'
import type { LocalStack } from '../../../dev/local-stack/stack.ts'
import type { Config } from '../../../src/main/config.ts'
import { driveApp, newData } from './driven-app.ts'
import type { DrivenApp } from './driven-app.ts'
import { createMemoryKeychain } from './memory-keychain.ts'

/** A fresh app before each test, on one stack for the file. */
export interface AppSetting {
  readonly app: DrivenApp
  readonly stack: LocalStack
  readonly config: Config
  /** The app's data folder. */
  readonly data: string
  readonly keychain: ReturnType<typeof createMemoryKeychain>
  /** A second app on the same data, against other servers. */
  open(patch?: Partial<Config>): Promise<DrivenApp>
  /** An app that is not started yet takes the place of the one before. */
  replace(): Promise<DrivenApp>
  restart(): Promise<DrivenApp>
  closeApps(): Promise<void>
  signIn(): Promise<void>
  /** Waits for a turn to come to `status`. */
  settled(id: string, status: string): Promise<void>
}

export function useApp(): AppSetting {
  let stackData: ReturnType<typeof newData>
  let data: ReturnType<typeof newData>
  let stack: LocalStack
  let keychain: ReturnType<typeof createMemoryKeychain>
  let app: DrivenApp
  let config: Config
  const apps: DrivenApp[] = []

  const closeApps = async (): Promise<void> => {
    for (const old of apps.splice(0)) await old.close()
  }
  const make = async (patch: Partial<Config> = {}): Promise<DrivenApp> => {
    const made = await driveApp({ data: data.path, config: { ...config, ...patch }, keychain })
    apps.push(made)
    return made
  }
  const open = async (patch: Partial<Config> = {}): Promise<DrivenApp> => {
    const made = await make(patch)
    await made.start()
    return made
  }

  beforeAll(async () => {
    stackData = newData()
    stack = await startLocalStack({
      folder: stackData.path,
      style: 'resumable',
      librechat: { deltasPerSecond: 400, loginMax: 500, messageMax: 5000 },
    })
    config = { platformOrigin: stack.platformOrigin, librechatOrigin: stack.librechatOrigin }
  })
  afterAll(async () => {
    await stack.close()
    stackData.remove()
  })
  beforeEach(async () => {
    data = newData()
    keychain = createMemoryKeychain()
    stack.librechat.setStyle('resumable')
    app = await open()
  })
  afterEach(async () => {
    await closeApps()
    stack.librechat.faults.clear()
    stack.librechat.liftBans()
    data.remove()
  })

  return {
    get app() {
      return app
    },
    get stack() {
      return stack
    },
    get config() {
      return config
    },
    get data() {
      return data.path
    },
    get keychain() {
      return keychain
    },
    open,
    async replace() {
      await closeApps()
      app = await make()
      return app
    },
    async restart() {
      await closeApps()
      app = await open()
      return app
    },
    closeApps,
    async signIn() {
      expect(await app.call('session.signIn', stack.demo)).toEqual({ ok: true, value: undefined })
    },
    async settled(id, status) {
      await expect.poll(() => app.turn(id)?.status, { timeout: 15_000 }).toBe(status)
    },
  }
}
