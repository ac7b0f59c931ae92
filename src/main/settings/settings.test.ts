import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSettings } from './settings.ts'

let folder = ''
const open = (): ReturnType<typeof createSettings> =>
  createSettings({ folder, log: () => undefined, onChange: () => undefined })
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a change is there after a restart', () => {
  open().set({ theme: 'dark', lastConversationId: 'c1' })
  expect(open().get()).toMatchObject({ theme: 'dark', lastConversationId: 'c1' })
})

test('one bad entry does not lose the others', () => {
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ theme: 'neon', lastConversationId: 'c1', other: 1 }))
  expect(open().get()).toMatchObject({ theme: 'system', lastConversationId: 'c1' })
})

test('a file that is not JSON gives the defaults', () => {
  writeFileSync(join(folder, 'settings.json'), '{"theme":')
  expect(open().get().theme).toBe('system')
})
