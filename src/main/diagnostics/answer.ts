import { request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import type { ServerName } from '../../contract/errors.ts'
import { retryAt } from '../http/retry-at.ts'
import { isRecord } from '../librechat/errors.ts'
import { isHtml } from '../librechat/request.ts'
import { CheckFault, failed, ok, warning } from './step.ts'
import type { Note, Outcome } from './step.ts'
import { codesOf, socketFinding } from './tcp.ts'

/** Bytes of an answer that are read; what the two servers say here is far shorter. */
const limit = 256 * 1024

/**
 * What each server is asked. Neither needs or spends a session, counts as a login or is looked at for bans:
 * the platform refuses its profile without a bearer in words of its own, LibreChat has a public configuration.
 */
export const askedPath: Readonly<Record<ServerName, string>> = {
  platform: '/api/users/profile/',
  librechat: '/api/config',
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** One GET over a connection that is open; the connection is used up. CheckFault `tcp-reset`, `not-the-server`. */
export async function ask(
  socket: Socket,
  { path, headers, signal }: { path: string; headers: Readonly<Record<string, string>>; signal: AbortSignal },
): Promise<Reply> {
  return await new Promise((resolve, reject) => {
    const refuse = (thrown: unknown): void => {
      const isHttp = codesOf(thrown).some((code) => code.startsWith('HPE_'))
      reject(new CheckFault(isHttp ? 'not-the-server' : (socketFinding(thrown) ?? 'tcp-reset'), thrown))
    }
    const asked = request({ method: 'GET', path, headers, createConnection: () => socket, signal })
    asked.on('error', refuse)
    asked.once('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      const done = (): void =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        chunks.push(chunk)
        if (size < limit) return
        done()
        socket.destroy()
      })
      response.once('end', done)
      response.once('error', refuse)
    })
    asked.end()
  })
}

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

const text = (body: unknown, ...names: readonly string[]): string =>
  isRecord(body) ? (names.map((name) => body[name]).find((value) => typeof value === 'string') ?? '') : ''

const isOurs = (server: ServerName, status: number, body: unknown): boolean =>
  server === 'platform'
    ? status === 401 && text(body, 'detail') !== ''
    : status === 200 && isRecord(body) && ('emailLoginEnabled' in body || 'appTitle' in body || 'serverDomain' in body)

/** What an answer of either server says when it is not the one that was wanted; null: nothing that is known. */
export function refusalIn(reply: Reply, note: Note): Outcome | null {
  const { status, headers, body: bytes } = reply
  const body = parsed(bytes)
  note('status', status)
  if (status === 407) return failed('proxy-authentication')
  const after = retryAt(headers, Date.now())
  if (after !== null && (status === 429 || status === 503)) note('retry-after', new Date(after).toISOString())
  if (status === 429) return failed('rate-limited')
  if (status === 403 && /banned/i.test(text(body, 'message'))) return failed('banned')
  if (/Illegal request/.test(bytes.subarray(0, 300).toString('latin1'))) return failed('client-blocked')
  const starting = /^(SERVER_)?NOT_READY$/.test(text(body, 'code') || bytes.subarray(0, 40).toString('latin1').trim())
  if (status === 503 && starting) return failed('server-starting')
  if (status >= 500) return failed('server-error')
  return null
}

/** Whether the answer comes from the server that the app means, and if not, what it is. `vouched`: by a public authority. */
export function judge(
  server: ServerName,
  reply: Reply,
  { origin, vouched }: { readonly origin: string; readonly vouched: boolean },
  note: Note,
): Outcome {
  const { status, headers, body } = reply
  if (isOurs(server, status, parsed(body))) {
    note('status', status)
    return ok
  }
  const refused = refusalIn(reply, note)
  if (refused !== null) return refused
  const type = headers['content-type']
  if (type !== undefined) note('content-type', type)
  // Nobody in between can speak for a server that a public authority vouches for: then it is at the address itself.
  const between = failed(vouched ? 'not-the-server' : 'captive-portal')
  if (status >= 300 && status < 400) {
    const to = URL.parse(headers.location ?? '', origin)
    if (to !== null) note('sent-to', to.host)
    return to !== null && to.origin !== origin ? between : failed('not-the-server')
  }
  if (status === 403) return failed('client-blocked')
  return status < 400 && isHtml(headers, body) ? between : failed('not-the-server')
}

/** LibreChat's `/readyz`: 503 until it can chat; older servers do not have it and answer with their page. */
export const judgeReady = (reply: Reply, note: Note): Outcome =>
  reply.status === 503 ? (refusalIn(reply, note) ?? ok) : ok

/** Milliseconds that this computer's clock is ahead of the server's, by an answer that came between `from` and `to`. */
export function clockOffset({ headers }: Reply, from: number, to: number): number | null {
  const at = Date.parse(headers.date ?? '')
  // The header has whole seconds: the moment it was written lies half a second later, more or less.
  return Number.isNaN(at) ? null : Math.round((from + to) / 2 - (at + 500))
}

/** Milliseconds from which a clock is worth a word: codes of a second step fail first, certificates only when it is days. */
const skewLimit = 2 * 60_000

/** What the clocks of both servers say of this computer's. Null: one that did not tell. */
export function judgeClock(offsets: Readonly<Record<ServerName, number | null>>): Outcome {
  const told = Object.values(offsets).filter((offset) => offset !== null)
  const wrong = told.filter((offset) => Math.abs(offset) > skewLimit)
  if (wrong.length === 0) return ok
  return warning(wrong.length === told.length ? 'clock-skew' : 'server-clock-skew')
}
