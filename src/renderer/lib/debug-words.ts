import type { BundleProblem, Exchange, FaultRule } from '../../contract/support.ts'
import { checkTitles } from './check-labels.ts'
import { checkWords } from './check-sentences.ts'
import { formatBytes } from './format.ts'

export const serverNames: Readonly<Record<Exchange['server'], string>> = {
  platform: 'Hestami',
  librechat: 'LibreChat',
  updates: 'Updates',
}

const reasons: Readonly<Record<string, string>> = {
  offline: 'no network',
  dns: 'name not found',
  refused: 'nobody listens',
  reset: 'connection reset',
  timeout: 'no answer in time',
  tls: 'certificate not trusted',
  proxy: 'refused by the proxy',
  cancelled: 'stopped',
  'too-large': 'larger than expected',
}
export const faultName = (fault: string): string => reasons[fault] ?? fault

/** `12 ms`, `1.2 s`, `2 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  return ms < 120_000
    ? `${ms < 10_000 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000)} s`
    : `${Math.round(ms / 60_000)} min`
}

/** How an exchange ended, in a word or two. */
export function resultOf({ status, fault, said, endMs }: Exchange): string {
  const answer = status === null ? [] : [String(status)]
  const why = fault === null ? (said === null ? [] : [said]) : [faultName(fault)]
  const all = [...answer, ...why]
  return all.length === 0 ? (endMs === null ? 'waiting' : 'ended') : all.join(' · ')
}

/** Whether somebody who looks for what is wrong wants to see it. */
export const isProblem = ({ fault, status, said, injected }: Exchange): boolean =>
  injected || said !== null || (fault !== null && fault !== 'cancelled') || (status !== null && status >= 400)

function effectWord({ effect }: Pick<FaultRule, 'effect'>): string {
  switch (effect.kind) {
    case 'none':
      return 'goes through'
    case 'unreachable':
      return `fails: ${faultName(effect.reason)}`
    case 'answer': {
      const page = effect.content === 'html' ? ' with a web page' : ''
      return `is answered ${effect.status}${page}${effect.said === null ? '' : ` (${effect.said})`}`
    }
    case 'cut':
      return `is cut after ${formatBytes(effect.afterBytes)}`
    case 'buffer':
      return 'is held back until it is whole'
  }
}

/** What a rule does to an exchange. */
export const effectWords = (rule: Pick<FaultRule, 'effect' | 'waitMs'>): string =>
  `${rule.waitMs === 0 ? '' : `waits ${duration(rule.waitMs)}, then `}${effectWord(rule)}`

export function matchWords({ server, method, route }: Pick<FaultRule, 'server' | 'method' | 'route'>): string {
  const where = server === null ? 'Both servers' : serverNames[server]
  const what = route === '/**' ? 'everything' : route
  return `${where}: ${method === null ? '' : `${method} `}${what}`
}

export const timesWords = (times: number | null): string =>
  times === null ? 'always' : times === 1 ? 'once' : `${times} times`

const often = (count: number): string => (count === 1 ? '' : ` (${count} times)`)

function exchangeProblem(problem: Extract<BundleProblem, { kind: 'exchange' }>): string {
  const { server, method, route, trouble, status, fault, said, ms, count } = problem
  const name = serverNames[server]
  const request = `${method} ${route}`
  const wait = ms === null ? '' : ` after ${duration(ms)}`
  const sentences: Readonly<Record<typeof trouble, string>> = {
    unreachable: `${name} could not be reached (${faultName(fault ?? '')}): ${request}`,
    refused: `${name} answered ${status}${said === null ? '' : ` (${said})`}: ${request}`,
    intercepted: `Something else answered in the place of ${name}: ${request}`,
    cut: `An answer of ${name} was cut (${faultName(fault ?? '')}): ${request}`,
    buffered: `An answer of ${name} was held back until it was whole: ${request}`,
    slow: `${name} answered only${wait}: ${request}`,
    stalled: `An answer of ${name} stopped on its way${ms === null ? '' : ` for ${duration(ms)}`}: ${request}`,
  }
  return `${sentences[trouble]}${often(count)}`
}

const crashes: Readonly<Record<string, string>> = {
  'window.crashed': 'The window crashed',
  'app.uncaught': 'The app had an error that nobody handled',
  'app.start-failed': 'The app could not start',
  'app.child-gone': 'A process of the app ended',
}

const keychains = {
  unavailable: 'There is no keychain',
  locked: 'The keychain is locked',
  hanging: 'The keychain does not answer',
  unreadable: 'The keychain item cannot be read',
} as const

/** A problem that a bundle tells of, for people. */
export function problemWords(problem: BundleProblem): string {
  switch (problem.kind) {
    case 'exchange':
      return exchangeProblem(problem)
    case 'check': {
      const { check, server, finding } = problem
      const { found } = checkWords({ check, server, finding, state: 'failed', facts: [], ms: null, runId: '' }, null)
      return `Connection check, ${checkTitles[check]}: ${found}`
    }
    case 'session':
      return problem.error === null
        ? `${keychains[problem.keychain ?? 'unavailable']}: the session is not remembered`
        : `The sign-in ended: ${problem.error}`
    case 'crash':
      return `${crashes[problem.event] ?? problem.event}: ${new Date(problem.at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}`
  }
}

const cell = (value: number | string | null): string => (value === null ? '–' : String(value))

/** The timeline as text: a line an exchange, columns by tabs. */
export function timelineText(exchanges: readonly Exchange[]): string {
  const head = [
    'time',
    'server',
    'request',
    'result',
    'connect',
    'headers',
    'first byte',
    'end',
    'silence',
    'pieces',
    'sent',
    'received',
  ]
  const rows = exchanges.map((one) => [
    new Date(one.startedAt).toISOString(),
    one.server,
    `${one.method} ${one.route}`,
    `${resultOf(one)}${one.injected ? ' (injected)' : ''}`,
    ...[one.connectMs, one.headersMs, one.firstByteMs, one.endMs, one.longestGapMs].map(cell),
    one.chunks,
    one.sentBytes,
    one.receivedBytes,
  ])
  return [head, ...rows].map((row) => row.join('\t')).join('\n')
}
