import { expect, test } from 'vitest'
import { faultRule } from '../../contract/support.ts'
import type { BundleProblem, Exchange, FaultRule } from '../../contract/support.ts'
import { duration, effectWords, isProblem, matchWords, problemWords, resultOf, timelineText } from './debug-words.ts'
import { faultPresets, presetRules } from './fault-presets.ts'

const exchange = (patch: Partial<Exchange>): Exchange =>
  ({ status: null, fault: null, said: null, endMs: 1, injected: false, ...patch }) as Exchange

test.each<[Partial<Exchange>, string, boolean]>([
  [{ status: 200 }, '200', false],
  [{ endMs: null }, 'waiting', false],
  [{ fault: 'dns' }, 'name not found', true],
  [{ fault: 'cancelled' }, 'stopped', false],
  [{ status: 200, fault: 'reset' }, '200 · connection reset', true],
  [{ status: 403, said: 'banned' }, '403 · banned', true],
  [{ status: 200, injected: true }, '200', true],
])('%j ended: %s', (patch, words, problem) => {
  expect([resultOf(exchange(patch)), isProblem(exchange(patch))]).toEqual([words, problem])
})

test.each([
  [12.4, '12 ms'],
  [1460, '1.5 s'],
  [5000, '5 s'],
  [42_300, '42 s'],
  [600_000, '10 min'],
])('%d ms are %s', (ms, words) => expect(duration(ms)).toBe(words))

test('every preset is made of rules that main takes, and can be read', () => {
  for (const { name } of faultPresets) {
    const rules = presetRules(name)
    expect(rules.length).toBeGreaterThan(0)
    for (const rule of rules) {
      faultRule.parse(rule)
      expect(`${matchWords(rule)} ${effectWords(rule)}`).toMatch(/^(Both servers|Hestami|LibreChat): .+ .+/)
    }
  }
  expect(presetRules('nothing')).toEqual([])
  const [slow] = presetRules('Slow servers, 5 s')
  expect(`${matchWords(slow!)} ${effectWords(slow as FaultRule)}`).toBe(
    'Both servers: everything waits 5 s, then goes through',
  )
})

const at = Date.UTC(2026, 10, 23)
const problem = {
  kind: 'exchange',
  at,
  server: 'platform',
  method: 'GET',
  route: '/api/x',
  status: null,
  fault: null,
  said: null,
  ms: null,
  count: 1,
} as const
test.each<[BundleProblem, RegExp]>([
  [
    { ...problem, trouble: 'unreachable', fault: 'tls' },
    /^Hestami could not be reached \(certificate not trusted\): GET/,
  ],
  [{ ...problem, trouble: 'refused', status: 503, count: 3 }, /^Hestami answered 503: GET \/api\/x \(3 times\)$/],
  [{ ...problem, trouble: 'slow', ms: 9000 }, /only after 9 s/],
  [{ ...problem, trouble: 'stalled', ms: 30_000 }, /for 30 s/],
  [{ ...problem, trouble: 'stalled' }, /stopped on its way: GET/],
  [{ ...problem, trouble: 'cut', fault: 'reset' }, /was cut/],
  [{ ...problem, trouble: 'buffered' }, /held back/],
  [{ ...problem, trouble: 'intercepted' }, /in the place of Hestami/],
  [{ kind: 'check', check: 'dns', server: 'platform', finding: 'dns-not-found' }, /^Connection check, Name lookup/],
  [{ kind: 'session', at, error: 'unreachable', keychain: null }, /^The sign-in ended/],
  [{ kind: 'session', at, error: null, keychain: 'locked' }, /^The keychain is locked/],
  [{ kind: 'crash', at: '2026-11-23T08:00:00.000Z', event: 'window.crashed' }, /^The window crashed/],
])('%j in words', (given, words) => expect(problemWords(given)).toMatch(words))

test('as text: one line an exchange', () => {
  const text = timelineText([
    exchange({
      startedAt: at,
      server: 'librechat',
      method: 'GET',
      route: '/api/convos',
      status: 200,
      connectMs: null,
      headersMs: 3,
    }),
  ])
  expect(text.split('\n')).toHaveLength(2)
  expect(text).toContain('2026-11-23T00:00:00.000Z\tlibrechat\tGET /api/convos\t200\t–\t3')
})
