import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createNodeHost } from '../../dev/browser-host/node-host.ts'
import { bundleLine, bundleSections } from '../../src/contract/bundle-lines.ts'
import { requestNames } from '../../src/contract/routes.ts'
import type { SupportBundle } from '../../src/contract/support.ts'
import { driveApp, newData } from '../faults/harness/driven-app.ts'
import type { DrivenApp } from '../faults/harness/driven-app.ts'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { png } from '../journeys/harness/images.ts'
import { createCanaries, createPlanter, encodingNames } from './harness/canaries.ts'
import { createDetector } from './harness/detector.ts'
import { poisons, startPoisonedServers } from './harness/poisoned-servers.ts'
import type { PoisonedServers } from './harness/poisoned-servers.ts'

const canaries = createCanaries(2100, 1206)
const detector = createDetector(canaries)
const { next, some, planted } = createPlanter(canaries)
const [first, second, third] = createCanaries(3, 99)
const person = { email: `${first!.core}@example.com`, name: second!.text, librechatPassword: third!.text }
const personal = createDetector([first!, second!, third!])

const data = newData()
let servers: PoisonedServers
let app: DrivenApp
let bundle: SupportBundle
const errors: unknown[] = []

const uuid = (): string => crypto.randomUUID()
const target = { endpoint: 'openAI', endpointType: null, model: 'gpt-4o', agentId: null, spec: null }
const registration = (): object => ({
  email: `${next().replace(/\W/g, '').slice(0, 60)}@example.com`,
  password: next().slice(0, 200),
  confirmPassword: next().slice(0, 200),
  firstName: next().slice(0, 150),
  lastName: next().slice(0, 150),
  phoneNumber: '+1 415 555 0123',
  role: 'PROPERTY_OWNER',
})
type AnyCall = (name: string, input?: unknown) => Promise<{ ok: boolean; error?: unknown }>

/** Everything a window can ask for, with canaries wherever text may be. Answers do not matter here: what is written of them does. */
async function everything(call: AnyCall): Promise<void> {
  const conversationId = uuid()
  const bytes = await png()
  const asked: [string, unknown?][] = [
    ['app.openExternal', { url: `https://example.com/?q=${encodeURIComponent(next())}` }],
    ['app.openExternal', { url: next() }],
    ['app.savePdf', { title: next().slice(0, 200) }],
    ['session.verifyCode', { code: next().slice(0, 32) }],
    ['session.retry'],
    ['conversations.page', { cursor: some(3).slice(0, 2000) }],
    ['conversations.rename', { conversationId, title: some(3).slice(0, 1000) }],
    ['conversations.remove', { conversationId: next().slice(0, 200) }],
    ['messages.load', { conversationId: next().slice(0, 200) }],
    ['models.list'],
    [
      'chat.send',
      {
        turnId: uuid(),
        messageId: uuid(),
        conversationId: null,
        parentId: null,
        text: some(400),
        attachmentIds: [],
        target,
      },
    ],
    [
      'chat.send',
      {
        turnId: uuid(),
        messageId: uuid(),
        conversationId: null,
        parentId: null,
        text: some(3),
        attachmentIds: [],
        target: { ...target, endpoint: next().slice(0, 200), model: next().slice(0, 300) },
      },
    ],
    [
      'attachments.add',
      {
        id: uuid(),
        draftKey: 'new',
        name: next().slice(0, 1000),
        type: 'image/png',
        width: 320,
        height: 200,
        bytes,
        target,
      },
    ],
    [
      'attachments.add',
      {
        id: uuid(),
        draftKey: 'new',
        name: next().slice(0, 1000),
        type: next().slice(0, 100),
        width: 1,
        height: 1,
        bytes: Buffer.from(next()),
        target,
      },
    ],
    ['attachments.limits', { target }],
    ['drafts.set', { draftKey: next().slice(0, 200), draft: { text: some(40) } }],
    [
      'settings.set',
      { lastConversationId: next().slice(0, 200), lastTarget: { ...target, model: next().slice(0, 300) } },
    ],
    [next(), { [next()]: next() }],
    ...requestNames.map((name): [string, unknown] => [name, { [next()]: some(2) }]),
  ]
  for (const [name, input] of asked) {
    const result = await call(name, input)
    if (!result.ok) errors.push(result.error)
  }
}

beforeAll(async () => {
  // What an earlier version, or anybody, may have left behind.
  for (const folder of ['logs', 'vault', 'cache']) mkdirSync(join(data.path, folder), { recursive: true })
  writeFileSync(
    join(data.path, 'settings.json'),
    JSON.stringify({
      theme: 'dark',
      [next()]: next(),
      zoom: next(),
      lastConversationId: next().slice(0, 200),
      quickShortcut: next(),
      lastTarget: { ...target, model: next() },
      updateMirror: `https://${canaries[0]!.core}.example/`,
      spellcheckLanguages: [next()],
    }),
  )
  writeFileSync(join(data.path, 'cache/x.db'), some(400))
  writeFileSync(join(data.path, 'vault/journal'), some(400))

  servers = await startPoisonedServers({ ...person, next })
  const config = { platformOrigin: servers.platformOrigin, librechatOrigin: servers.librechatOrigin }
  const keychain = createMemoryKeychain()
  const broken = (): never => {
    throw Object.assign(new Error(some(20), { cause: { token: next() } }), { name: next(), code: next(), path: next() })
  }
  const plain = createNodeHost({ data: data.path, version: '0.0.0', keychain })
  let failing = false
  app = await driveApp({
    data: data.path,
    config,
    keychain: {
      ...keychain,
      get: async (...given) => (failing ? broken() : await keychain.get(...given)),
      set: async (...given) => (failing ? broken() : await keychain.set(...given)),
    },
    parts: {
      network: {
        resolveProxy: async (url) => (failing ? broken() : await plain.network.resolveProxy(url)),
        certificates: async () => (failing ? broken() : await Promise.resolve([])),
      },
      window: { ...plain.window, savePdf: async () => await Promise.resolve(broken()) },
    },
  })
  await app.start()
  const call = app.call as unknown as AnyCall

  await call('session.signIn', { email: person.email, password: next().slice(0, 300) })
  for (const how of poisons) {
    servers.poison(how)
    await call('session.signIn', { email: person.email, password: next().slice(0, 300) })
    await call('session.register', registration())
  }
  servers.poison(null)
  await call('session.signIn', { email: person.email, password: 'right' })
  if ((await app.state()).phase !== 'signed-in') throw new Error('not signed in')
  servers.librechat.script(/./, () => some(60))
  await everything(call)
  for (const error of [next(), JSON.stringify({ type: next(), info: some(30) }), some(50)]) {
    servers.librechat.faults.add({ path: '/api/agents/chat', action: { kind: 'stream-error', error } })
    await everything(call)
  }
  await call('diagnostics.run', { runId: uuid(), askModel: false })
  for (const how of poisons) {
    // A refused token leads to a new one, and the platform is not to refuse that.
    servers.poison(how, how === 401 ? '/api/convos' : '/api/')
    await everything(call)
    if (how === 'html' || how === 'redirect' || how === 503)
      await call('diagnostics.run', { runId: uuid(), askModel: false })
  }
  failing = true
  await everything(call)
  failing = false
  servers.poison(null)
  await call('session.retry')
  // What is left running comes to its end, whatever that is.
  await vi.waitFor(
    async () => {
      const turns = await app.call('chat.turns')
      const over = ['complete', 'stopped', 'failed']
      if (!turns.ok || !turns.value.every(({ turn }) => over.includes(turn.status))) throw new Error('still running')
    },
    { timeout: 30_000, interval: 50 },
  )
  const made = await app.call('support.bundle')
  if (!made.ok) throw new Error(made.error.code)
  bundle = made.value
}, 120_000)

afterAll(async () => {
  await app.close()
  await servers.close()
  data.remove()
})

const logs = (): string =>
  readdirSync(join(data.path, 'logs'))
    .map((name) => readFileSync(join(data.path, 'logs', name), 'utf8'))
    .join('')

test('every canary went in, in every encoding', () => {
  expect(planted()).toBeGreaterThan(canaries.length * encodingNames.length)
})

test('the window, where they belong, has seen them', () => {
  expect(detector.find(app.seen().slice(0, 400_000)).size).toBeGreaterThan(300)
})

test('none is in the log, in which all that happened is', () => {
  const text = logs()
  for (const event of [
    'app.started',
    'session.phase',
    'http.answer',
    'http.unreachable',
    'bridge.call',
    'defect',
    'turn.state',
    'diagnostics.step',
  ])
    expect(text).toContain(`"${event}"`)
  expect([...detector.find(text), ...personal.find(text)]).toEqual([])
})

test('none is in the support bundle, nor any token, cookie or password that really went over the wires', () => {
  const text = bundle.lines.join('\n')
  expect([...detector.find(text), ...personal.find(text)]).toEqual([])
  const secrets = servers.secrets()
  expect(secrets.length).toBeGreaterThan(5)
  for (const secret of secrets) {
    expect(text).not.toContain(secret)
    expect(logs()).not.toContain(secret)
  }
  expect(text).not.toContain(data.path)
  expect(text).not.toMatch(/127\.0\.0\.1|localhost/)
})

test('every line of the bundle is in a known form, and every section is there', () => {
  const lines = bundle.lines.map((line) => bundleLine.parse(JSON.parse(line)))
  const sections = new Set(lines.map(({ section }) => section))
  expect([...sections]).toEqual([...bundleSections])
  const end = lines.at(-1)!
  expect(end).toMatchObject({ section: 'end', lines: lines.length - 1, removed: 0 })
})

test('errors that cross the bridge hold none, but for what a server says to people', () => {
  expect(errors.length).toBeGreaterThan(500)
  const silent = errors.map((error) => ({ ...(error as object), detail: null, fields: null }))
  expect([...detector.find(JSON.stringify(silent)), ...personal.find(JSON.stringify(silent))]).toEqual([])
})
