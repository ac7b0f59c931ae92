import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { requests } from '../../src/contract/ipc.ts'
import { requestNames } from '../../src/contract/routes.ts'
import type { RequestName } from '../../src/contract/routes.ts'
import { flavours } from '../../src/main/flavour.ts'
import type { FlavourName } from '../../src/main/flavour.ts'
import { startCheckServers } from '../faults/harness/check-servers.ts'
import type { CheckServers } from '../faults/harness/check-servers.ts'
import { driveApp, newData } from '../faults/harness/driven-app.ts'
import type { DrivenApp } from '../faults/harness/driven-app.ts'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'

/** One computer with one user's files and keychain, and the builds of the app beside each other. */
let servers: CheckServers
let home: ReturnType<typeof newData>
let keychain: ReturnType<typeof createMemoryKeychain>
const running: DrivenApp[] = []

beforeAll(async () => {
  servers = await startCheckServers()
})
afterAll(async () => await servers.close())
beforeEach(() => {
  home = newData()
  keychain = createMemoryKeychain()
})
afterEach(async () => {
  for (const app of running.splice(0)) await app.close()
  home.remove()
})

const folderOf = (flavour: FlavourName): string => join(home.path, flavours[flavour].dataFolder, 'data')
const start = async (flavour: FlavourName): Promise<DrivenApp> => {
  const data = folderOf(flavour)
  mkdirSync(data, { recursive: true })
  const { platformOrigin, librechatOrigin } = servers
  const app = await driveApp({ data, flavour, keychain, config: { platformOrigin, librechatOrigin } })
  running.push(app)
  await app.start()
  return app
}
const stop = async (app: DrivenApp): Promise<void> => {
  running.splice(running.indexOf(app), 1)
  await app.close()
}
const signIn = async (app: DrivenApp): Promise<void> => {
  expect(await app.call('session.signIn', servers.demo)).toMatchObject({ ok: true })
}
const phase = async (app: DrivenApp): Promise<string> => (await app.state()).phase

describe('a debug build beside production', () => {
  test('has a folder, a keychain service and a protocol of its own; so has beta', () => {
    for (const name of ['dataFolder', 'keychainService', 'protocol', 'appId', 'updateChannel', 'productName'] as const)
      expect(new Set(Object.values(flavours).map((flavour) => flavour[name])).size).toBe(3)
  })

  test('neither sees the other’s session, and each finds its own again', async () => {
    const production = await start('production')
    await signIn(production)
    await stop(production)
    const asked: string[] = []
    const { get } = keychain
    keychain.get = async (service, account) => {
      asked.push(service)
      return await get(service, account)
    }
    const debug = await start('debug')
    expect(await phase(debug)).toBe('signed-out')
    expect(asked).toEqual([])
    await signIn(debug)
    await stop(debug)
    expect(new Set(asked)).toEqual(new Set([flavours.debug.keychainService]))
    const services = [...keychain.items.keys()].map((key) => key.split('/')[0])
    expect(new Set(services)).toEqual(new Set([flavours.debug.keychainService, flavours.production.keychainService]))
    expect(await phase(await start('production'))).toBe('signed-in')
    expect(await phase(await start('debug'))).toBe('signed-in')
  })

  test('signing out of one leaves the other alone', async () => {
    const [production, debug] = [await start('production'), await start('debug')]
    await signIn(production)
    await signIn(debug)
    await debug.call('session.signOut')
    expect(await phase(debug)).toBe('signed-out')
    await stop(production)
    expect(await phase(await start('production'))).toBe('signed-in')
  })

  /** Everything of production's, as a person could copy it. */
  const copyFolder = (): void => {
    rmSync(folderOf('debug'), { recursive: true, force: true })
    cpSync(folderOf('production'), folderOf('debug'), { recursive: true })
  }
  const copyKeychain = (): void => {
    const { production, debug } = flavours
    for (const [key, value] of new Map(keychain.items))
      if (key.startsWith(`${production.keychainService}/`))
        keychain.items.set(key.replace(production.keychainService, debug.keychainService), value)
  }

  test.each([
    ['its folder is a copy of production’s', [copyFolder]],
    ['its keychain item is a copy, too', [copyFolder, copyKeychain]],
  ])('does not open production’s session when %s', async (_what, copies) => {
    const production = await start('production')
    await signIn(production)
    const id = await production.send('A canary question')
    await expect.poll(() => production.turn(id)?.status).toBe('complete')
    await stop(production)
    const before = [...keychain.items]
    for (const copy of copies) copy()
    const tokens = servers.platform.asked.length
    const debug = await start('debug')
    expect(await phase(debug)).not.toBe('signed-in')
    const state = await debug.state()
    expect(JSON.stringify(state)).not.toContain(servers.demo.email)
    for (const route of ['conversations.cached', 'chat.turns'] as const)
      expect(await debug.call(route)).toEqual({ ok: true, value: [] })
    expect(debug.seen()).not.toContain('canary')
    expect(servers.platform.asked.length).toBe(tokens)
    await stop(debug)
    for (const [key, value] of before) expect(keychain.items.get(key)).toBe(value)
    expect(await phase(await start('production'))).toBe('signed-in')
  })
})

describe('the tools of developers', () => {
  const inputs: Partial<Record<RequestName, unknown>> = {
    'debug.setFaults': { rules: [] },
    'debug.openBundle': { text: 'x' },
    'debug.replay': { text: 'x' },
  }
  const routes = requestNames.filter((name) => name.startsWith('debug.'))

  test.each(['production', 'beta'] as const)(
    'are not in %s: every route is refused, nothing is told',
    async (flavour) => {
      const app = await start(flavour)
      await signIn(app)
      expect(routes.length).toBeGreaterThanOrEqual(5)
      for (const route of routes)
        expect(await app.call(route, inputs[route] as never)).toEqual({ ok: false, error: { code: 'forbidden' } })
      expect(app.events.filter(({ name }) => name.startsWith('debug.'))).toEqual([])
    },
  )

  test('are in debug, and tell no more than templates, times and codes', async () => {
    const app = await start('debug')
    await signIn(app)
    const list = await app.call('debug.timeline')
    expect(list.ok && list.value.map(({ route }) => route)).toContain('/api/users/login/')
    const told = app.events.filter(({ name }) => name === 'debug.exchange')
    expect(told.length).toBeGreaterThan(5)
    expect(JSON.stringify([list, told])).not.toMatch(/eyJ|demo@example|whatever it is|127\.0\.0\.1/)
  })

  test('take no path and no address: no route can point a build at the files of another', () => {
    for (const route of routes) {
      const { input } = requests[route]
      const fields = 'shape' in input ? Object.keys(input.shape) : []
      expect(['rules', 'text']).toEqual(expect.arrayContaining(fields))
    }
  })
})

test('what one build leaves is not where another looks', async () => {
  await signIn(await start('production'))
  expect(readdirSync(home.path)).toEqual([flavours.production.dataFolder])
  expect(existsSync(folderOf('debug'))).toBe(false)
})
