import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Settings } from '../../contract/settings.ts'
import type { Policy } from '../policy/policy.ts'
import { createSettings } from './settings.ts'

let folder = ''
let changes: Settings[] = []
const from = '/etc/hestami-chat/policies/1.json'
const policy: Policy = {
  enforced: { theme: { value: 'dark', from }, uploads: { value: false, from } },
  defaults: { zoom: { value: 1.5, from }, trayIcon: { value: true, from } },
}
const open = (given: Policy | undefined = policy) =>
  createSettings({ folder, policy: given, log: () => undefined, onChange: (changed) => void changes.push(changed) })
const stored = (): unknown => JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-settings-'))
  changes = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('enforced before user before recommended before built-in, and each says who set it', () => {
  const settings = open()
  settings.set({ zoom: 2 })
  expect(settings.get()).toMatchObject({ theme: 'dark', uploads: false, zoom: 2, trayIcon: true, notifications: true })
  expect(settings.origins()).toMatchObject({
    theme: { by: 'policy', from },
    uploads: { by: 'policy', from },
    zoom: { by: 'user', from: null },
    trayIcon: { by: 'policy-default', from },
    notifications: { by: 'default', from: null },
  })
})

test.each([{ theme: 'light' }, { uploads: true }, { updateMirror: null }, { platformUrl: null }] as const)(
  'what is an administrator’s cannot be set, nor anything along with it: %o',
  (patch) => {
    const settings = open()
    const name = Object.keys(patch)[0]
    expect(() => settings.set({ notifications: false, ...patch })).toThrow(
      expect.objectContaining({ error: { code: 'managed', setting: name } }),
    )
    expect(settings.get().notifications).toBe(true)
    expect(existsSync(join(folder, 'settings.json'))).toBe(false)
  },
)

test('a reset gives back what is recommended, or the default', () => {
  const settings = open()
  settings.set({ zoom: 2, notifications: false })
  expect(settings.reset('zoom').zoom).toBe(1.5)
  expect(settings.reset('notifications').notifications).toBe(true)
  expect(settings.origins()['zoom']?.by).toBe('policy-default')
  expect(stored()).toEqual({})
  expect(() => settings.reset('theme')).toThrow(
    expect.objectContaining({ error: { code: 'managed', setting: 'theme' } }),
  )
})

test('what a policy says is never written into the user’s file', () => {
  open().set({ notifications: false })
  expect(stored()).toEqual({ notifications: false })
  expect(open({ enforced: {}, defaults: {} }).get()).toMatchObject({ theme: 'system', zoom: 1, notifications: false })
})

test('what the user chose comes back when the policy goes', () => {
  open({ enforced: {}, defaults: {} }).set({ theme: 'light' })
  const settings = open()
  expect(settings.get().theme).toBe('dark')
  settings.applyPolicy({ enforced: {}, defaults: {} })
  expect(settings.get().theme).toBe('light')
  expect(changes.at(-1)?.theme).toBe('light')
})

test('entries of a newer version stay in the file', () => {
  writeFileSync(join(folder, 'settings.json'), '{"ofTomorrow":{"a":1},"zoom":2}')
  open().set({ notifications: false })
  expect(stored()).toEqual({ ofTomorrow: { a: 1 }, zoom: 2, notifications: false })
})

test('a damaged file is set aside, not lost', () => {
  writeFileSync(join(folder, 'settings.json'), '{"theme":')
  open()
  expect(readFileSync(join(folder, 'settings.damaged.json'), 'utf8')).toBe('{"theme":')
})
