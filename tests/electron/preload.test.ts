import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureBuilt } from './build.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'

let preload: Launched
beforeAll(async () => {
  await ensureBuilt()
  preload = await launch({ role: 'preload' })
})
afterAll(async () => await preload.close())

test('exposes one deep-frozen object of named functions, and nothing that takes a channel', async () => {
  const exposed = await preload.does.exposed()
  expect(exposed).toHaveLength(1)
  expect(exposed[0]?.name).toBe('hestami')
  expect(exposed[0]?.frozen).toBe(true)
  expect(exposed[0]?.tree).toMatchInlineSnapshot(`
    {
      "app": [
        "info: function",
        "openExternal: function",
        "ready: function",
        "savePdf: function",
        "quit: function",
      ],
      "attachments": [
        "limits: function",
        "list: function",
        "add: function",
        "retry: function",
        "remove: function",
      ],
      "chat": [
        "send: function",
        "stop: function",
        "retry: function",
        "discard: function",
        "turns: function",
      ],
      "conversations": [
        "cached: function",
        "page: function",
        "rename: function",
        "remove: function",
      ],
      "debug": [
        "timeline: function",
        "faults: function",
        "setFaults: function",
        "openBundle: function",
        "replay: function",
      ],
      "diagnostics": [
        "run: function",
        "cancel: function",
      ],
      "drafts": [
        "get: function",
        "set: function",
      ],
      "messages": [
        "cached: function",
        "load: function",
      ],
      "models": [
        "list: function",
      ],
      "on": [
        "session.changed: function",
        "conversations.changed: function",
        "chat.turn: function",
        "attachments.changed: function",
        "settings.changed: function",
        "app.command: function",
        "updates.changed: function",
        "diagnostics.step: function",
        "proxy.changed: function",
        "quick.changed: function",
        "debug.exchange: function",
      ],
      "proxy": [
        "get: function",
        "signIn: function",
        "dismiss: function",
      ],
      "quick": [
        "get: function",
        "hide: function",
        "openInMain: function",
      ],
      "session": [
        "get: function",
        "signIn: function",
        "register: function",
        "cancel: function",
        "verifyCode: function",
        "acceptTerms: function",
        "retry: function",
        "signOut: function",
      ],
      "settings": [
        "get: function",
        "set: function",
        "reset: function",
        "origins: function",
      ],
      "support": [
        "bundle: function",
      ],
      "updates": [
        "get: function",
        "check: function",
        "download: function",
        "cancel: function",
        "restart: function",
        "dismissOutcome: function",
      ],
    }
  `)
})

test('a call goes over the one channel under its own name', async () => {
  const { answer, invoked } = await preload.does.callApi('session', 'signIn', {
    email: 'demo@example.com',
    password: 'x',
  })
  expect(invoked).toEqual([['hestami:call', 'session.signIn', { email: 'demo@example.com', password: 'x' }]])
  expect(answer).toEqual({ ok: true, value: 'session.signIn' })
})

test('a listener gets the payload alone, whatever another listener throws, until it is unsubscribed', async () => {
  expect(await preload.does.listen('chat.turn', { kind: 'deltas' })).toEqual({
    got: [[{ kind: 'deltas' }]],
    // The first listener throws each time: while the second is there, and after.
    reported: ['a listener fails', 'a listener fails'],
  })
})
