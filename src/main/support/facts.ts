import { BlockList, isIP } from 'node:net'
import type { Fact, FactName } from '../../contract/diagnostics.ts'
import { isErrorCode } from './codes.ts'

/** In place of a value that could name a person, a place or a server. */
export const leftOut = '[left out]'

const local = new BlockList()
local.addSubnet('127.0.0.0', 8, 'ipv4')
local.addAddress('::1', 'ipv6')
/** RFC 1918, 3927, 6598; RFC 4193, 4291. */
const inside = new BlockList()
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  inside.addSubnet(net, prefix, 'ipv4')
inside.addSubnet('fc00::', 7, 'ipv6')
inside.addSubnet('fe80::', 10, 'ipv6')

/** `127.0.0.1` → `IPv4 this-computer`; a name → `name`. */
function kindOfHost(host: string): string {
  const address = host.replace(/^\[|\]$/g, '').split('%')[0]!
  const version = isIP(address)
  if (version === 0) return address === 'localhost' ? 'this-computer' : 'name'
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const place = local.check(address, family) ? 'this-computer' : inside.check(address, family) ? 'private' : 'public'
  return `IPv${version} ${place}`
}

/** `https://chat.example:8443` → `https name :8443`; `10.1.2.3:443` → `IPv4 private :443`. */
function kindOfPlace(place: string): string {
  const found = /^(?:(https?):\/\/)?(\[[^\]]*\]|[^:]*|[0-9a-f:]*)(?::(\d{1,5}))?\/?$/i.exec(place)
  if (found === null) return leftOut
  const [, scheme, host = '', port] = found
  return [scheme?.toLowerCase(), kindOfHost(host), port === undefined ? undefined : `:${port}`]
    .filter((part) => part !== undefined)
    .join(' ')
}

const kindsOfAddresses = (list: string): string => {
  const kinds = list.split(', ').map(kindOfHost)
  const counted = [...new Set(kinds)].map((kind) => `${kinds.filter((one) => one === kind).length} ${kind}`)
  return counted.join(' + ').slice(0, 64)
}

const shaped =
  (shape: RegExp) =>
  (value: string): string =>
    shape.test(value) ? value : leftOut
const time = shaped(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const number = shaped(/^\d{1,9}$/)
const duration = shaped(/^\d{1,7} ms$/)
const among = (...words: readonly string[]): ((value: string) => string) => shaped(new RegExp(`^(${words.join('|')})$`))
const nothing = (): string => leftOut

/** What a bundle may say of each fact of the connection check. */
const shown: Readonly<Record<FactName, (value: string) => string>> = {
  address: kindOfPlace,
  proxy: kindOfPlace,
  'proxy-sign-in': (value) => {
    const known = value.split(', ').filter((scheme) => /^(Basic|Digest|NTLM|Negotiate|Kerberos|Bearer)$/i.test(scheme))
    return known.length === 0 ? leftOut : known.slice(0, 5).join('+')
  },
  'looked-up-by': among('proxy', 'system'),
  addresses: kindsOfAddresses,
  'connected-to': kindOfPlace,
  'tls-version': shaped(/^(TLSv1(\.[0-3])?|SSLv3)$/),
  'certificate-for': nothing,
  issuer: nothing,
  'valid-from': time,
  'valid-until': time,
  'trusted-by': among('public', 'this-computer'),
  status: shaped(/^\d{3}$/),
  'content-type': (value) =>
    /^(text\/html|text\/plain|text\/event-stream|application\/json)\b/.exec(value)?.[0] ?? leftOut,
  'sent-to': nothing,
  'retry-after': time,
  error: (value) => (isErrorCode(value) ? value : leftOut),
  'this-computer': time,
  'platform-clock': time,
  'librechat-clock': time,
  models: number,
  model: nothing,
  pieces: number,
  'first-piece': duration,
  spread: duration,
  'judged-by': among('last-answer', 'question'),
  'keychain-item': among('there', 'none'),
  'free-space': (value) => (/^\d{1,15}$/.test(value) ? `${Math.floor(Number(value) / 1024 ** 2)} MB` : leftOut),
  cache: among('none', 'in-memory', 'opens', 'newer'),
}

/** A fact as it may leave the computer: addresses by their kind, names not at all. */
export const shareable = ({ name, value }: Fact): Fact => ({
  name,
  value: Object.hasOwn(shown, name) ? shown[name](value) : leftOut,
})
