import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SessionState } from '../../contract/session.ts'
import { Fault } from '../fault.ts'
import { flavours } from '../flavour.ts'
import { KeychainFault } from '../keychain/keychain.ts'
import type { Keychain } from '../keychain/keychain.ts'
import type { LibreChatAuth, LibreChatLogin, LibreChatTokens, Terms } from '../librechat/librechat.ts'
import { createSession } from './create-session.ts'
import type { PlatformClient } from './platform-client.ts'
import type { Session } from './session.ts'

let folder = ''
let calls: string[] = []
let items: Map<string, string>
let keychainProblem: 'locked' | 'unavailable' | null
let password: (string | null)[]
let login: LibreChatLogin | null
let terms: Terms
let refreshFault: Fault | null
let platformRefreshFault: Fault | null
let tokenNumber = 0
/** Called while the keychain is being written. */
let duringSave: (() => Promise<void>) | null
const open: Session[] = []

const tokens = (life = 900_000): LibreChatTokens => ({
  access: `access-${++tokenNumber}`,
  accessExpiresAt: Date.now() + life,
  refresh: `refresh-${tokenNumber}`,
  refreshExpiresAt: Date.now() + 7 * 86_400_000,
})
const user = { id: 'u1', email: 'demo@example.com', name: 'Demo User' }

const platform: PlatformClient = {
  async login(_email, given) {
    calls.push('platform.login')
    if (given !== 'right') throw new Fault({ code: 'wrong-credentials' })
    return await Promise.resolve({ tokens: { access: 'pa', refresh: 'pr-0' }, user })
  },
  async register() {
    calls.push('platform.register')
    await Promise.resolve()
  },
  async refresh(refresh) {
    calls.push(`platform.refresh:${refresh}`)
    if (platformRefreshFault) throw platformRefreshFault
    return await Promise.resolve({ access: 'pa', refresh: `${refresh}+` })
  },
  async verify(token) {
    calls.push(`platform.verify:${token}`)
    return await Promise.resolve(platformRefreshFault === null)
  },
  async librechatPassword() {
    calls.push('platform.password')
    return await Promise.resolve(password.length > 1 ? password.shift()! : password[0]!)
  },
  async logout() {
    calls.push('platform.logout')
    await Promise.resolve()
  },
}
const auth: LibreChatAuth = {
  async login() {
    calls.push('librechat.login')
    return await Promise.resolve(login ?? { kind: 'signed-in', tokens: tokens(), user })
  },
  async verifyCode(_token, code) {
    calls.push('librechat.code')
    if (code !== '123456') throw new Fault({ code: 'wrong-code' })
    return await Promise.resolve({ kind: 'signed-in', tokens: tokens(), user })
  },
  async refresh() {
    calls.push('librechat.refresh')
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (refreshFault) throw refreshFault
    return { tokens: tokens(), user }
  },
  async logout() {
    calls.push('librechat.logout')
    await Promise.resolve()
  },
}
const keychain: Keychain = {
  async get(service, account) {
    if (keychainProblem === 'unavailable') throw new KeychainFault('unavailable')
    return await Promise.resolve(keychainProblem === 'locked' ? null : (items.get(service + account) ?? null))
  },
  async set(service, account, value) {
    if (keychainProblem !== null) throw new KeychainFault(keychainProblem)
    await duringSave?.()
    items.set(service + account, value)
    await Promise.resolve()
  },
  delete: async (service, account) => await Promise.resolve(items.delete(service + account)),
  close: async () => await Promise.resolve(),
}

function start(): Session & { phases: string[] } {
  const phases: string[] = []
  const made = createSession({
    host: { keychain, paths: { data: folder, logs: folder }, flavour: flavours.debug, log: () => undefined },
    platform,
    auth,
    terms: {
      get: async () => await Promise.resolve(terms),
      async accept() {
        calls.push('terms.accept')
        await Promise.resolve()
      },
    },
    origins: { platform: 'https://p.example', librechat: 'https://l.example' },
  })
  made.subscribe((state: SessionState) => phases.push(state.phase))
  open.push(made)
  return Object.assign(made, { phases })
}
const credentials = { email: 'demo@example.com', password: 'right' }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-session-'))
  calls = []
  items = new Map()
  keychainProblem = null
  password = ['lc-password']
  login = null
  terms = { accepted: true, text: null, url: null }
  refreshFault = null
  platformRefreshFault = null
  duringSave = null
})
afterEach(async () => {
  for (const session of open.splice(0)) await session.close()
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

test('a first start is signed out; one sign-in makes three calls to the servers and no more', async () => {
  const session = start()
  await session.start()
  expect(session.state()).toMatchObject({ phase: 'signed-out', reason: 'never', keychain: null })
  await session.signIn(credentials)
  expect(session.state()).toMatchObject({ phase: 'signed-in', online: true, remembered: true, user })
  expect(calls).toEqual(['platform.login', 'platform.password', 'librechat.login'])
  expect(session.account()?.cacheKey).toHaveLength(32)
})

test('a wrong password rejects for the form and leaves signed-out', async () => {
  const session = start()
  await session.start()
  await expect(session.signIn({ ...credentials, password: 'wrong' })).rejects.toMatchObject({
    error: { code: 'wrong-credentials' },
  })
  expect(session.state()).toMatchObject({ phase: 'signed-out', error: { code: 'wrong-credentials' } })
})

test('after a restart one is signed in again without any password', async () => {
  const first = start()
  await first.start()
  await first.signIn(credentials)
  await first.close()
  calls = []
  const again = start()
  await again.start()
  expect(again.state()).toMatchObject({ phase: 'signed-in', online: true, remembered: true })
  expect(calls).toEqual(['librechat.refresh'])
})

test('a restart without network shows the account as offline', async () => {
  const first = start()
  await first.start()
  await first.signIn(credentials)
  await first.close()
  refreshFault = new Fault({ code: 'unreachable', server: 'librechat', reason: 'dns' })
  const again = start()
  await again.start()
  expect(again.state()).toMatchObject({ phase: 'signed-in', online: false, offlineError: { reason: 'dns' } })
  expect(again.account()).not.toBe(null)
  refreshFault = null
  await again.retry()
  expect(again.state()).toMatchObject({ phase: 'signed-in', online: true })
})

test('fifty requests that meet an expired token cause one refresh', async () => {
  const session = start()
  await session.start()
  await session.signIn(credentials)
  const stale = await session.authorizer.accessToken()
  calls = []
  const all = await Promise.all(Array.from({ length: 50 }, async () => await session.authorizer.renew(stale)))
  expect(new Set(all).size).toBe(1)
  expect(all[0]).not.toBe(stale)
  expect(calls).toEqual(['librechat.refresh'])
  await session.authorizer.renew(stale)
  expect(calls).toEqual(['librechat.refresh'])
})

test('a LibreChat session that ended is opened again with a fresh password, once for all', async () => {
  const session = start()
  await session.start()
  await session.signIn(credentials)
  const stale = await session.authorizer.accessToken()
  refreshFault = new Fault({ code: 'session-expired' })
  calls = []
  await Promise.all(Array.from({ length: 50 }, async () => await session.authorizer.renew(stale)))
  expect(calls).toEqual(['librechat.refresh', 'platform.password', 'librechat.login'])
  expect(session.state().phase).toBe('signed-in')
})

test('when the platform ends the session too, it is expired and says whose it was', async () => {
  const first = start()
  await first.start()
  await first.signIn(credentials)
  await first.close()
  refreshFault = new Fault({ code: 'session-expired' })
  platformRefreshFault = new Fault({ code: 'session-expired' })
  const again = start()
  await again.start()
  expect(again.state()).toEqual({ phase: 'expired', email: 'demo@example.com' })
  await expect(again.authorizer.accessToken()).rejects.toMatchObject({ error: { code: 'session-expired' } })
  expect(again.account()).not.toBe(null)
  await expect(again.signIn({ ...credentials, password: 'wrong' })).rejects.toMatchObject({
    error: { code: 'wrong-credentials' },
  })
  expect(again.state().phase).toBe('expired')
  refreshFault = null
  await again.signIn(credentials)
  expect(again.state().phase).toBe('signed-in')
})

test('a connection check exchanges no platform token, logs in nowhere, and renews only a token that is too old', async () => {
  const session = start()
  await session.start()
  await session.signIn(credentials)
  const { signal } = new AbortController()
  calls = []
  expect(await session.check.platform(signal)).toBe(true)
  expect(await session.check.librechatToken(signal)).toBe(await session.authorizer.accessToken())
  expect(calls).toEqual(['platform.verify:pr-0'])
  await session.close()
  const again = start()
  await again.start()
  refreshFault = new Fault({ code: 'session-expired' })
  platformRefreshFault = refreshFault
  vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ['Date'] })
  calls = []
  expect(await again.check.platform(signal)).toBe(false)
  await expect(again.check.librechatToken(signal)).rejects.toMatchObject({ error: { code: 'session-expired' } })
  expect(calls).toEqual(['platform.verify:pr-0', 'librechat.refresh'])
  expect(again.state().phase).toBe('signed-in')
})

test('a login loop cannot be caused: two silent logins in five minutes', async () => {
  const session = start()
  await session.start()
  await session.signIn(credentials)
  refreshFault = new Fault({ code: 'session-expired' })
  for (let at = 0; at < 2; at++) await session.authorizer.renew(await session.authorizer.accessToken())
  await expect(session.authorizer.renew(await session.authorizer.accessToken())).rejects.toMatchObject({
    error: { code: 'rate-limited' },
  })
  expect(calls.filter((call) => call === 'librechat.login')).toHaveLength(3)
})

test('provisioning is waited for, and can be hurried', async () => {
  password = [null, null, 'lc-password']
  const session = start()
  await session.start()
  await session.signIn(credentials)
  expect(session.state()).toMatchObject({ phase: 'provisioning', email: 'demo@example.com', attempt: 1 })
  await session.retry()
  await vi.waitFor(() => expect(session.state()).toMatchObject({ phase: 'provisioning', attempt: 2 }))
  await session.retry()
  await vi.waitFor(() => expect(session.state().phase).toBe('signed-in'))
})

test('cancelling while provisioning ends it for good', async () => {
  password = [null]
  const session = start()
  await session.start()
  await session.signIn(credentials)
  await session.cancel()
  expect(session.state()).toMatchObject({ phase: 'signed-out', reason: 'cancelled' })
  const asked = calls.length
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(calls.length).toBe(asked)
})

test('a second factor: a wrong code can be tried again, a right one goes on', async () => {
  login = { kind: 'two-factor', tempToken: 'temp', expiresAt: Date.now() + 300_000 }
  const session = start()
  await session.start()
  await session.signIn(credentials)
  expect(session.state()).toMatchObject({ phase: 'two-factor', error: null })
  await expect(session.verifyCode('000000')).rejects.toMatchObject({ error: { code: 'wrong-code' } })
  expect(session.state()).toMatchObject({ phase: 'two-factor', error: { code: 'wrong-code' } })
  await session.verifyCode('123456')
  expect(session.state().phase).toBe('signed-in')
})

test('terms are asked before the chat, also after a restart, until they are accepted', async () => {
  terms = { accepted: false, text: '# Terms', url: null }
  const session = start()
  await session.start()
  await session.signIn(credentials)
  expect(session.state()).toMatchObject({ phase: 'terms', text: '# Terms' })
  await session.close()
  const again = start()
  await again.start()
  expect(again.state()).toMatchObject({ phase: 'terms' })
  await again.acceptTerms()
  expect(again.state().phase).toBe('signed-in')
  expect(calls).toContain('terms.accept')
})

test('declining the terms signs out on both servers', async () => {
  terms = { accepted: false, text: '# Terms', url: null }
  const session = start()
  await session.start()
  await session.signIn(credentials)
  await session.cancel()
  expect(session.state()).toMatchObject({ phase: 'signed-out', reason: 'cancelled' })
  expect(calls).toEqual(expect.arrayContaining(['platform.logout', 'librechat.logout']))
})

test('signing out revokes at both servers and a restart finds nothing', async () => {
  const session = start()
  await session.start()
  await session.signIn(credentials)
  calls = []
  await session.signOut()
  expect(calls.sort()).toEqual(['librechat.logout', 'platform.logout'])
  expect(session.account()).toBe(null)
  expect(items.size).toBe(0)
  const again = start()
  await again.start()
  expect(again.state()).toMatchObject({ phase: 'signed-out', reason: 'never' })
})

test('a locked keychain is said; unlocking and trying again restores the session', async () => {
  const first = start()
  await first.start()
  await first.signIn(credentials)
  await first.close()
  keychainProblem = 'locked'
  const again = start()
  await again.start()
  expect(again.state()).toEqual({ phase: 'locked', problem: 'locked' })
  await again.retry()
  expect(again.state()).toEqual({ phase: 'locked', problem: 'locked' })
  keychainProblem = null
  await again.retry()
  expect(again.state()).toMatchObject({ phase: 'signed-in', remembered: true })
})

test('without a keychain one is signed in for as long as the app runs, and told so', async () => {
  keychainProblem = 'unavailable'
  const session = start()
  await session.start()
  await session.signIn(credentials)
  expect(session.state()).toMatchObject({ phase: 'signed-in', remembered: false, keychain: 'unavailable' })
  expect(session.account()?.cacheKey).toBe(null)
})

test('an answer that comes after a cancel changes nothing', async () => {
  const session = start()
  await session.start()
  const attempt = session.signIn(credentials).catch(() => undefined)
  await session.cancel()
  await attempt
  expect(session.state()).toMatchObject({ phase: 'signed-out', reason: 'cancelled' })
  expect(session.account()).toBe(null)
})

test('cancelling while the session is being kept leaves none, here or at the servers', async () => {
  const session = start()
  await session.start()
  duringSave = async () => await session.cancel()
  await session.signIn(credentials).catch(() => undefined)
  expect(session.state()).toMatchObject({ phase: 'signed-out', reason: 'cancelled' })
  expect(calls).toEqual(expect.arrayContaining(['platform.logout', 'librechat.logout']))
  const again = start()
  await again.start()
  expect(again.state()).toMatchObject({ phase: 'signed-out', reason: 'never' })
})

test('another account gets another key', async () => {
  const session = start()
  await session.start()
  await session.signIn(credentials)
  const key = session.account()?.key
  await session.signOut()
  const other = { ...user, id: 'u2' }
  vi.spyOn(platform, 'login').mockResolvedValueOnce({ tokens: { access: 'a', refresh: 'r' }, user: other })
  await session.signIn(credentials)
  expect(session.account()?.key).not.toBe(key)
  expect(session.account()?.key).not.toContain('demo')
})
