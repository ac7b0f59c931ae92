import { rootCertificates } from 'node:tls'
import { askTunnel, openProxy, parseProxy } from '../diagnostics/proxy.ts'

/** Milliseconds for a connection to a proxy, and for its answer. */
const limit = 4_000

/** `silent`: it cannot be reached. `login`: it wants a sign-in first. `usable`: it answers, whatever it says. */
export type ProxyAnswer =
  | { readonly kind: 'silent' }
  | { readonly kind: 'usable' }
  | { readonly kind: 'login'; readonly realm: string | null; readonly supported: boolean }

const several = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value : (value ?? []).join(', ')

/** What `Proxy-Authenticate` asks for (RFC 9110 §11.7.1); the app can do Basic. */
export function wantedSignIn(header: string): { realm: string | null; supported: boolean } {
  const basic = /(?:^|,)\s*basic(?:\s+|,|$)(.*)$/i.exec(header)
  const realm = /\brealm\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/i.exec(basic?.[1] ?? header)
  const words = (realm?.[1]?.replace(/\\(.)/g, '$1') ?? realm?.[2] ?? '').replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim()
  return { realm: words === '' ? null : words.slice(0, 200), supported: basic !== null }
}

/** Asks `proxy` for a tunnel to the server of `url`, and lets go of it. */
export async function probeProxy(
  proxy: string,
  url: string,
  { userAgent, certificates }: { userAgent: string; certificates: () => Promise<readonly string[]> },
): Promise<ProxyAnswer> {
  const { hostname, port, protocol } = new URL(url)
  try {
    const parts = parseProxy(proxy)
    const ca = parts.secure ? [...rootCertificates, ...(await certificates().catch(() => []))] : []
    const signal = AbortSignal.timeout(limit)
    const socket = await openProxy(parts, ca, signal)
    try {
      const target = { host: hostname, port: Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port) }
      const {
        status,
        headers,
        socket: tunnel,
      } = await askTunnel(socket, target, parts, { 'user-agent': userAgent }, signal)
      tunnel.destroy()
      return status === 407
        ? { kind: 'login', ...wantedSignIn(several(headers['proxy-authenticate'])) }
        : { kind: 'usable' }
    } finally {
      socket.destroy()
    }
  } catch {
    return { kind: 'silent' }
  }
}
