import { describe, expect, test } from 'vitest'
import type { BundleLineOf } from '../../contract/bundle-lines.ts'
import { faultRule } from '../../contract/support.ts'
import type { Exchange, FaultRule } from '../../contract/support.ts'
import { problemsOf } from './bundle-problems.ts'
import type { ReadBundle } from './read-bundle.ts'
import { replayPlan, splitRules } from './replay-plan.ts'

let next = 0
const exchange = (patch: Partial<Exchange> = {}): BundleLineOf<'exchange'> => ({
  section: 'exchange',
  id: ++next,
  server: 'librechat',
  method: 'GET',
  route: '/api/convos',
  startedAt: 1_795_000_000_000 + next,
  connectMs: null,
  headersMs: 20,
  firstByteMs: 21,
  endMs: 22,
  longestGapMs: null,
  chunks: 1,
  status: 200,
  content: 'json',
  sentBytes: 0,
  receivedBytes: 400,
  fault: null,
  said: null,
  injected: false,
  ...(patch as Partial<BundleLineOf<'exchange'>>),
})
const bundle = (exchanges: Partial<Exchange>[], more: Partial<ReadBundle> = {}): ReadBundle => ({
  header: { version: '1.4.0' } as ReadBundle['header'],
  sessions: [],
  checks: [],
  crashes: [],
  end: null,
  unreadable: 0,
  exchanges: exchanges.map(exchange),
  ...more,
})
const rulesOf = (...exchanges: Partial<Exchange>[]): readonly FaultRule[] => {
  const { rules } = replayPlan(bundle(exchanges))
  for (const rule of rules) faultRule.parse(rule)
  return rules
}
const short = (rules: readonly FaultRule[]) => rules.map(({ effect, waitMs, times }) => [effect, waitMs, times])

const good = {}
const down = { status: 503, content: 'html', said: 'server-error' } as const
const failed = (fault: string): Partial<Exchange> => ({ fault, headersMs: null, firstByteMs: null, status: null })
const stream = { route: '/api/agents/chat/stream/:id', content: 'events' } as const
const effects = {
  none: { kind: 'none' },
  down: { kind: 'answer', status: 503, content: 'html', said: 'server-error' },
  offline: { kind: 'unreachable', reason: 'offline' },
}

describe('the rules', () => {
  test('are none where all went well', () => expect(rulesOf(good, good)).toEqual([]))

  test('repeat what happened in order; good ones in a row are shortened, and the last state stays', () => {
    expect(short(rulesOf(...Array.from({ length: 9 }, () => good), down, down))).toEqual([
      [effects.none, 0, 3],
      [effects.down, 0, null],
    ])
    expect(short(rulesOf(down, down, good))).toEqual([[effects.down, 0, 2]])
    expect(short(rulesOf(good, failed('offline'), good, down))).toEqual([
      [effects.none, 0, 1],
      [effects.offline, 0, 1],
      [effects.none, 0, 1],
      [effects.down, 0, null],
    ])
  })

  test('are apart for each server, method and route, and leave updates alone', () => {
    const rules = rulesOf(
      down,
      { ...down, method: 'DELETE' },
      { ...down, route: '/api/convos/:id' },
      { ...down, server: 'updates' },
    )
    expect(rules.map(({ server, method, route }) => `${server} ${method} ${route}`)).toEqual([
      'librechat GET /api/convos',
      'librechat DELETE /api/convos',
      'librechat GET /api/convos/:id',
    ])
  })

  test.each<[string, Partial<Exchange>, unknown, number]>([
    [
      'an answer that says why',
      { status: 200, said: 'moderation', content: 'none' },
      { kind: 'answer', status: 200, content: 'none', said: 'moderation' },
      0,
    ],
    [
      'a portal',
      { status: 200, content: 'html', said: 'intercepted' },
      { kind: 'answer', status: 200, content: 'html', said: 'intercepted' },
      0,
    ],
    ['a slow answer', { headersMs: 6200, endMs: 6300 }, effects.none, 6200],
    ['a slow refusal', { ...down, headersMs: 6200 }, effects.down, 6200],
    ['a failure after a while', { ...failed('reset'), endMs: 2000 }, { kind: 'unreachable', reason: 'reset' }, 2000],
    ['a cut stream', { ...stream, fault: 'reset', receivedBytes: 900 }, { kind: 'cut', afterBytes: 900 }, 0],
    ['a stream that fell silent', { ...stream, fault: 'timeout' }, { kind: 'unreachable', reason: 'timeout' }, 0],
    [
      'a stream held back',
      { ...stream, headersMs: 3000, firstByteMs: 3000, endMs: 3010, receivedBytes: 9000 },
      { kind: 'buffer' },
      0,
    ],
    ['given up by the user', { ...failed('cancelled'), endMs: 40_000 }, effects.none, 40_000],
  ])('%s', (_what, patch, effect, waitMs) => {
    const rules = rulesOf(patch)
    expect(rules).toMatchObject([{ effect, waitMs, times: null }])
  })
})

test('who carries them out: servers what servers can, the app the rest, in the same order', () => {
  const rules = rulesOf(good, failed('dns'), down, failed('reset'), good, failed('tls'), down)
  const { app, servers } = splitRules(rules)
  expect(short(servers).map(([effect]) => (effect as FaultRule['effect']).kind)).toEqual([
    'none',
    'answer',
    'unreachable',
    'none',
    'answer',
  ])
  expect(short(app)).toEqual([
    [effects.none, 0, 1],
    [{ kind: 'unreachable', reason: 'dns' }, 0, 1],
    [effects.none, 0, 1],
    [effects.none, 0, 1],
    [effects.none, 0, 1],
    [{ kind: 'unreachable', reason: 'tls' }, 0, 1],
  ])
})

test.each<[string, Partial<Exchange>[], string]>([
  ['an old server', [{ route: '/api/agents/chat/:id', method: 'POST', content: 'events' }], 'post-stream'],
  ['a new one', [{ route: '/api/agents/chat/:id', method: 'POST' }, stream], 'resumable'],
  [
    'a refusal in a stream’s clothes says nothing',
    [{ route: '/api/agents/chat/:id', method: 'POST', content: 'events', said: 'no-user-key' }],
    'resumable',
  ],
])('the style of %s', (_what, exchanges, style) => expect(replayPlan(bundle(exchanges)).style).toBe(style))

test('problems: each once, with how often; what is usual is none', () => {
  const problems = problemsOf(
    bundle(
      [
        good,
        { status: 401 },
        { status: 404, route: '/api/convos/gen_title/:id' },
        failed('cancelled'),
        down,
        down,
        { headersMs: 6000 },
        { headersMs: 9000 },
        { route: '/api/files/images', headersMs: 90_000 },
        { ...stream, longestGapMs: 30_000 },
      ],
      {
        checks: [
          {
            section: 'check',
            check: 'tls',
            server: 'librechat',
            state: 'failed',
            finding: 'tls-expired',
            ms: 1,
            facts: [],
          },
          { section: 'check', check: 'dns', server: 'librechat', state: 'ok', finding: 'none', ms: 1, facts: [] },
        ],
        sessions: [
          {
            section: 'session',
            at: 1,
            phase: 'signed-out',
            reason: 'failed',
            error: 'unreachable',
            keychain: null,
            online: null,
            remembered: null,
          },
        ],
        crashes: [
          { section: 'crash', at: '2026-11-23T08:00:00.000Z', level: 'error', event: 'window.crashed', fields: {} },
        ],
      },
    ),
  )
  expect(problems).toMatchObject([
    { kind: 'crash', event: 'window.crashed' },
    { kind: 'check', check: 'tls', finding: 'tls-expired' },
    { kind: 'session', error: 'unreachable', keychain: null },
    { kind: 'exchange', trouble: 'refused', status: 503, count: 2 },
    { kind: 'exchange', trouble: 'slow', ms: 9000, count: 2 },
    { kind: 'exchange', trouble: 'stalled', ms: 30_000 },
  ])
})
