import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import type { CheckName } from '../../contract/diagnostics.ts'
import type { ServerName } from '../../contract/errors.ts'
import type { Host } from '../host.ts'
import { isLoopback } from '../http/client.ts'
import { ask, askedPath, clockOffset, judge, judgeReady } from './answer.ts'
import type { Reply } from './answer.ts'
import { askTunnel, openProxy, parseProxy } from './proxy.ts'
import type { Proxy, TunnelAnswer } from './proxy.ts'
import { CheckFault, failed, ok, passed, warning } from './step.ts'
import type { Note, Outcome, Steps } from './step.ts'
import { lookUp, openTcp } from './tcp.ts'
import type { Address } from './tcp.ts'
import { secure } from './tls.ts'

/** Milliseconds. */
const limits = { proxy: 5000, dns: 4000, tcp: 5000, tls: 5000, answer: 5000 }

const order: readonly CheckName[] = ['address', 'proxy', 'dns', 'tcp', 'tls', 'answer']

export interface ServerPath {
  /** The server that is meant has answered. */
  readonly answered: boolean
  /** Milliseconds that this computer's clock is ahead of the server's; null: it did not say. */
  readonly clockOffset: number | null
}

interface Deps {
  readonly server: ServerName
  readonly origin: string
  readonly userAgent: string
  readonly resolveProxy: Host['network']['resolveProxy']
  /** What is trusted: the app's own list. */
  readonly ca: readonly string[]
  /** No server was configured: the app looks on this computer. */
  readonly unconfigured: boolean
  readonly steps: Steps
  /** By `performance.now()`: when the server's time is over. */
  readonly deadline: number
}

/** From the address to an answer of one server, on connections of its own, the way the app's connections go. */
export async function checkServer(deps: Deps): Promise<ServerPath> {
  const { server, origin, userAgent, resolveProxy, ca, unconfigured, steps, deadline } = deps
  const url = new URL(origin)
  const encrypted = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? (encrypted ? 443 : 80) : Number(url.port)
  const opened: Socket[] = []
  let proxy: Proxy | null = null
  let tunnel: TunnelAnswer | null = null
  let addresses: readonly Address[] = []
  let socket: Socket | null = null
  let vouched = false
  let offset: number | null = null

  const keep = <S extends Socket>(one: S): S => {
    opened.push(one)
    return one
  }
  const usable = (): Socket => {
    if (socket === null) throw new CheckFault('not-checked')
    return socket
  }

  const askProxy = async (within: AbortSignal, note: Note): Promise<Outcome> => {
    const system = await resolveProxy(`${origin}/`).catch(() => null)
    if (system === null) return { state: 'ok', finding: 'not-needed' }
    proxy = parseProxy(system)
    note('proxy', proxy.shown)
    const plain = keep(await openProxy(proxy, ca, within))
    if (!encrypted) {
      socket = plain
      return ok
    }
    tunnel = await askTunnel(plain, { host: url.hostname, port }, proxy, { 'user-agent': userAgent }, within)
    socket = tunnel.socket
    const { status, headers } = tunnel
    if (status >= 200 && status < 300) return ok
    note('status', status)
    if (status === 407) {
      const schemes = headers['proxy-authenticate'] ?? []
      note(
        'proxy-sign-in',
        [schemes]
          .flat()
          .map((line) => line.split(' ')[0])
          .join(', '),
      )
      return failed('proxy-authentication')
    }
    return status === 502 || status === 503 || status === 504 ? ok : failed('proxy-refused')
  }

  const connect = async (within: AbortSignal, note: Note): Promise<Outcome> => {
    if (proxy === null) {
      socket = keep(await openTcp(port, addresses, within))
      note('connected-to', `${socket.remoteAddress ?? host}:${port}`)
      return ok
    }
    note('connected-to', proxy.shown)
    if (tunnel === null || tunnel.status < 300) return ok
    note('status', tunnel.status)
    return failed('proxy-no-route')
  }

  const encrypt = async (within: AbortSignal, note: Note): Promise<Outcome> => {
    const secured = await secure(usable(), { host, ca, signal: within }, note)
    socket = keep(secured.socket)
    vouched = secured.isPublic
    return vouched ? ok : { state: 'ok', finding: 'tls-private-issuer' }
  }

  const get = async (path: string, within: AbortSignal): Promise<Reply> => {
    const through = !encrypted && proxy !== null
    const authorization = through ? (proxy as Proxy).authorization : null
    const headers = {
      host: url.host,
      accept: 'application/json',
      'user-agent': userAgent,
      ...(authorization === null ? {} : { 'proxy-authorization': authorization }),
    }
    return await ask(usable(), { path: through ? origin + path : path, headers, signal: within })
  }

  /** A second connection the same way, since an answer uses one up. */
  const again = async (within: AbortSignal): Promise<void> => {
    const silent: Note = () => undefined
    if (proxy === null) await connect(within, silent)
    else await askProxy(within, silent)
    if (encrypted) await encrypt(within, silent)
  }

  const answer = async (within: AbortSignal, note: Note): Promise<Outcome> => {
    const from = Date.now()
    const reply = await get(askedPath[server], within)
    const to = Date.now()
    const judged = judge(server, reply, { origin, vouched }, note)
    if (judged.state !== 'ok') return judged
    offset = clockOffset(reply, from, to)
    if (server !== 'librechat') return ok
    await again(within)
    return judgeReady(await get('/readyz', within), note)
  }

  const run = async (
    check: keyof typeof limits,
    late: 'proxy-unreachable' | 'dns-failed' | 'tcp-timeout' | 'tls-timeout' | 'answer-timeout',
    work: (within: AbortSignal, note: Note) => Promise<Outcome>,
  ): Promise<boolean> => {
    const limit = Math.max(250, Math.min(limits[check], deadline - performance.now()))
    return passed(await steps.run({ check, server, limit, late, work }))
  }

  const walk = async (): Promise<CheckName | null> => {
    await steps.run({
      check: 'address',
      server,
      limit: 1000,
      late: 'not-checked',
      work: async (_within, note) => {
        note('address', origin)
        return await Promise.resolve(unconfigured && isLoopback(url.hostname) ? warning('address-local') : ok)
      },
    })
    if (!(await run('proxy', 'proxy-unreachable', askProxy))) return 'proxy'
    if (proxy !== null) steps.skip('dns', server, 'not-needed', [{ name: 'looked-up-by', value: 'proxy' }])
    else if (isIP(host) !== 0) {
      addresses = await lookUp(host)
      steps.skip('dns', server, 'not-needed')
    } else {
      const found = await run('dns', 'dns-failed', async (_within, note) => {
        addresses = await lookUp(host)
        note('addresses', [...new Set(addresses.map(({ address }) => address))].join(', '))
        return ok
      })
      if (!found) return 'dns'
    }
    if (!(await run('tcp', 'tcp-timeout', connect))) return 'tcp'
    if (!encrypted) steps.skip('tls', server, 'not-needed')
    else if (!(await run('tls', 'tls-timeout', encrypt))) return 'tls'
    return (await run('answer', 'answer-timeout', answer)) ? null : 'answer'
  }

  try {
    const stoppedAt = await walk()
    if (stoppedAt !== null)
      for (const check of order.slice(order.indexOf(stoppedAt) + 1)) steps.skip(check, server, 'earlier-failed')
    return { answered: stoppedAt === null, clockOffset: offset }
  } finally {
    for (const one of opened) one.destroy()
  }
}
