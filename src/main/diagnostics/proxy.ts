import { request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { CheckFault } from './step.ts'
import { lookUp, openTcp } from './tcp.ts'

export interface Proxy {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** The value of `Proxy-Authorization`, where the address has a user in it. */
  readonly authorization: string | null
  /** For people: never with the user. */
  readonly shown: string
}

/** A proxy's URL in parts. CheckFault `proxy-unknown`: it is none. */
export function parseProxy(url: string): Proxy {
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) throw new CheckFault('proxy-unknown')
  const secure = parsed.protocol === 'https:'
  const port = parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port)
  const user = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`
  return {
    secure,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port,
    authorization: parsed.username === '' ? null : `Basic ${Buffer.from(user).toString('base64')}`,
    shown: `${parsed.protocol}//${parsed.hostname}:${port}`,
  }
}

/** A connection to the proxy itself. CheckFault `proxy-unreachable`. */
export async function openProxy(proxy: Proxy, ca: readonly string[], signal: AbortSignal): Promise<Socket> {
  try {
    const plain = await openTcp(proxy.port, await lookUp(proxy.host), signal)
    if (!proxy.secure) return plain
    return await new Promise<Socket>((resolve, reject) => {
      const socket = connectTls({ socket: plain, servername: proxy.host, ca: [...ca], minVersion: 'TLSv1.2' })
      socket.once('secureConnect', () => resolve(socket))
      socket.on('error', reject)
    })
  } catch (thrown) {
    throw new CheckFault('proxy-unreachable', thrown)
  }
}

export interface TunnelAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Usable only when the status is 2xx. */
  readonly socket: Socket
}

/** Asks the proxy for a tunnel (HTTP CONNECT); any status is an answer. CheckFault `proxy-refused`: it hangs up. */
export async function askTunnel(
  socket: Socket,
  target: { readonly host: string; readonly port: number },
  proxy: Proxy,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<TunnelAnswer> {
  const path = `${target.host}:${target.port}`
  return await new Promise((resolve, reject) => {
    const asked = request({
      method: 'CONNECT',
      path,
      headers: {
        host: path,
        ...headers,
        ...(proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization }),
      },
      createConnection: () => socket,
      signal,
    })
    asked.once('connect', ({ statusCode = 0, headers: answered }, tunnel: Socket) =>
      resolve({ status: statusCode, headers: answered, socket: tunnel }),
    )
    asked.on('error', (thrown) => reject(new CheckFault('proxy-refused', thrown)))
    asked.end()
  })
}
