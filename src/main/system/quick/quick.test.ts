import { beforeEach, expect, test } from 'vitest'
import type { QuickState } from '../../../contract/app.ts'
import { createQuick } from './quick.ts'
import type { Quick, QuickHost } from './quick.ts'

let visible = false
let taken: string[] = []
let registered: { accelerator: string; fired: () => void } | null
let told: QuickState[] = []

const host = (supported = true): QuickHost => ({
  window: { show: () => void (visible = true), hide: () => void (visible = false), isVisible: () => visible },
  shortcut: {
    supported,
    register(accelerator, fired) {
      if (taken.includes(accelerator)) return false
      registered = { accelerator, fired }
      return true
    },
    unregister: () => void (registered = null),
  },
  command: null,
})
const open = (supported = true): Quick =>
  createQuick({ host: host(supported), emit: (state) => void told.push(state), log: () => undefined, now: () => 7 })

beforeEach(() => {
  visible = false
  taken = []
  registered = null
  told = []
})

test('has no shortcut until the user chooses one', () => {
  expect(open().state()).toEqual({ shortcut: null, registration: 'none', firedAt: null, command: null })
  expect(registered).toBeNull()
})

test('a registered shortcut is not yet one that works: it has to be seen to fire', () => {
  const quick = open()
  quick.setShortcut('Control+Shift+Space')
  expect(quick.state()).toMatchObject({ registration: 'registered', firedAt: null })
  registered?.fired()
  expect(quick.state()).toMatchObject({ registration: 'registered', firedAt: 7 })
  expect(visible).toBe(true)
  registered?.fired()
  expect(visible).toBe(false)
  expect(told.map(({ firedAt }) => firedAt)).toEqual([null, 7, 7])
})

test('another shortcut has to prove itself again', () => {
  const quick = open()
  quick.setShortcut('Control+Shift+Space')
  registered?.fired()
  quick.setShortcut('Control+Shift+H')
  expect(registered?.accelerator).toBe('Control+Shift+H')
  expect(quick.state().firedAt).toBeNull()
})

test('the same shortcut again changes nothing', () => {
  const quick = open()
  quick.setShortcut('Control+Shift+Space')
  registered?.fired()
  quick.setShortcut('Control+Shift+Space')
  expect(quick.state().firedAt).toBe(7)
})

test('one that another program has is told as taken', () => {
  taken = ['Control+Shift+Space']
  const quick = open()
  quick.setShortcut('Control+Shift+Space')
  expect(quick.state()).toMatchObject({ shortcut: 'Control+Shift+Space', registration: 'taken' })
  expect(registered).toBeNull()
})

test('none again frees it, as does closing', () => {
  const quick = open()
  quick.setShortcut('Control+Shift+Space')
  quick.setShortcut(null)
  expect(registered).toBeNull()
  expect(quick.state()).toMatchObject({ shortcut: null, registration: 'none' })
  quick.setShortcut('Control+Shift+H')
  quick.close()
  expect(registered).toBeNull()
})

test('a desktop without global shortcuts says so, and keeps the choice', () => {
  const quick = open(false)
  quick.setShortcut('Control+Shift+Space')
  expect(quick.state()).toMatchObject({ shortcut: 'Control+Shift+Space', registration: 'unsupported' })
  expect(registered).toBeNull()
})
