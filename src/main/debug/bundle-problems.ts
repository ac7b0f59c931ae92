import type { BundleProblem } from '../../contract/support.ts'
import type { ReadBundle } from './read-bundle.ts'
import { troubleOf } from './trouble.ts'

/** Problems that are told at most. */
const most = 200

type ExchangeProblem = Extract<BundleProblem, { kind: 'exchange' }>

function exchangeProblems({ exchanges }: ReadBundle): BundleProblem[] {
  const found = new Map<string, ExchangeProblem>()
  for (const exchange of exchanges) {
    const trouble = troubleOf(exchange)
    if (trouble === null) continue
    const { server, method, route, status, fault, said, startedAt, headersMs, longestGapMs } = exchange
    const key = [server, method, route, trouble, status, fault, said].join(' ')
    const before = found.get(key)
    const wait = trouble === 'slow' ? headersMs : trouble === 'stalled' ? longestGapMs : null
    found.set(key, {
      kind: 'exchange',
      at: before?.at ?? startedAt,
      server,
      method,
      route,
      trouble,
      status,
      fault,
      said,
      ms: wait === null ? (before?.ms ?? null) : Math.max(wait, before?.ms ?? 0),
      count: (before?.count ?? 0) + 1,
    })
  }
  return [...found.values()]
}

function sessionProblems({ sessions }: ReadBundle): BundleProblem[] {
  const found = new Map<string, BundleProblem>()
  for (const { at, error, keychain } of sessions) {
    const key = `${error} ${keychain}`
    if ((error !== null || keychain !== null) && !found.has(key))
      found.set(key, { kind: 'session', at, error, keychain })
  }
  return [...found.values()]
}

/** What went wrong according to a bundle: crashes, the connection check, the sign-in, the exchanges. */
export function problemsOf(bundle: ReadBundle): readonly BundleProblem[] {
  const crashes = bundle.crashes.map(({ at, event }): BundleProblem => ({ kind: 'crash', at, event }))
  const checks = bundle.checks
    .filter(({ state }) => state === 'failed' || state === 'warning')
    .map(({ check, server, finding }): BundleProblem => ({ kind: 'check', check, server, finding }))
  return [...crashes.slice(-50), ...checks, ...sessionProblems(bundle), ...exchangeProblems(bundle)].slice(0, most)
}
