import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect, rootCertificates } from 'node:tls'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { Finding } from '../../contract/diagnostics.ts'
import { CheckFault } from './step.ts'
import type { Note } from './step.ts'
import { codesOf, socketFinding } from './tcp.ts'

/** OpenSSL's names, as Node gives them: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const byCode: Readonly<Record<string, Finding>> = {
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-not-yet-valid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted-issuer',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted-issuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted-issuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted-issuer',
  CERT_UNTRUSTED: 'tls-untrusted-issuer',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-host',
  HOSTNAME_MISMATCH: 'tls-wrong-host',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'tls-too-old',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls-too-old',
  ERR_SSL_WRONG_VERSION_NUMBER: 'tls-not-spoken',
  ERR_SSL_HTTP_REQUEST: 'tls-not-spoken',
}

type Names = Readonly<Record<string, string | string[] | undefined>>
const one = (value: string | string[] | undefined): string => (Array.isArray(value) ? value.join(', ') : (value ?? ''))

/** `Example Issuing CA 1 (Example Corp)`: the common name and, where it says more, the organisation. */
export function nameOf(names: Names | undefined): string {
  const common = one(names?.['CN'])
  const organisation = one(names?.['O'])
  if (common === '' || common === organisation) return organisation === '' ? 'no name' : organisation
  return organisation === '' ? common : `${common} (${organisation})`
}

/** From OpenSSL's `Nov 23 16:16:16 2027 GMT`. */
const isoOf = (date: string): string => {
  const at = Date.parse(date)
  return Number.isNaN(at) ? date : new Date(at).toISOString()
}

function noteCertificate(note: Note, certificate: DetailedPeerCertificate | null): void {
  if (certificate?.subject === undefined) return
  note(
    'certificate-for',
    certificate.subjectaltname?.replace(/\b(DNS|IP Address):/g, '') ?? nameOf(certificate.subject),
  )
  note('issuer', nameOf(certificate.issuer))
  note('valid-from', isoOf(certificate.valid_from))
  note('valid-until', isoOf(certificate.valid_to))
}

function chainOf(certificate: DetailedPeerCertificate | null): X509Certificate[] {
  const chain: X509Certificate[] = []
  let next: DetailedPeerCertificate | null | undefined = certificate
  // A root is its own issuer.
  for (let above = true; above && next?.raw !== undefined; next = next.issuerCertificate) {
    const link = new X509Certificate(next.raw)
    above = !chain.some(({ fingerprint256 }) => fingerprint256 === link.fingerprint256)
    if (above) chain.push(link)
  }
  return chain
}

/** Whether one of the authorities that every Node trusts stands above a certificate, or is in its chain. */
export function isVouchedFor(chain: readonly X509Certificate[]): boolean {
  const roots = rootCertificates.map((pem) => new X509Certificate(pem))
  const stands = (link: X509Certificate, root: X509Certificate): boolean =>
    root.fingerprint256 === link.fingerprint256 || (link.checkIssued(root) && link.verify(root.publicKey))
  return chain.some((link) => roots.some((root) => stands(link, root)))
}

export interface Secured {
  readonly socket: TLSSocket
  /** A public authority vouches for the server; false: only what this computer trusts beyond those. */
  readonly isPublic: boolean
}

/**
 * TLS over a connection, checked as the app's own. What the certificate says is noted also when it is refused. CheckFault with
 * a finding of `tls`.
 */
export async function secure(
  plain: Socket,
  { host, ca, signal }: { host: string; ca: readonly string[]; signal: AbortSignal },
  note: Note,
): Promise<Secured> {
  signal.throwIfAborted()
  return await new Promise((resolve, reject) => {
    let certificate: DetailedPeerCertificate | null = null
    const socket = connect({
      socket: plain,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ca: [...ca],
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
    })
    // Before Node judges the certificate and, if it is refused, closes the connection with all it knew.
    socket.prependListener('secure', () => {
      certificate = socket.getPeerCertificate(true)
    })
    socket.once('secureConnect', () => {
      note('tls-version', socket.getProtocol() ?? '')
      noteCertificate(note, certificate)
      const vouched = isVouchedFor(chainOf(certificate))
      note('trusted-by', vouched ? 'public' : 'this-computer')
      resolve({ socket, isPublic: vouched })
    })
    socket.on('error', (thrown) => {
      noteCertificate(note, certificate)
      const codes = codesOf(thrown)
      const found = codes.map((code) => byCode[code]).find((finding) => finding !== undefined)
      if (codes[0] !== undefined) note('error', codes[0])
      reject(new CheckFault(found ?? (socketFinding(thrown) === null ? 'tls-failed' : 'tcp-reset'), thrown))
    })
    signal.addEventListener('abort', () => socket.destroy(), { once: true })
  })
}
