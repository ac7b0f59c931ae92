import { beforeEach, expect, test } from 'vitest'
import type { AppError, Result } from '../../contract/errors.ts'
import { defaultSettings } from '../../contract/setting-defaults.ts'
import type { SettingName, SettingOrigin, Settings } from '../../contract/settings.ts'
import type { Api } from '../lib/api.ts'
import { createSettingsStore } from './settings.ts'
import type { SettingsStore } from './settings.ts'

const managed: AppError = { code: 'managed', setting: 'zoom' }
let main: Settings
let refuses: SettingName | null
let by: SettingOrigin['by']
let waiting: (() => void)[]
let held: boolean
let tell: (settings: Settings) => void
let store: SettingsStore

const turn = async (): Promise<void> => {
  if (held) await new Promise<void>((resolve) => void waiting.push(resolve))
}
const origins = async () => {
  const now = by
  await turn()
  return { ok: true, value: { theme: { by: now, from: null } } }
}
const api = {
  on: {
    'settings.changed': (listener: (settings: Settings) => void) => {
      tell = listener
      return () => undefined
    },
  },
  settings: {
    get: async () => await Promise.resolve({ ok: true, value: main }),
    origins,
    async set(patch: Partial<Settings>): Promise<Result<Settings>> {
      await turn()
      if (refuses !== null && refuses in patch) return { ok: false, error: managed }
      main = { ...main, ...patch }
      tell(main)
      return { ok: true, value: main }
    },
    async reset({ name }: { name: SettingName }): Promise<Result<Settings>> {
      if (name === refuses) return await Promise.resolve({ ok: false, error: managed })
      main = { ...main, [name]: defaultSettings[name] }
      return { ok: true, value: main }
    },
  },
} as unknown as Api

beforeEach(() => {
  main = defaultSettings
  refuses = null
  by = 'default'
  waiting = []
  held = false
  store = createSettingsStore(api)
})

test('a change applies at once, and stays', async () => {
  const done = store.set({ zoom: 2 })
  expect(store.store.getState().zoom).toBe(2)
  await done
  expect(store.store.getState().zoom).toBe(2)
  expect(store.told.store.getState().errors).toEqual({})
})

test('a change that main refuses is taken back and told; the next one that works forgets it', async () => {
  refuses = 'zoom'
  await store.set({ zoom: 2 })
  expect(store.store.getState().zoom).toBe(1)
  expect(store.told.store.getState().errors).toEqual({ zoom: managed })
  await store.set({ theme: 'dark' })
  expect(store.told.store.getState().errors).toEqual({ zoom: managed })
  refuses = null
  await store.set({ zoom: 1.5 })
  expect(store.store.getState()).toMatchObject({ zoom: 1.5, theme: 'dark' })
  expect(store.told.store.getState().errors).toEqual({})
})

test('two changes that are refused end with what main has', async () => {
  refuses = 'zoom'
  held = true
  const both = [store.set({ zoom: 2 }), store.set({ zoom: 3 })]
  held = false
  for (const go of waiting) go()
  await Promise.all(both)
  expect(store.store.getState().zoom).toBe(1)
})

test('a reset brings what applies without the user', async () => {
  await store.set({ zoom: 2 })
  await store.reset('zoom')
  expect(store.store.getState().zoom).toBe(1)
  refuses = 'zoom'
  await store.reset('zoom')
  expect(store.told.store.getState().errors).toEqual({ zoom: managed })
  store.forgetErrors()
  expect(store.told.store.getState().errors).toEqual({})
})

test('who set what is read again after a change, once somebody wanted to know', async () => {
  await store.set({ theme: 'dark' })
  expect(store.told.store.getState().origins).toBeNull()
  await store.loadOrigins()
  expect(store.told.store.getState().origins?.theme.by).toBe('default')
  by = 'user'
  await store.set({ theme: 'light' })
  await expect.poll(() => store.told.store.getState().origins?.theme.by).toBe('user')
})

test('of two answers about who set what, the later question’s counts', async () => {
  held = true
  const first = store.loadOrigins()
  by = 'user'
  const second = store.loadOrigins()
  waiting[1]!()
  await second
  waiting[0]!()
  await first
  expect(store.told.store.getState().origins?.theme.by).toBe('user')
})
