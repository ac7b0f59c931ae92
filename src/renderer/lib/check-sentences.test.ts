import { expect, test } from 'vitest'
import { checkName, factName, finding } from '../../contract/diagnostics.ts'
import type { CheckName, CheckResult, FactName, Finding } from '../../contract/diagnostics.ts'
import { stepKey } from '../stores/diagnostics.ts'
import { checkGroups, checkTitles, factLabels, factValue } from './check-labels.ts'
import { checkWords } from './check-sentences.ts'
import { checkText } from './check-text.ts'

const result = (
  check: CheckName,
  found: Finding,
  facts: Partial<Record<FactName, string>> = {},
  state: CheckResult['state'] = 'failed',
): CheckResult => ({
  runId: '00000000-0000-4000-8000-000000000001',
  check,
  server: 'librechat',
  state,
  finding: found,
  facts: Object.entries(facts).map(([name, value]) => ({ name: name as FactName, value })),
  ms: 12,
})
const origin = 'https://chat.example:8443'

/** What is no problem, or is told by the way. */
const harmless = new Set<Finding>([
  'not-needed',
  'earlier-failed',
  'cancelled',
  'signed-out',
  'stream-not-tried',
  'stream-too-short',
  'stream-busy',
  'tls-private-issuer',
])

test.each(finding.options.filter((found) => found !== 'none'))(
  '%s has a sentence, and a fix where it is a problem',
  (found) => {
    for (const check of checkName.options) {
      const { found: sentence, you, administrator } = checkWords(result(check, found), origin)
      expect((you ?? administrator) !== undefined).toBe(!harmless.has(found))
      for (const part of [sentence, you ?? 'None.', administrator ?? 'None.']) {
        expect(part).toMatch(/^\S.*\.$/s)
        expect(part).not.toMatch(/undefined|null|NaN|Invalid/)
      }
    }
  },
)

test('a step that is fine says what it saw', () => {
  const facts = { address: origin, proxy: 'http://proxy.example:80', addresses: '203.0.113.7', models: '3' } as const
  const more = {
    'connected-to': '203.0.113.7:443',
    'tls-version': 'TLSv1.3',
    issuer: 'Example CA',
    'free-space': '1024',
  }
  const told = checkName.options.map((check) => checkWords(result(check, 'none', { ...facts, ...more }, 'ok'), origin))
  expect(told.map(({ found }) => found)).toEqual([
    origin,
    'Connects through the proxy http://proxy.example:80.',
    'The name stands for 203.0.113.7.',
    'Connected to 203.0.113.7:443.',
    'Encrypted with TLSv1.3. The certificate is from Example CA.',
    'The chat server answers as it should.',
    'The clock of this computer is right.',
    'Hestami accepts your session.',
    'Your session is accepted, and 3 models are listed.',
    'Answers arrive piece by piece, as they are written.',
    'The keychain of this computer answers.',
    'The app’s folder can be written; 1 KB free.',
  ])
})

test('names what is in the way: host, proxy, issuer, status, time', () => {
  const found = (...given: Parameters<typeof result>): string => checkWords(result(...given), origin).found
  expect(found('tcp', 'tcp-refused')).toContain('chat.example:8443')
  expect(found('proxy', 'proxy-unreachable', { proxy: 'http://proxy.example:80' })).toContain('http://proxy.example:80')
  expect(found('tls', 'tls-untrusted-issuer', { issuer: 'Example Corp' })).toContain('issued by Example Corp')
  expect(found('answer', 'server-error', { status: '502' })).toContain('(HTTP 502)')
  const clocks = { 'this-computer': '2026-01-01T10:00:00.000Z', 'librechat-clock': '2026-01-01T13:00:00.000Z' }
  expect(found('clock', 'clock-skew', clocks)).toContain('off by 3 hours')
  expect(found('clock', 'clock-skew', { ...clocks, 'platform-clock': '2026-01-09T10:00:00.000Z' })).toContain('8 days')
  expect(found('storage', 'disk-full', { 'free-space': String(50 * 1024 * 1024) }, 'warning')).toContain('50 MB')
})

test('a proxy’s sign-in is asked for only where the app can give it', () => {
  const you = (wanted: string): string =>
    checkWords(result('proxy', 'proxy-authentication', { 'proxy-sign-in': wanted }), origin).you ?? ''
  expect(you('Negotiate, Basic')).toContain('when the app asks')
  expect(you('NTLM')).toContain('cannot')
})

test('every step has its place, and every fact its name', () => {
  const placed = checkGroups.flatMap(({ checks }) => checks)
  for (const check of checkName.options) expect(placed).toContain(check)
  expect(Object.keys(checkTitles).sort()).toEqual([...checkName.options].sort())
  for (const name of factName.options) expect(factLabels[name]).toMatch(/^[A-Z]/)
  expect(factValue('valid-until', '2026-01-01T10:00:00.000Z')).toBe('2026-01-01 10:00:00 UTC')
  expect(factValue('trusted-by', 'public')).toBe('a public authority')
})

test('the text for the clipboard has all that ended, with codes for who can read them', () => {
  const steps = [
    result('address', 'none', { address: origin }, 'ok'),
    result('tcp', 'tcp-refused', { 'connected-to': '203.0.113.7:8443' }),
    result('tls', 'none', {}, 'running'),
  ]
  const results = Object.fromEntries(steps.map((step) => [stepKey(step.check, step.server), step]))
  expect(checkText(results, 'Hestami Chat 1.4.0', new Date('2026-01-01T10:00:00Z'))).toBe(
    [
      'Connection check, 2026-01-01T10:00:00.000Z',
      'Hestami Chat 1.4.0',
      '',
      'Hestami',
      '',
      'Chat server',
      '- Address: OK [none] 12 ms',
      `  ${origin}`,
      `  Address: ${origin}`,
      '- Connection (TCP): Problem [tcp-refused] 12 ms',
      '  chat.example:8443 refuses connections.',
      '  What you can do: The server may be down: try again in a few minutes.',
      '  For your administrator: Nothing takes connections at 203.0.113.7:8443: start the server, or open its port.',
      '  Connected to: 203.0.113.7:8443',
      '',
      'This computer',
      '',
    ].join('\n'),
  )
})
