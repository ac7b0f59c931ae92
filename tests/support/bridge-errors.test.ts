import { expect, test } from 'vitest'
import { appError } from '../../src/contract/errors.ts'
import type { RequestName } from '../../src/contract/routes.ts'
import { requestNames } from '../../src/contract/routes.ts'
import { Fault } from '../../src/main/fault.ts'
import { createHandlers } from '../../src/main/handlers/handlers.ts'
import type { LogEvent } from '../../src/main/host.ts'
import { createDispatch } from '../../src/main/ipc/dispatch.ts'
import { allowedLine, writtenLine } from '../../src/main/support/log-line.ts'
import { createCanaries, createPlanter } from './harness/canaries.ts'
import { createDetector } from './harness/detector.ts'

const canaries = createCanaries(2100, 15)
const detector = createDetector(canaries)
const { next, planted } = createPlanter(canaries)

const uuid = '3f2a1c9e-0000-4000-8000-000000000001'
const target = { endpoint: 'openAI', endpointType: null, model: 'gpt-4o', agentId: null, spec: null }
const conversationId = 'c1'
const inputs: Partial<Record<RequestName, unknown>> = {
  'app.openExternal': { url: 'https://example.com/' },
  'app.savePdf': { title: 'x' },
  'session.signIn': { email: 'demo@example.com', password: 'x' },
  'session.register': {
    email: 'demo@example.com',
    password: 'x',
    confirmPassword: 'x',
    firstName: 'x',
    lastName: 'x',
    phoneNumber: '',
    role: 'PROPERTY_OWNER',
  },
  'session.verifyCode': { code: '123456' },
  'conversations.page': { cursor: null },
  'conversations.rename': { conversationId, title: 'x' },
  'conversations.remove': { conversationId },
  'messages.cached': { conversationId },
  'messages.load': { conversationId },
  'chat.send': {
    turnId: uuid,
    messageId: uuid,
    conversationId: null,
    parentId: null,
    text: 'x',
    attachmentIds: [],
    target,
  },
  'chat.stop': { turnId: uuid },
  'chat.retry': { turnId: uuid },
  'chat.discard': { turnId: uuid },
  'attachments.limits': { target },
  'attachments.list': { draftKey: 'new' },
  'attachments.add': {
    id: uuid,
    draftKey: 'new',
    name: 'x',
    type: 'image/png',
    width: 1,
    height: 1,
    bytes: new Uint8Array(1),
    target,
  },
  'attachments.retry': { id: uuid },
  'attachments.remove': { id: uuid },
  'drafts.get': { draftKey: 'new' },
  'drafts.set': { draftKey: 'new', draft: null },
  'settings.set': {},
  'settings.reset': { name: 'zoom' },
  'updates.restart': { force: false },
  'diagnostics.run': { runId: uuid, askModel: false },
  'quick.openInMain': { conversationId: null },
  'proxy.signIn': { username: 'x', password: 'x' },
  'debug.setFaults': { rules: [] },
  'debug.openBundle': { text: '' },
  'debug.replay': { text: '' },
}

class Odd extends Error {
  override get message(): string {
    return next()
  }
}

/** What a dependency can throw, with canaries in all of it. */
const thrown: readonly (() => unknown)[] = [
  () => new Error(next(), { cause: new Error(next()) }),
  () =>
    Object.assign(new TypeError(next()), { name: next(), code: next(), path: next(), config: { headers: [next()] } }),
  () => Object.assign(new Error(next()), { stack: `${next()}\n    at ${next()} (/home/${next()}.ts:1:2)` }),
  () => new AggregateError([new Error(next())], next()),
  () => new Fault({ code: 'signed-out' }, new Error(next(), { cause: { token: next() } })),
  () => Object.assign(new Fault({ code: 'not-found' }), { message: next(), response: { body: next() } }),
  () => ({ error: { code: 'turn-failed', reason: 'other', detail: next() } }),
  () => ({ code: next(), message: next(), toString: next }),
  () => next(),
  () => [next()],
  () => new Odd(),
  () => new DOMException(next(), next()),
  () => undefined,
]

/** Whatever is called of it, at whatever depth, throws: at once, or as a promise that is rejected. */
const failing = (make: () => unknown, late: boolean): never =>
  new Proxy(() => undefined, {
    get: (_target, name) => (name === 'then' ? undefined : failing(make, late)),
    apply() {
      if (!late) throw make()
      const rejected = Promise.reject(make())
      // Not everybody is waited for.
      rejected.catch(() => undefined)
      return rejected
    },
  }) as never

test.each([false, true])('what a dependency throws (as a promise: %s) never crosses the bridge', async (late) => {
  const replies: unknown[] = []
  const logged: string[] = []
  const refused = new Set<string>()
  const log = (event: LogEvent): void => void logged.push(writtenLine(allowedLine(event, new Date().toISOString())))
  for (const make of thrown)
    for (const name of requestNames) {
      const deps = new Proxy({}, { get: () => failing(make, late) }) as Parameters<typeof createHandlers>[0]
      const dispatch = createDispatch({ handlers: createHandlers(deps), log, strict: true })
      const reply = await dispatch(name, inputs[name])
      replies.push(reply)
      if (reply.ok) continue
      refused.add(name)
      expect(appError.safeParse(reply.error).success).toBe(true)
      expect(reply.error.code).toMatch(/^(internal|signed-out|not-found|link-refused)$/)
    }
  expect(refused.size).toBeGreaterThan(requestNames.length * 0.8)
  expect(logged.length).toBeGreaterThan(200)
  expect(planted()).toBeGreaterThan(500)
  expect([...detector.find(JSON.stringify(replies)), ...detector.find(logged.join('\n'))]).toEqual([])
})

test('what a window sends that is no request comes back as the name of a field of ours, or not at all', async () => {
  const log = (): void => undefined
  const handlers = createHandlers(new Proxy({}, { get: () => failing(() => 'x', false) }) as never)
  const dispatch = createDispatch({ handlers, log, strict: true })
  const replies: unknown[] = [await dispatch(next(), next())]
  for (const name of requestNames) {
    const known = (inputs[name] ?? {}) as Record<string, unknown>
    for (const input of [
      next(),
      { [next()]: next() },
      { ...known, [next()]: next() },
      [next()],
      Object.fromEntries(Object.keys(known).map((field) => [field, { [next()]: next() }])),
      Object.fromEntries(Object.keys(known).map((field) => [field, [next()]])),
    ])
      replies.push(await dispatch(name, input))
  }
  expect([...detector.find(JSON.stringify(replies))]).toEqual([])
})
