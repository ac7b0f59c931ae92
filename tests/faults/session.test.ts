import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createHttp } from '../../src/main/http/client.ts'
import { createPlatformClient } from '../../src/main/session/platform-client.ts'
import { target, textOf } from '../contract/harness/client.ts'
import { png } from '../journeys/harness/images.ts'
import { useApp } from './harness/use-app.ts'

const my = useApp()

/** What the platform hands to the app and nobody else ever sees. */
const librechatPassword = async (): Promise<string> => {
  const network = {
    resolveProxy: async () => await Promise.resolve(null),
    certificates: async () => await Promise.resolve([]),
  }
  const http = createHttp({
    origin: my.stack.platformOrigin,
    server: 'platform',
    userAgent: 'test',
    network,
    log: () => undefined,
  })
  const client = createPlatformClient({ http })
  const { tokens } = await client.login(my.stack.demo.email, my.stack.demo.password)
  return (await client.librechatPassword(tokens.access)) ?? ''
}
describe('a session over time', () => {
  test('fifty requests that meet an expired token cause one refresh', async () => {
    await my.signIn()
    my.stack.librechat.expireAccessTokens()
    my.stack.librechat.clearRequests()
    const all = await Promise.all(
      Array.from({ length: 50 }, async () => await my.app.call('conversations.page', { cursor: null })),
    )
    expect(all.every((result) => result.ok)).toBe(true)
    expect(my.stack.librechat.requests.filter(({ path }) => path === '/api/auth/refresh')).toHaveLength(1)
  })

  test('a restart is signed in again, and shows the list before any answer of the network', async () => {
    await my.signIn()
    const id = await my.app.send('Remember this one')
    await my.settled(id, 'complete')
    const conversationId = my.app.turn(id)!.conversationId!
    my.stack.librechat.faults.add({ path: '/api', times: Infinity, action: { kind: 'delay', ms: 3000 } })
    const again = await my.replace()
    void again.start()
    await expect.poll(async () => (await my.app.state()).phase, { timeout: 1500 }).toBe('signed-in')
    const cached = await my.app.call('conversations.cached')
    expect(cached.ok && cached.value.map((row) => row.id)).toContain(conversationId)
    const messages = await my.app.call('messages.cached', { conversationId })
    expect(messages.ok && messages.value.map((message) => textOf(message))[0]).toBe('Remember this one')
  })

  test('a revoked LibreChat session is opened anew without asking the user', async () => {
    await my.signIn()
    my.stack.librechat.revokeSessions()
    my.stack.librechat.expireAccessTokens()
    expect((await my.app.call('conversations.page', { cursor: null })).ok).toBe(true)
    expect((await my.app.state()).phase).toBe('signed-in')
  })

  test('a server that goes away makes the session offline, and back again by itself', async () => {
    await my.signIn()
    // What was fetched ahead of the window's first question.
    await my.app.call('conversations.page', { cursor: null })
    my.stack.librechat.faults.add({ path: '/api', times: Infinity, action: { kind: 'reset' } })
    await my.app.call('conversations.page', { cursor: null })
    await expect.poll(async () => await my.app.state()).toMatchObject({ phase: 'signed-in', online: false })
    my.stack.librechat.faults.clear()
    await expect
      .poll(async () => await my.app.state(), { timeout: 10_000 })
      .toMatchObject({ phase: 'signed-in', online: true })
  })

  test('a locked keychain at the start: retry after unlocking', async () => {
    await my.signIn()
    my.keychain.locked = true
    await my.restart()
    expect(await my.app.state()).toEqual({ phase: 'locked', problem: 'locked' })
    my.keychain.locked = false
    await my.app.call('session.retry')
    expect(await my.app.state()).toMatchObject({ phase: 'signed-in' })
  })

  test('a damaged journal and a damaged database are survived', async () => {
    await my.signIn()
    await my.settled(await my.app.send('Before the damage'), 'complete')
    await my.closeApps()
    writeFileSync(join(my.data, 'vault', 'journal'), 'garbage')
    const [name] = readdirSync(join(my.data, 'cache'))
    writeFileSync(join(my.data, 'cache', name!), Buffer.alloc(4096, 'x'))
    await my.restart()
    expect(await my.app.state()).toMatchObject({ phase: 'signed-in' })
    const page = await my.app.call('conversations.page', { cursor: null })
    expect(page.ok && page.value.conversations.length).toBeGreaterThan(0)
  })

  test('signing out ends both sessions and leaves nothing', async () => {
    await my.signIn()
    await my.settled(await my.app.send('To be forgotten'), 'complete')
    my.stack.librechat.clearRequests()
    await my.app.call('session.signOut')
    expect(my.stack.librechat.requests.map(({ path, status }) => `${path} ${status}`)).toEqual(['/api/auth/logout 200'])
    expect(my.keychain.items.size).toBe(0)
    expect(readdirSync(join(my.data, 'cache'))).toEqual([])
    expect(await my.app.call('conversations.cached')).toEqual({ ok: true, value: [] })
    await my.restart()
    expect(await my.app.state()).toMatchObject({ phase: 'signed-out', reason: 'never' })
  })

  test('no secret is in what the window gets, in the log, in an address, or readable on the disk', async () => {
    await my.signIn()
    await my.settled(await my.app.send('Just a canary'), 'complete')
    const image = { id: crypto.randomUUID(), draftKey: 'new', name: 'a.png', type: 'image/png', width: 8, height: 8 }
    await my.app.call('attachments.add', { ...image, bytes: new Uint8Array(await png(8, 8)), target })
    my.stack.librechat.expireAccessTokens()
    my.stack.librechat.faults.add({ path: '/api/convos', action: { kind: 'status', status: 500 } })
    for (let at = 0; at < 3; at++) await my.app.call('conversations.page', { cursor: null })
    await Promise.all([
      my.app.call('models.list'),
      my.app.call('session.get'),
      my.app.call('settings.get'),
      my.app.call('chat.turns'),
    ])
    const seen = my.app.seen()
    await my.closeApps()

    const item = JSON.parse([...my.keychain.items.values()][0]!) as {
      key: string
      sealed: { session: { platformRefresh: string; librechatRefresh: string } }
    }
    const { platformRefresh, librechatRefresh } = item.sealed.session
    const secrets = [my.stack.demo.password, await librechatPassword(), item.key, platformRefresh, librechatRefresh]
    const forms = secrets.flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ])
    expect(secrets.every((secret) => secret.length > 10)).toBe(true)

    const files = readdirSync(my.data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const contents = files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    const addresses = JSON.stringify(my.stack.librechat.requests)
    for (const text of [seen, addresses, ...contents]) {
      for (const form of forms) expect(text.includes(form)).toBe(false)
      expect(text).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}\./)
    }
    expect(seen).toContain('Just a canary')
    expect(files.map((file) => file.name)).toEqual(expect.arrayContaining(['app.log', 'journal']))
  })
})
