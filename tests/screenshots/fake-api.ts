import type { Settings } from '../../src/contract/settings.ts'
import type { Fixture } from './fixture.ts'

/** Runs in the page before the app: a `window.hestami` that tells a fixture. Self-contained. */
export function installFake(fixture: Fixture, defaults: Settings): void {
  const settings = { ...defaults, ...fixture.settings }
  const stepListeners: ((payload: unknown) => void)[] = []
  const values: Record<string, (input: Record<string, string>) => unknown> = {
    'app.info': () => ({
      name: 'Hestami Chat',
      version: '1.4.0',
      flavour: 'production',
      updateChannel: 'stable',
      build: '3f2a1c9 (2026-11-20)',
      host: 'browser',
      platform: 'linux',
      replayOf: null,
      details: 'Hestami Chat 1.4.0\nChannel: stable\nBuild: 3f2a1c9 (2026-11-20)',
    }),
    'app.ready': () => [],
    'updates.get': () => ({ status: { phase: 'idle', checkedAt: null }, outcome: null }),
    'session.get': () => fixture.session,
    'settings.get': () => settings,
    'settings.set': () => settings,
    'conversations.cached': () => fixture.conversations ?? [],
    'conversations.page': () => ({ conversations: fixture.conversations ?? [], nextCursor: null }),
    'messages.cached': ({ conversationId = '' }) => fixture.messages?.[conversationId] ?? [],
    'messages.load': ({ conversationId = '' }) => fixture.messages?.[conversationId] ?? [],
    'models.list': () => ({ options: fixture.models ?? [], preferred: fixture.models?.[0]?.target ?? null }),
    'chat.turns': () => (fixture.turns ?? []).map((turn) => ({ seq: 1, turn })),
    'attachments.list': () => fixture.attachments ?? [],
    'drafts.get': () => fixture.draft ?? null,
    'diagnostics.run': async ({ runId }) => {
      for (const step of fixture.check?.steps ?? []) stepListeners.forEach((listener) => listener({ ...step, runId }))
      if (fixture.check?.running === true) await new Promise(() => undefined)
    },
  }
  const group = (name: string): object =>
    new Proxy(
      {},
      {
        get: (_target, method) => async (input: Record<string, string>) => {
          const route = `${name}.${String(method)}`
          const error = fixture.errors?.[route]
          const given = fixture.answers ?? {}
          const value = Object.hasOwn(given, route) ? given[route] : values[route]?.(input ?? {})
          return error ? { ok: false, error } : { ok: true, value: await value }
        },
      },
    )
  const groups = new Map<string, object>()
  const on = new Proxy(
    {},
    {
      get: (_target, name) => (listener: (payload: unknown) => void) => {
        if (name === 'diagnostics.step') stepListeners.push(listener)
        for (const payload of fixture.events?.[String(name)] ?? []) setTimeout(() => listener(payload), 0)
        return () => undefined
      },
    },
  )
  const api = new Proxy(
    {},
    {
      get(_target, name) {
        if (name === 'on') return on
        const key = String(name)
        if (!groups.has(key)) groups.set(key, group(key))
        return groups.get(key)
      },
    },
  )
  Object.defineProperty(window, 'hestami', { value: api })
}
