import { randomUUID } from 'node:crypto'
import type { ServerName } from '../../contract/errors.ts'
import type { Exchange, FaultEffect, FaultRule } from '../../contract/support.ts'
import type { KeychainProblem } from '../../contract/session.ts'
import type { ReadBundle } from './read-bundle.ts'
import { wasBuffered } from './trouble.ts'

/** Exchanges of one kind in a row that went well: more than so many would only put off what did not. */
const mostInARow = 3
/** Milliseconds until the headers from which the wait is repeated, too. */
const repeatedWait = 1000
const longestWait = 600_000
const mostRules = 1000
const mostTimes = 10_000

/** What a replay does. Nothing in it says where: the servers are this computer's own. */
export interface ReplayPlan {
  /** Of the one who sent the bundle. */
  readonly version: string
  /** In which way that LibreChat streams its answers. */
  readonly style: 'post-stream' | 'resumable'
  readonly keychain: KeychainProblem | null
  /** All of what is done to exchanges, in order. */
  readonly rules: readonly FaultRule[]
}

const reasons = ['offline', 'dns', 'refused', 'reset', 'timeout', 'tls', 'proxy'] as const
const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const

const none: FaultEffect = { kind: 'none' }
const contents = { json: 'json', html: 'html', events: 'events', none: 'none' } as const

function effectOf(exchange: Exchange): FaultEffect {
  const { fault, headersMs, status, said, receivedBytes } = exchange
  if (fault !== null && fault !== 'cancelled') {
    const reason = reasons.find((one) => one === fault) ?? 'reset'
    return headersMs === null || reason === 'timeout'
      ? { kind: 'unreachable', reason }
      : { kind: 'cut', afterBytes: receivedBytes }
  }
  const isAnswer = status !== null && (status < 200 || status > 299 || said !== null)
  if (isAnswer) {
    const content = contents[exchange.content as keyof typeof contents] ?? 'json'
    return { kind: 'answer', status: Math.min(599, Math.max(200, status)), content, said }
  }
  return wasBuffered(exchange) ? { kind: 'buffer' } : none
}

/** Until the answer, or until whoever waited for it gave up. */
function waitOf({ headersMs, endMs, fault, route }: Exchange, effect: FaultEffect): number {
  // A time-out takes its time by itself, and so does a title, and a stream that is held back.
  const itself = effect.kind === 'buffer' || (effect.kind === 'unreachable' && effect.reason === 'timeout')
  if (itself || route.includes('gen_title')) return 0
  const wait = headersMs ?? (fault === null ? 0 : (endMs ?? 0))
  return wait < repeatedWait ? 0 : Math.min(wait, longestWait)
}

type Step = Pick<FaultRule, 'effect' | 'waitMs' | 'times'>

const isNothing = ({ effect, waitMs }: Pick<FaultRule, 'effect' | 'waitMs'>): boolean =>
  effect.kind === 'none' && waitMs === 0
/** Waits that differ by chance are the same. */
const isSame = (a: Omit<Step, 'times'>, b: Omit<Step, 'times'>): boolean =>
  JSON.stringify(a.effect) === JSON.stringify(b.effect) && Math.abs(a.waitMs - b.waitMs) < repeatedWait

/** What happened to the exchanges of one kind, in order: good ones in a row are shortened, and the last state stays. */
function stepsOf(exchanges: readonly Exchange[]): Step[] {
  const runs: (Omit<Step, 'times'> & { length: number })[] = []
  for (const exchange of exchanges) {
    const effect = effectOf(exchange)
    const step = { effect, waitMs: waitOf(exchange, effect) }
    const last = runs.at(-1)
    if (last !== undefined && isSame(last, step)) last.length++
    else runs.push({ ...step, length: 1 })
  }
  const steps = runs.map(({ length, ...step }, at): Step => {
    const times = Math.min(length, isNothing(step) ? mostInARow : mostTimes)
    return { ...step, times: at === runs.length - 1 ? null : times }
  })
  return steps.filter((step) => step.times !== null || !isNothing(step))
}

/** Rules that make the same happen again: for each kind of exchange what became of it, in order. */
function rulesOf(exchanges: readonly Exchange[]): FaultRule[] {
  const kinds = new Map<string, Exchange[]>()
  for (const exchange of exchanges) {
    const { server, method, route, endMs } = exchange
    // What was still going on says nothing yet.
    if (server === 'updates' || endMs === null) continue
    const key = `${server} ${method} ${route}`
    const list = kinds.get(key)
    if (list === undefined) kinds.set(key, [exchange])
    else list.push(exchange)
  }
  return [...kinds.values()].flatMap((list) => {
    const { server, method, route } = list[0]!
    const known = methods.find((one) => one === method)
    if (known === undefined) return []
    return stepsOf(list).map((step) => ({
      id: randomUUID(),
      server: server as ServerName,
      method: known,
      route,
      ...step,
    }))
  })
}

/** Old servers answer a chat request with the stream itself. */
function styleOf(exchanges: readonly Exchange[]): ReplayPlan['style'] {
  const streamed = ({ method, route, content, said }: Exchange): boolean =>
    method === 'POST' && route === '/api/agents/chat/:id' && content === 'events' && said === null
  const attached = ({ route }: Exchange): boolean => route === '/api/agents/chat/stream/:id'
  return exchanges.some(streamed) && !exchanges.some(attached) ? 'post-stream' : 'resumable'
}

export function replayPlan({ header, exchanges, sessions }: ReadBundle): ReplayPlan {
  return {
    version: header.version,
    style: styleOf(exchanges),
    keychain: sessions.findLast(({ keychain }) => keychain !== null)?.keychain ?? null,
    rules: rulesOf(exchanges).slice(0, mostRules),
  }
}

/** What no server can do by itself: the app does it. */
const isOfTheApp = ({ effect }: FaultRule): boolean =>
  effect.kind === 'unreachable' && effect.reason !== 'reset' && effect.reason !== 'timeout'

/** The rules of a plan by who carries them out. The servers see only what the app lets through. */
export function splitRules(rules: readonly FaultRule[]): { app: readonly FaultRule[]; servers: readonly FaultRule[] } {
  const key = ({ server, method, route }: FaultRule): string => `${server} ${method} ${route}`
  const lasts = new Map(rules.filter(isOfTheApp).map((rule) => [key(rule), rule]))
  const app = rules.flatMap((rule) => {
    const last = lasts.get(key(rule))
    if (last === undefined || rules.indexOf(rule) > rules.indexOf(last)) return []
    return [isOfTheApp(rule) ? rule : { ...rule, effect: none, waitMs: 0 }]
  })
  return { app, servers: rules.filter((rule) => !isOfTheApp(rule)) }
}
