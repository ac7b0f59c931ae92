import { beforeEach, expect, test } from 'vitest'
import type { Exchange, FaultRule } from '../../contract/support.ts'
import type { Api } from '../lib/api.ts'
import { presetRules } from '../lib/fault-presets.ts'
import { createDebugStore } from './debug.ts'

const exchange = (id: number, patch: Partial<Exchange> = {}): Exchange => ({ id, endMs: null, ...patch }) as Exchange
let inMain: Exchange[]
let rules: FaultRule[]
let listener: ((exchange: Exchange) => void) | null
const api = {
  debug: {
    timeline: async () => await Promise.resolve({ ok: true, value: inMain }),
    faults: async () => await Promise.resolve({ ok: true, value: rules }),
    setFaults: async (input: { rules: FaultRule[] }) => {
      rules = input.rules
      return await Promise.resolve({ ok: true, value: undefined })
    },
  },
  on: {
    'debug.exchange': (next: typeof listener) => {
      listener = next
      return () => {
        listener = null
      }
    },
  },
} as unknown as Api

beforeEach(() => {
  inMain = [exchange(1), exchange(2)]
  rules = []
  listener = null
})
const ids = (store: ReturnType<typeof createDebugStore>): number[] =>
  store.store.getState().exchanges.map(({ id }) => id)
const open = async () => {
  const store = createDebugStore(api)
  expect(listener).toBeNull()
  const close = store.follow()
  await expect.poll(() => ids(store)).toEqual([1, 2])
  return { store, close }
}

test('what was there and what comes, each exchange once', async () => {
  const { store, close } = await open()
  listener?.(exchange(3))
  listener?.(exchange(3, { status: 200, endMs: 5 }))
  expect(store.store.getState().exchanges.at(-1)).toMatchObject({ id: 3, status: 200 })
  expect(ids(store)).toEqual([1, 2, 3])
  close()
  expect(listener).toBeNull()
})

test('paused nothing moves; what came meanwhile is there afterwards', async () => {
  const { store } = await open()
  await store.pause(true)
  inMain.push(exchange(3))
  listener?.(exchange(3))
  expect(ids(store)).toEqual([1, 2])
  await store.pause(false)
  expect(ids(store)).toEqual([1, 2, 3])
})

test('cleared away is gone, also when it goes on', async () => {
  const { store } = await open()
  store.clear()
  listener?.(exchange(2, { endMs: 9 }))
  listener?.(exchange(3))
  await store.pause(false)
  expect(ids(store)).toEqual([])
  inMain.push(exchange(4))
  await store.pause(false)
  expect(ids(store)).toEqual([4])
})

test('rules: added, changed in their place, removed, and read again when one applied', async () => {
  const { store } = await open()
  await store.put(presetRules('Offline'))
  await store.put(presetRules('Slow servers, 5 s'))
  const [offline, slow] = store.store.getState().rules
  await store.put([{ ...offline!, times: 2 }])
  expect(rules.map(({ times, waitMs }) => [times, waitMs])).toEqual([
    [2, 0],
    [null, 5000],
  ])
  rules = [slow!]
  listener?.(exchange(5, { injected: true, endMs: 1 }))
  await expect.poll(() => store.store.getState().rules).toEqual([slow])
  await store.remove(slow!.id)
  expect(rules).toEqual([])
})
