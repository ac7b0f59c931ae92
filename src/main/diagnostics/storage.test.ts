import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Fact } from '../../contract/diagnostics.ts'
import { openCache, pathOf } from '../cache/open.ts'
import type { Account } from '../session/session.ts'
import { checkStorage } from './storage.ts'
import type { Disk } from './storage.ts'

let folder = ''
let facts: Fact[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-storage-'))
  facts = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const account: Account = {
  user: { id: 'u', email: 'demo@example.com', name: 'Demo' },
  key: 'abc',
  cacheKey: Buffer.alloc(32, 7),
}
const check = async (who: Account | null, disk?: Disk): Promise<string> => {
  const note = (name: Fact['name'], value: string | number): void => void facts.push({ name, value: String(value) })
  const { state, finding } = await checkStorage({ folder, account: who, ...(disk === undefined ? {} : { disk }) }, note)
  return `${state} ${finding}`
}
const gigabyte = 1024 ** 3
const failing = (code: string): Disk => ({
  write: async () => await Promise.reject(Object.assign(new Error('canary'), { code })),
  free: async () => await Promise.resolve(gigabyte),
})

test('leaves nothing behind, and opens the cache beside the app', async () => {
  const cache = openCache({ folder, account: account.key, key: account.cacheKey, log: () => undefined })
  const before = readdirSync(folder)
  expect(await check(account)).toBe('ok none')
  expect(readdirSync(folder)).toEqual(before)
  expect(facts).toContainEqual({ name: 'cache', value: 'opens' })
  expect(cache.saveDraft('new', { text: 'still here' })).toBe(true)
  cache.close()
})

test('nobody signed in, and a session that is kept in memory', async () => {
  expect(await check(null)).toBe('ok none')
  expect(await check({ ...account, cacheKey: null })).toBe('ok none')
  expect(facts.filter(({ name }) => name === 'cache').map(({ value }) => value)).toEqual(['none', 'in-memory'])
})

test.each([
  ['ENOSPC', 'failed disk-full'],
  ['EDQUOT', 'failed disk-full'],
  ['EROFS', 'failed storage-failed'],
  ['EACCES', 'failed storage-failed'],
])('%s is %s', async (code, expected) => {
  expect(await check(null, failing(code))).toBe(expected)
  expect(facts).toContainEqual({ name: 'error', value: code })
  expect(JSON.stringify(facts)).not.toContain('canary')
})

test('a disk that is nearly full is told before it is', async () => {
  const disk: Disk = {
    write: async () => await Promise.resolve(),
    free: async () => await Promise.resolve(50 * 1024 * 1024),
  }
  expect(await check(null, disk)).toBe('warning disk-full')
  expect(facts).toContainEqual({ name: 'free-space', value: String(50 * 1024 * 1024) })
})

test('a cache that does not open', async () => {
  openCache({ folder, account: account.key, key: account.cacheKey, log: () => undefined }).close()
  writeFileSync(pathOf(folder, account.key), Buffer.alloc(8192, 'x'))
  expect(await check(account)).toBe('failed storage-failed')
  expect(facts).toContainEqual({ name: 'error', value: 'SQLITE_NOTADB' })
})
