import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { secretFile } from './secret-file.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secret-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('is made once, for its owner alone, whoever comes first', async () => {
  const file = join(folder, 'secret')
  const all = await Promise.all(Array.from({ length: 8 }, () => secretFile(file)))
  expect(new Set(all).size).toBe(1)
  expect(all[0]).toMatch(/^[\w-]{43}$/)
  expect(await secretFile(file)).toBe(all[0])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['secret'])
})

test('two files have different secrets', async () => {
  expect(await secretFile(join(folder, 'one'))).not.toBe(await secretFile(join(folder, 'two')))
})
