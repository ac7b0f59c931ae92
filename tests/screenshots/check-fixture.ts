import type { CheckName, CheckResult, CheckState, FactName, Finding } from '../../src/contract/diagnostics.ts'
import type { ServerName } from '../../src/contract/errors.ts'

type Told = Omit<CheckResult, 'runId'>

const step = (
  check: CheckName,
  server: ServerName | null,
  state: CheckState,
  finding: Finding = 'none',
  facts: Partial<Record<FactName, string>> = {},
): Told => ({
  check,
  server,
  state,
  finding,
  facts: Object.entries(facts).map(([name, value]) => ({ name: name as FactName, value })),
  ms: state === 'running' || state === 'skipped' ? null : 24,
})

const hosts = { platform: 'home.example.com', librechat: 'chat.home.example.com' }
const address = (server: ServerName, host = hosts[server]): Told =>
  step('address', server, 'ok', 'none', { address: `https://${host}` })
const until = (server: ServerName, end: 'tcp' | 'tls', issuer: string): Told[] => [
  address(server),
  step('proxy', server, 'ok', 'not-needed'),
  step('dns', server, 'ok', 'none', { addresses: '203.0.113.7, 2001:db8::7' }),
  step('tcp', server, 'ok', 'none', { 'connected-to': '203.0.113.7:443' }),
  ...(end === 'tls'
    ? [
        step('tls', server, 'ok', 'none', {
          'tls-version': 'TLSv1.3',
          'certificate-for': hosts[server],
          issuer,
          'valid-until': '2027-02-11T08:00:00.000Z',
          'trusted-by': 'public',
        }),
        step('answer', server, 'ok', 'none', { status: server === 'platform' ? '401' : '200' }),
      ]
    : []),
]
const computer: readonly Told[] = [
  step('clock', null, 'ok'),
  step('keychain', null, 'ok', 'none', { 'keychain-item': 'there' }),
  step('storage', null, 'ok', 'none', { 'free-space': '51402117120', cache: 'opens' }),
]

export const allWell: readonly Told[] = [
  ...until('platform', 'tls', 'Example Public CA 4 (Example Trust Services)'),
  step('sign-in', 'platform', 'ok'),
  ...until('librechat', 'tls', 'Example Public CA 4 (Example Trust Services)'),
  step('librechat', 'librechat', 'ok', 'none', { models: '14' }),
  step('stream', 'librechat', 'ok', 'none', { 'judged-by': 'last-answer', pieces: '212' }),
  ...computer,
]

export const midway: readonly Told[] = [
  ...until('platform', 'tcp', ''),
  step('tls', 'platform', 'running'),
  address('librechat'),
  step('proxy', 'librechat', 'ok', 'not-needed'),
  step('dns', 'librechat', 'running'),
  step('storage', null, 'ok', 'none', { 'free-space': '51402117120' }),
]

const longIssuer = `Example Corporation Global Workplace Services TLS Inspection Intermediate Authority ${'G2-'.repeat(12)}EMEA (Example Corporation International Holdings)`

export const severalProblems: readonly Told[] = [
  ...until('platform', 'tcp', ''),
  step('tls', 'platform', 'failed', 'tls-untrusted-issuer', {
    'certificate-for': hosts.platform,
    issuer: longIssuer,
    'valid-from': '2026-01-01T00:00:00.000Z',
    'valid-until': '2027-01-01T00:00:00.000Z',
    error: 'SELF_SIGNED_CERT_IN_CHAIN',
  }),
  step('answer', 'platform', 'skipped', 'earlier-failed'),
  step('sign-in', 'platform', 'skipped', 'earlier-failed'),
  ...until('librechat', 'tls', 'Example Public CA 4 (Example Trust Services)'),
  step('librechat', 'librechat', 'ok', 'none', { models: '14' }),
  step('stream', 'librechat', 'warning', 'stream-buffered', {
    'judged-by': 'question',
    model: 'gpt-4o',
    pieces: '60',
    'first-piece': '4210 ms',
    spread: '3 ms',
  }),
  step('clock', null, 'ok'),
  step('keychain', null, 'failed', 'keychain-locked', { 'keychain-item': 'none' }),
  step('storage', null, 'ok', 'none', { 'free-space': '51402117120', cache: 'opens' }),
]
