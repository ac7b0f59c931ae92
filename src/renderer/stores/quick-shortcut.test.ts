import { expect, test } from 'vitest'
import type { QuickState } from '../../contract/app.ts'
import type { Api } from '../lib/api.ts'
import { createQuickShortcutStore } from './quick-shortcut.ts'

const none: QuickState = { shortcut: null, registration: 'none', firedAt: null, command: null }
const fired: QuickState = { shortcut: 'Control+Shift+K', registration: 'registered', firedAt: 5, command: null }

function open() {
  let tell: (state: QuickState) => void = () => undefined
  let answer: (result: unknown) => void = () => undefined
  const api = {
    on: { 'quick.changed': (listener: typeof tell) => ((tell = listener), () => undefined) },
    quick: { get: async () => await new Promise((resolve) => void (answer = resolve)) },
  } as unknown as Api
  const store = createQuickShortcutStore(api)
  return { store, tell: (state: QuickState) => tell(state), answer: (result: unknown) => answer(result) }
}

test('it is asked for, and followed', async () => {
  const { store, tell, answer } = open()
  const loaded = store.load()
  answer({ ok: true, value: none })
  await loaded
  expect(store.store.getState().state).toEqual(none)
  tell(fired)
  expect(store.store.getState().state).toEqual(fired)
})

test('what is told while the answer is on its way is newer', async () => {
  const { store, tell, answer } = open()
  const loaded = store.load()
  tell(fired)
  answer({ ok: true, value: none })
  await loaded
  expect(store.store.getState().state).toEqual(fired)
})
