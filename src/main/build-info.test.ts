import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildInfo } from './build-info.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-build-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('commit and day of what was packed', () => {
  writeFileSync(join(folder, 'package.json'), '{"source":{"commit":"3f2a1c9","date":"2026-11-20"}}')
  expect(buildInfo(folder)).toBe('3f2a1c9 (2026-11-20)')
})
test.each(['{}', '{"source":{}}', 'no json', null])('development where nothing was packed: %s', (text) => {
  if (text !== null) writeFileSync(join(folder, 'package.json'), text)
  expect(buildInfo(folder)).toBe('development')
})
