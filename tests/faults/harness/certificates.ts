import { isIP } from 'node:net'
import { generate } from 'selfsigned'

export interface Certified {
  readonly key: string
  readonly cert: string
}

const day = 86_400_000
const name = (common: string, organisation?: string) => [
  { name: 'commonName', value: common },
  ...(organisation === undefined ? [] : [{ name: 'organizationName', value: organisation }]),
]
const base = { keyType: 'ec', algorithm: 'sha256' } as const

/** An authority that no computer knows. */
export async function createAuthority(common: string, organisation: string): Promise<Certified> {
  const made = await generate(name(common, organisation), {
    ...base,
    notBeforeDate: new Date(Date.now() - 900 * day),
    notAfterDate: new Date(Date.now() + 900 * day),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return { key: made.private, cert: made.cert }
}

/** A server's certificate; without an authority it vouches for itself. Days are from now. */
export async function createCertificate(
  hosts: readonly string[],
  options: { readonly authority?: Certified; readonly fromDay?: number; readonly untilDay?: number } = {},
): Promise<Certified> {
  const { authority, fromDay = -1, untilDay = 30 } = options
  const made = await generate(name(hosts[0] ?? ''), {
    ...base,
    notBeforeDate: new Date(Date.now() + fromDay * day),
    notAfterDate: new Date(Date.now() + untilDay * day),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })),
      },
    ],
    ...(authority === undefined ? {} : { ca: authority }),
  })
  return { key: made.private, cert: made.cert }
}
