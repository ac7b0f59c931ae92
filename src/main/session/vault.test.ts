import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { flavours } from '../flavour.ts'
import type { FlavourName } from '../flavour.ts'
import { KeychainFault } from '../keychain/keychain.ts'
import type { Keychain } from '../keychain/keychain.ts'
import { createVault } from './vault.ts'
import type { SavedSession, Vault } from './vault.ts'

let folder = ''
let stored: Map<string, string>
let state: 'open' | 'locked' | 'unavailable' | 'hanging'
const logged: string[] = []

const keychain = (): Keychain => {
  const refuse = (): void => {
    if (state === 'unavailable' || state === 'hanging') throw new KeychainFault(state)
  }
  return {
    async get(service, account) {
      refuse()
      return await Promise.resolve(state === 'locked' ? null : (stored.get(`${service}/${account}`) ?? null))
    },
    async set(service, account, value) {
      refuse()
      if (state === 'locked') throw new KeychainFault('locked')
      stored.set(`${service}/${account}`, value)
      await Promise.resolve()
    },
    async delete(service, account) {
      refuse()
      return await Promise.resolve(state !== 'locked' && stored.delete(`${service}/${account}`))
    },
    close: async () => await Promise.resolve(),
  }
}
const open = (flavour: FlavourName = 'debug'): Vault =>
  createVault({
    host: {
      keychain: keychain(),
      paths: { data: folder, logs: folder },
      flavour: flavours[flavour],
      log: (event) => void logged.push(event.event),
    },
  })
const session = (n: number): SavedSession => ({
  platformOrigin: 'https://p.example',
  librechatOrigin: 'https://l.example',
  user: { id: 'u1', email: 'demo@example.com', name: 'Demo User' },
  platformRefresh: `canary-platform-${n}`,
  librechatRefresh: `canary-librechat-${n}`,
  librechatRefreshExpiresAt: 1,
  termsSettled: true,
})
const journal = (): string => join(folder, 'vault', 'journal')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-vault-'))
  stored = new Map()
  state = 'open'
  logged.length = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a first start is empty and does not even ask the keychain', async () => {
  state = 'hanging'
  expect(await open().load()).toEqual({ kind: 'empty' })
})

test('what was saved is there after a restart, newest rotation first', async () => {
  const vault = open()
  expect(await vault.save(session(1))).toBe(null)
  await vault.update(session(2))
  await vault.update(session(3))
  await vault.close()
  expect(await open().load()).toEqual({ kind: 'ready', session: session(3) })
})

test('a rotation survives a keychain that was locked when it happened', async () => {
  const vault = open()
  await vault.save(session(1))
  state = 'locked'
  await vault.update(session(2))
  await vault.close()
  state = 'open'
  expect(await open().load()).toEqual({ kind: 'ready', session: session(2) })
})

test.each(['locked', 'unavailable', 'hanging'] as const)(
  'a %s keychain is told apart from never signed in',
  async (how) => {
    await open().save(session(1))
    state = how
    expect(await open().load()).toEqual({ kind: 'blocked', problem: how })
    state = 'open'
    expect(await open().load()).toMatchObject({ kind: 'ready' })
  },
)

test.each(['locked', 'unavailable', 'hanging'] as const)(
  'with a %s keychain nothing is written, and why is told',
  async (how) => {
    state = how
    const vault = open()
    expect(await vault.save(session(1))).toBe(how)
    await vault.update(session(2))
    expect(vault.cacheKey('a')).toBe(null)
    expect(await open().load()).toEqual({ kind: 'empty' })
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    for (const file of files) expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain('canary')
  },
)

test('a damaged journal falls back to the state in the keychain', async () => {
  const vault = open()
  await vault.save(session(1))
  await vault.update(session(2))
  await vault.close()
  for (const name of [journal(), `${journal()}.prev`]) writeFileSync(name, Buffer.from('HESTVLT1garbage'))
  expect(await open().load()).toEqual({ kind: 'ready', session: session(2) })
})

test('a journal cut short falls back to the one before', async () => {
  const vault = open()
  await vault.save(session(1))
  await vault.update(session(2))
  await vault.close()
  const whole = readFileSync(journal())
  writeFileSync(journal(), whole.subarray(0, whole.length - 5))
  expect(await open().load()).toEqual({ kind: 'ready', session: session(2) })
})

test('one flipped bit is noticed', async () => {
  const vault = open()
  await vault.save(session(1))
  await vault.close()
  const bytes = readFileSync(journal())
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(journal(), bytes)
  // The keychain's own copy of the state is what is left.
  expect(await open().load()).toEqual({ kind: 'ready', session: session(1) })
})

test('another flavour of the app does not see the session', async () => {
  await open('production').save(session(1))
  expect(await open('beta').load()).toMatchObject({ kind: 'blocked' })
})

test('signing out leaves nothing, even with a locked keychain', async () => {
  const vault = open()
  await vault.save(session(1))
  await vault.update(session(2))
  writeFileSync(`${journal()}.123.tmp`, 'left by a crash')
  state = 'locked'
  await vault.erase()
  state = 'open'
  expect(await open().load()).toEqual({ kind: 'empty' })
  expect(readdirSync(join(folder, 'vault'))).toEqual(['install-id'])
  expect(vault.cacheKey('a')).toBe(null)
})

test('a rotation that is late after the sign-out does not bring the session back', async () => {
  const vault = open()
  await vault.save(session(1))
  const late = vault.update(session(2))
  await Promise.all([late, vault.erase()])
  await vault.update(session(3))
  expect(await open().load()).toEqual({ kind: 'empty' })
})

test('files are closed to others and hold no readable secret; the item fits every keychain', async () => {
  const vault = open()
  await vault.save(session(1))
  await vault.update({ ...session(2), platformRefresh: 'canary'.repeat(400) })
  await vault.close()
  expect(statSync(journal()).mode & 0o777).toBe(0o600)
  expect(readFileSync(journal(), 'latin1')).not.toContain('canary')
  expect(Math.max(...[...stored.values()].map((value) => Buffer.byteLength(value)))).toBeLessThanOrEqual(2000)
  expect(await open().load()).toMatchObject({ kind: 'ready', session: { platformRefresh: 'canary'.repeat(400) } })
})

test('the cache key is the same after a restart and another for another account', async () => {
  const vault = open()
  await vault.save(session(1))
  const again = open()
  await again.load()
  expect(again.cacheKey('a')).toEqual(vault.cacheKey('a'))
  expect(again.cacheKey('b')).not.toEqual(vault.cacheKey('a'))
})

test('a keychain that never answers is given up in time, and neither a sign-out nor a rotation waits for it', async () => {
  const never = async (): Promise<never> => await new Promise(() => undefined)
  const silent: Keychain = { get: never, set: never, delete: never, close: async () => await Promise.resolve() }
  const host = {
    keychain: silent,
    paths: { data: folder, logs: folder },
    flavour: flavours.debug,
    log: () => undefined,
  }
  const vault = createVault({ host, waits: { save: 60, erase: 40 } })
  const began = performance.now()
  expect(await vault.save(session(1))).toBe('hanging')
  await vault.update(session(2))
  await vault.erase()
  expect(performance.now() - began).toBeLessThan(1000)
  expect(await open().load()).toEqual({ kind: 'empty' })
})
