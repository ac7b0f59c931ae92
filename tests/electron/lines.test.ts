import { readFile, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const source = resolve(import.meta.dirname, '../../src')

test('what only Electron runs stays small: 2,500 lines, and an entry of 120', async () => {
  const folder = await readdir(join(source, 'main/electron'))
  const files = [
    'main/index.ts',
    'preload/index.ts',
    ...folder.filter((name) => !name.endsWith('.test.ts')).map((name) => join('main/electron', name)),
  ]
  const lines = await Promise.all(
    files.map(async (file) => (await readFile(join(source, file), 'utf8')).split('\n').length - 1),
  )
  expect(lines[0]).toBeLessThanOrEqual(120)
  expect(lines.reduce((sum, one) => sum + one, 0)).toBeLessThan(2500)
})
