import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { saveWhole, writeWhole } from './write-whole.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'write-whole-'))))
afterEach(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true, force: true })
})
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const at = (name: string): string => join(folder, name)
const text = (name: string): string => readFileSync(at(name), 'utf8')

test('replaces what was there and leaves nothing beside it', async () => {
  writeWhole(at('a'), bytes('first'))
  writeWhole(at('a'), bytes('second'))
  await saveWhole(at('b'), bytes('first'))
  await saveWhole(at('b'), bytes('second'))
  expect([text('a'), text('b')]).toEqual(['second', 'second'])
  expect(readdirSync(folder)).toEqual(['a', 'b'])
  expect(statSync(at('a')).mode & 0o777).toBe(0o600)
})

test('a place that does not take it is told as a code, and what was there stays', async () => {
  mkdirSync(at('folder'))
  writeFileSync(at('folder/kept'), 'kept')
  const saved = async (path: string): Promise<unknown> => await saveWhole(path, bytes('new')).catch((thrown) => thrown)
  expect(await saved(at('folder'))).toMatchObject({ error: { code: 'not-saved', reason: 'refused' } })
  expect(await saved(at('missing/file'))).toMatchObject({ error: { code: 'not-saved', reason: 'failed' } })
  expect(await saved('/dev/full/file')).toMatchObject({ error: { code: 'not-saved', reason: 'failed' } })
  expect(text('folder/kept')).toBe('kept')
  expect(readdirSync(folder)).toEqual(['folder'])
  expect(() => writeWhole(at('folder'), bytes('new'))).toThrow(/EISDIR|EEXIST|ENOTEMPTY|EPERM/)
  expect(readdirSync(folder)).toEqual(['folder'])
})
