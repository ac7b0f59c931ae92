import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startLocalStack } from '../../dev/local-stack/stack.ts'
import type { LocalStack } from '../../dev/local-stack/stack.ts'
import type { Config } from '../../src/main/config.ts'
import { textOf } from '../contract/harness/client.ts'
import { driveApp, newData } from './harness/driven-app.ts'
import type { DrivenApp } from './harness/driven-app.ts'
import { createMemoryKeychain } from './harness/memory-keychain.ts'

let stackData: ReturnType<typeof newData>
let data: ReturnType<typeof newData>
let stack: LocalStack
let keychain: ReturnType<typeof createMemoryKeychain>
let app: DrivenApp
let config: Config
const apps: DrivenApp[] = []

const open = async (patch: Partial<Config> = {}): Promise<DrivenApp> => {
  const made = await driveApp({ data: data.path, config: { ...config, ...patch }, keychain })
  apps.push(made)
  await made.start()
  return made
}
const restart = async (): Promise<DrivenApp> => {
  for (const old of apps.splice(0)) await old.close()
  return await open()
}
const signIn = async (): Promise<void> => {
  expect(await app.call('session.signIn', stack.demo)).toEqual({ ok: true, value: undefined })
}
const settled = async (id: string, status: string, timeout = 15_000): Promise<void> =>
  await expect.poll(() => app.turn(id)?.status, { timeout }).toBe(status)

beforeAll(async () => {
  stackData = newData()
  stack = await startLocalStack({
    folder: stackData.path,
    style: 'resumable',
    librechat: { deltasPerSecond: 400, loginMax: 500, messageMax: 5000 },
  })
  config = { platformOrigin: stack.platformOrigin, librechatOrigin: stack.librechatOrigin }
})
afterAll(async () => {
  await stack.close()
  stackData.remove()
})
beforeEach(async () => {
  data = newData()
  keychain = createMemoryKeychain()
  stack.librechat.setStyle('resumable')
  app = await open()
})
afterEach(async () => {
  for (const made of apps.splice(0)) await made.close()
  stack.librechat.faults.clear()
  stack.librechat.liftBans()
  data.remove()
})

describe('signing in', () => {
  test('a wrong password', async () => {
    expect(await app.call('session.signIn', { ...stack.demo, password: 'nope' })).toEqual({
      ok: false,
      error: { code: 'wrong-credentials' },
    })
  })

  test.each([
    [
      { platformOrigin: 'http://hestami-no-such-host.invalid' },
      { code: 'unreachable', server: 'platform', reason: 'dns' },
    ],
    [{ platformOrigin: 'http://127.0.0.1:1' }, { code: 'unreachable', server: 'platform', reason: 'refused' }],
    [{ librechatOrigin: 'http://127.0.0.1:1' }, { code: 'unreachable', server: 'librechat', reason: 'refused' }],
  ])('servers that are not there: %o', async (patch, error) => {
    const other = await open(patch)
    expect(await other.call('session.signIn', stack.demo)).toEqual({ ok: false, error })
    expect(await other.state()).toMatchObject({ phase: 'signed-out', error })
  })

  test('a captive portal in front of the platform', async () => {
    const portal = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<html>Log in to the hotel</html>'),
    )
    await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve))
    const other = await open({ platformOrigin: `http://127.0.0.1:${(portal.address() as AddressInfo).port}` })
    expect(await other.call('session.signIn', stack.demo)).toMatchObject({
      ok: false,
      error: { code: 'unreachable', server: 'platform', reason: 'intercepted' },
    })
    portal.closeAllConnections()
    portal.close()
  })

  test.each([
    [
      { kind: 'status', status: 503 },
      { code: 'server-error', server: 'librechat', status: 503 },
    ],
    [{ kind: 'html' }, { code: /unreachable|unexpected-answer/ }],
    [{ kind: 'ban', minutes: 5 }, { code: 'banned' }],
    [
      { kind: 'rate-limit', retryAfter: 20 },
      { code: 'rate-limited', server: 'librechat' },
    ],
  ] as const)('LibreChat answers with %o', async (action, error) => {
    stack.librechat.faults.add({ path: '/api/auth/login', action })
    const result = await app.call('session.signIn', stack.demo)
    expect(result.ok).toBe(false)
    const { code, ...rest } = error
    const fault = result.ok ? null : result.error
    expect(fault?.code).toMatch(code)
    expect(fault).toMatchObject(rest)
    // Nothing is half signed in.
    expect((await app.state()).phase).toBe('signed-out')
  })

  test('one sign-in to a usable composer costs the round trips that the protocol needs, in parallel where it can be', async () => {
    stack.librechat.clearRequests()
    const delay = 150
    stack.librechat.faults.add({ path: '/api', times: Infinity, action: { kind: 'delay', ms: delay } })
    const began = performance.now()
    await signIn()
    await Promise.all([app.call('conversations.page', { cursor: null }), app.call('models.list')])
    const took = performance.now() - began
    stack.librechat.faults.clear()
    const paths = stack.librechat.requests.map(({ method, path }) => `${method} ${path}`)
    expect(paths[0]).toBe('POST /api/auth/login')
    expect(paths.slice(1).sort()).toEqual([
      'GET /api/agents',
      'GET /api/config',
      'GET /api/convos',
      'GET /api/endpoints',
      'GET /api/models',
      'GET /api/user/terms',
    ])
    // The login, and everything else at once: two delays, and none in a row after them.
    expect(took).toBeGreaterThan(2 * delay)
    expect(took).toBeLessThan(2 * delay + 700)
    const [, ...rest] = stack.librechat.requests.map(({ at }) => at)
    expect(Math.max(...rest) - Math.min(...rest)).toBeLessThan(delay)
  })
})

describe('a session over time', () => {
  test('fifty requests that meet an expired token cause one refresh', async () => {
    await signIn()
    stack.librechat.expireAccessTokens()
    stack.librechat.clearRequests()
    const all = await Promise.all(
      Array.from({ length: 50 }, async () => await app.call('conversations.page', { cursor: null })),
    )
    expect(all.every((result) => result.ok)).toBe(true)
    expect(stack.librechat.requests.filter(({ path }) => path === '/api/auth/refresh')).toHaveLength(1)
  })

  test('a restart is signed in again, and shows the list before any answer of the network', async () => {
    await signIn()
    const id = await app.send('Remember this one')
    await settled(id, 'complete')
    const conversationId = app.turn(id)!.conversationId!
    stack.librechat.faults.add({ path: '/api', times: Infinity, action: { kind: 'delay', ms: 3000 } })
    app = await driveApp({ data: data.path, config, keychain })
    for (const old of apps.splice(0)) await old.close()
    apps.push(app)
    void app.start()
    await expect.poll(async () => (await app.state()).phase, { timeout: 1500 }).toBe('signed-in')
    const cached = await app.call('conversations.cached')
    expect(cached.ok && cached.value.map((row) => row.id)).toContain(conversationId)
    const messages = await app.call('messages.cached', { conversationId })
    expect(messages.ok && messages.value.map((message) => textOf(message))[0]).toBe('Remember this one')
  })

  test('a revoked LibreChat session is opened anew without asking the user', async () => {
    await signIn()
    stack.librechat.revokeSessions()
    stack.librechat.expireAccessTokens()
    expect((await app.call('conversations.page', { cursor: null })).ok).toBe(true)
    expect((await app.state()).phase).toBe('signed-in')
  })

  test('a server that goes away makes the session offline, and back again by itself', async () => {
    await signIn()
    // What was fetched ahead of the window's first question.
    await app.call('conversations.page', { cursor: null })
    stack.librechat.faults.add({ path: '/api', times: Infinity, action: { kind: 'reset' } })
    await app.call('conversations.page', { cursor: null })
    await expect.poll(async () => await app.state()).toMatchObject({ phase: 'signed-in', online: false })
    stack.librechat.faults.clear()
    await expect
      .poll(async () => await app.state(), { timeout: 10_000 })
      .toMatchObject({ phase: 'signed-in', online: true })
  })

  test('a locked keychain at the start: retry after unlocking', async () => {
    await signIn()
    keychain.locked = true
    app = await restart()
    expect(await app.state()).toEqual({ phase: 'locked', problem: 'locked' })
    keychain.locked = false
    await app.call('session.retry')
    expect(await app.state()).toMatchObject({ phase: 'signed-in' })
  })

  test('a damaged journal and a damaged database are survived', async () => {
    await signIn()
    await settled(await app.send('Before the damage'), 'complete')
    for (const old of apps.splice(0)) await old.close()
    writeFileSync(join(data.path, 'vault', 'journal'), 'garbage')
    const [name] = readdirSync(join(data.path, 'cache'))
    writeFileSync(join(data.path, 'cache', name!), Buffer.alloc(4096, 'x'))
    app = await restart()
    expect(await app.state()).toMatchObject({ phase: 'signed-in' })
    const page = await app.call('conversations.page', { cursor: null })
    expect(page.ok && page.value.conversations.length).toBeGreaterThan(0)
  })

  test('signing out ends both sessions and leaves nothing', async () => {
    await signIn()
    await settled(await app.send('To be forgotten'), 'complete')
    stack.librechat.clearRequests()
    await app.call('session.signOut')
    expect(stack.librechat.requests.map(({ path, status }) => `${path} ${status}`)).toEqual(['/api/auth/logout 200'])
    expect(keychain.items.size).toBe(0)
    expect(readdirSync(join(data.path, 'cache'))).toEqual([])
    expect(await app.call('conversations.cached')).toEqual({ ok: true, value: [] })
    app = await restart()
    expect(await app.state()).toMatchObject({ phase: 'signed-out', reason: 'never' })
  })

  test('no secret is in what the window gets, in the log, or readable on the disk', async () => {
    await signIn()
    await settled(await app.send('Just a canary'), 'complete')
    stack.librechat.expireAccessTokens()
    await app.call('conversations.page', { cursor: null })
    for (const old of apps.splice(0)) await old.close()
    const held = [...keychain.items.values()].join('')
    const item = JSON.parse([...keychain.items.values()][0]!) as {
      key: string
      sealed: { session: Record<string, string> }
    }
    const { platformRefresh, librechatRefresh } = item.sealed.session
    const secrets = [stack.demo.password, item.key, platformRefresh!, librechatRefresh!]
    expect(secrets.every((secret) => secret.length > 10)).toBe(true)
    expect(held).toContain(platformRefresh)
    const seen = JSON.stringify(app.events)
    const files = readdirSync(data.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const contents = files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    for (const text of [seen, ...contents]) {
      for (const secret of secrets) expect(text.includes(secret)).toBe(false)
      expect(text).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}\./)
    }
    expect(files.map((file) => file.name)).toEqual(expect.arrayContaining(['app.log', 'journal']))
  })
})

describe('turns', () => {
  beforeEach(signIn)

  test('a stream that is cut while it still runs ends with the whole text', async () => {
    stack.librechat.script('cut while running', {
      steps: [{ kind: 'text', text: 'A sentence. '.repeat(200) }],
      deltasPerSecond: 200,
    })
    stack.librechat.faults.add({
      method: 'GET',
      path: '/api/agents/chat/stream',
      action: { kind: 'cut', afterBytes: 5000 },
    })
    const id = await app.send('cut while running')
    await settled(id, 'complete')
    expect(textOf(app.turn(id)?.answer).trim()).toBe('A sentence. '.repeat(200).trim())
  })

  test('a stream that is cut and finished meanwhile ends with the whole text', async () => {
    stack.librechat.faults.add({
      method: 'GET',
      path: '/api/agents/chat/stream',
      action: { kind: 'cut', afterBytes: 600 },
    })
    const id = await app.send('Short and cut')
    await settled(id, 'complete')
    expect(textOf(app.turn(id)?.answer)).toContain('Short and cut')
  })

  test('v0.8.0: a cut stream keeps its partial text, says so, and can be sent again', async () => {
    stack.librechat.setStyle('post-stream')
    stack.librechat.script('cut for good', {
      steps: [{ kind: 'text', text: 'A sentence. '.repeat(200) }],
      deltasPerSecond: 200,
    })
    stack.librechat.faults.add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'cut', afterBytes: 8000 } })
    const id = await app.send('cut for good')
    await settled(id, 'failed')
    expect(app.turn(id)).toMatchObject({ error: { code: 'turn-failed', reason: 'interrupted' }, retriable: true })
    expect(textOf(app.turn(id)?.answer).length).toBeGreaterThan(50)
    await app.call('chat.retry', { turnId: id })
    await settled(id, 'complete')
    expect(textOf(app.turn(id)?.answer).trim()).toBe('A sentence. '.repeat(200).trim())
  })

  test('an app that ends in mid-answer takes it up again at the next start', async () => {
    stack.librechat.script('across restart', {
      steps: [{ kind: 'text', text: 'word '.repeat(400) }],
      deltasPerSecond: 200,
    })
    const id = await app.send('across restart')
    await expect.poll(() => app.turn(id)?.status).toBe('streaming')
    app = await restart()
    await settled(id, 'complete')
    expect(textOf(app.turn(id)?.answer).trim()).toBe('word '.repeat(400).trim())
    const turns = await app.call('chat.turns')
    expect(turns).toEqual({ ok: true, value: [] })
  })

  test('what could not be sent is kept over a restart and can be sent then', async () => {
    stack.librechat.faults.add({ method: 'POST', path: '/api/agents/chat', action: { kind: 'status', status: 500 } })
    const id = await app.send('Do not lose me')
    await settled(id, 'failed')
    app = await restart()
    await settled(id, 'failed')
    expect(textOf(app.turn(id)?.question)).toBe('Do not lose me')
    await app.call('chat.retry', { turnId: id })
    await settled(id, 'complete')
  })

  test('the same turn asked for twice is sent once', async () => {
    stack.librechat.clearRequests()
    const turnId = crypto.randomUUID()
    const id = await app.send('Only once', { turnId })
    await app.send('Only once', { turnId })
    await settled(id, 'complete')
    expect(
      stack.librechat.requests.filter(({ method, path }) => method === 'POST' && path.startsWith('/api/agents/chat')),
    ).toHaveLength(1)
  })

  test('a second question while an answer runs is refused, for the server would end the first', async () => {
    stack.librechat.script('busy now', { steps: [{ kind: 'text', text: 'word '.repeat(200) }], deltasPerSecond: 200 })
    const id = await app.send('busy now')
    await expect.poll(() => app.turn(id)?.conversationId).not.toBe(null)
    const { conversationId } = app.turn(id)!
    await expect(app.send('Second', { conversationId })).rejects.toThrow('turn-failed')
    await settled(id, 'complete')
  })

  test('stopping before anything came keeps the question', async () => {
    stack.librechat.script('slow to begin', {
      before: [{ kind: 'pause', ms: 3000 }],
      steps: [{ kind: 'text', text: 'late' }],
    })
    const id = await app.send('slow to begin')
    await expect.poll(() => app.turn(id)?.status).toBe('streaming')
    await app.call('chat.stop', { turnId: id })
    await expect.poll(() => app.turn(id)?.status).toMatch(/failed|stopped/)
    expect(textOf(app.turn(id)?.question)).toBe('slow to begin')
  })
})

describe('attachments', () => {
  beforeEach(signIn)
  const target = { endpoint: 'openAI', endpointType: null, model: 'gpt-4o', agentId: null, spec: null }
  const add = async (bytes: Uint8Array<ArrayBuffer>, patch: { width?: number; height?: number } = {}) =>
    await app.call('attachments.add', {
      id: crypto.randomUUID(),
      draftKey: 'new',
      name: 'a.png',
      type: 'image/png',
      width: 1,
      height: 1,
      bytes,
      target,
      ...patch,
    })
  const pngHead = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

  test.each([
    ['nothing', new Uint8Array(0), {}, 'empty'],
    ['text', new TextEncoder().encode('<svg onload=alert(1)>'), {}, 'not-an-image'],
    ['too many pixels', pngHead, { width: 20_000, height: 20_000 }, 'dimensions'],
  ] as const)('%s is refused', async (_what, bytes, patch, reason) => {
    expect(await add(new Uint8Array(bytes), patch)).toMatchObject({
      ok: false,
      error: { code: 'file-rejected', reason },
    })
  })

  test('an image above the limit is refused before it is sent', async () => {
    const bytes = new Uint8Array(21 * 1024 * 1024)
    bytes.set(pngHead)
    stack.librechat.clearRequests()
    expect(await add(bytes)).toMatchObject({ ok: false, error: { code: 'file-rejected', reason: 'too-large' } })
    expect(stack.librechat.requests.filter(({ method }) => method === 'POST')).toEqual([])
  })

  test('a failed upload stays, and can be tried again', async () => {
    const { png } = await import('../journeys/harness/images.ts')
    stack.librechat.faults.add({ method: 'POST', path: '/api/files/images', action: { kind: 'reset' } })
    await add(new Uint8Array(await png(30, 30)), { width: 30, height: 30 })
    const list = async () => {
      const found = await app.call('attachments.list', { draftKey: 'new' })
      return found.ok ? found.value : []
    }
    await expect.poll(async () => (await list())[0]?.status.kind).toBe('failed')
    await app.call('attachments.retry', { id: (await list())[0]!.id })
    await expect.poll(async () => (await list())[0]?.status.kind).toBe('ready')
  })

  test('an image that is not sent yet is there after a restart, and goes with the message then', async () => {
    const { png } = await import('../journeys/harness/images.ts')
    await add(new Uint8Array(await png(32, 32)), { width: 32, height: 32 })
    const ready = async () => {
      const found = await app.call('attachments.list', { draftKey: 'new' })
      return (found.ok ? found.value : []).filter(({ status }) => status.kind === 'ready')
    }
    await expect.poll(async () => (await ready()).length).toBe(1)
    app = await restart()
    const [kept] = await ready()
    expect(kept).toMatchObject({ name: 'a.png', width: 32 })
    const id = await app.send('With the picture', { attachmentIds: [kept!.id] })
    await settled(id, 'complete')
    expect(textOf(app.turn(id)?.answer)).toContain('32 × 32')
    app = await restart()
    expect(await ready()).toEqual([])
  })
})
