import type { ServerName, UnreachableReason } from '../../contract/errors.ts'
import { Fault, isFault } from '../fault.ts'

const byCode: Readonly<Record<string, UnreachableReason>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_NODATA: 'dns',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  ETIMEDOUT: 'timeout',
  ENETUNREACH: 'offline',
  EHOSTUNREACH: 'offline',
  ENETDOWN: 'offline',
  EPROTO: 'tls',
}

const codes = (thrown: unknown): string[] => {
  const found: string[] = []
  for (let at: unknown = thrown, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const code = (at as NodeJS.ErrnoException).code
    if (typeof code === 'string') found.push(code)
  }
  return found
}

const isTls = (code: string): boolean =>
  code.startsWith('ERR_TLS') ||
  code.startsWith('ERR_SSL') ||
  code.startsWith('CERT_') ||
  /CERT|SELF_SIGNED|ISSUER|UNABLE_TO_|CRL_|HOSTNAME_MISMATCH|INVALID_PURPOSE|INVALID_CA|PATH_LENGTH/.test(code)

/** What a thrown network error means: `cancelled` when the caller's signal did it, else `unreachable` with the reason. */
export function networkFault(thrown: unknown, server: ServerName, signal?: AbortSignal): Fault {
  if (isFault(thrown)) return thrown
  if (signal?.aborted === true) return new Fault({ code: 'cancelled' }, thrown)
  const all = codes(thrown)
  const tls = all.some(isTls)
  const proxy = thrown instanceof Error && /\b407\b|proxy/i.test(thrown.message)
  const reason = tls
    ? 'tls'
    : proxy
      ? 'proxy'
      : (all.map((code) => byCode[code]).find((found) => found !== undefined) ?? 'reset')
  return new Fault({ code: 'unreachable', server, reason }, thrown)
}
