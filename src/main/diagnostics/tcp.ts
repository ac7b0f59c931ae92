import { lookup } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import type { Finding } from '../../contract/diagnostics.ts'
import { CheckFault } from './step.ts'

export interface Address {
  readonly address: string
  readonly family: number
}

/** Every code of an error and of what it wraps: a connection to several addresses fails with one for each. */
export function codesOf(thrown: unknown): string[] {
  if (!(thrown instanceof Error)) return []
  const own = (thrown as NodeJS.ErrnoException).code
  const inner = thrown instanceof AggregateError ? (thrown.errors as unknown[]) : [thrown.cause]
  return [...(typeof own === 'string' ? [own] : []), ...inner.flatMap(codesOf)]
}

/** The most telling first: with two addresses, that one refuses says more than that there is no IPv6 here. */
const byCode: readonly (readonly [string, Finding])[] = [
  ['ECONNREFUSED', 'tcp-refused'],
  ['ECONNRESET', 'tcp-reset'],
  ['EPIPE', 'tcp-reset'],
  ['ECONNABORTED', 'tcp-reset'],
  ['EACCES', 'tcp-blocked'],
  ['EPERM', 'tcp-blocked'],
  ['ETIMEDOUT', 'tcp-timeout'],
  ['ENETUNREACH', 'offline'],
  ['EHOSTUNREACH', 'offline'],
  ['ENETDOWN', 'offline'],
  ['EADDRNOTAVAIL', 'offline'],
]

/** What a socket's error means; null: it is none of a socket. */
export function socketFinding(thrown: unknown): Finding | null {
  const codes = codesOf(thrown)
  return byCode.find(([code]) => codes.includes(code))?.[1] ?? null
}

/** The addresses of a host, as the app's own connections look them up. CheckFault `dns-not-found`, `dns-failed`. */
export async function lookUp(host: string): Promise<Address[]> {
  const family = isIP(host)
  if (family !== 0) return [{ address: host, family }]
  try {
    return await lookup(host, { all: true })
  } catch (thrown) {
    const unknown = codesOf(thrown).some((code) => code === 'ENOTFOUND' || code === 'EAI_NODATA')
    throw new CheckFault(unknown ? 'dns-not-found' : 'dns-failed', thrown)
  }
}

/** A connection to the first of the addresses that takes it. `signal` ends it, also later. CheckFault with a finding of `tcp`. */
export async function openTcp(port: number, addresses: readonly Address[], signal: AbortSignal): Promise<Socket> {
  const known: LookupFunction = (_host, { all }, done) => {
    const [first] = addresses
    if (all === true || first === undefined) done(null, [...addresses])
    else done(null, first.address, first.family)
  }
  signal.throwIfAborted()
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: 'server', port, lookup: known, autoSelectFamily: true, signal })
    socket.once('connect', () => resolve(socket))
    // Stays: a socket that breaks between two steps is told by the step that uses it next.
    socket.on('error', (thrown) => reject(new CheckFault(socketFinding(thrown) ?? 'tcp-reset', thrown)))
  })
}
