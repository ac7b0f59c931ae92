import type { CheckName, CheckState, FactName, Finding } from '../../contract/diagnostics.ts'
import type { ServerName } from '../../contract/errors.ts'
import { formatBytes } from './format.ts'

export const checkTitles: Readonly<Record<CheckName, string>> = {
  address: 'Address',
  proxy: 'Proxy',
  dns: 'Name lookup (DNS)',
  tcp: 'Connection (TCP)',
  tls: 'Encryption (TLS)',
  answer: 'Answer',
  clock: 'Clock',
  'sign-in': 'Sign-in',
  librechat: 'Chat session',
  stream: 'Streaming answers',
  keychain: 'Keychain',
  storage: 'Storage',
}

/** A step that the window waits for has not begun. */
export type ShownState = CheckState | 'waiting'
export const stateWords: Readonly<Record<ShownState, string>> = {
  waiting: 'Waiting',
  running: 'Checking…',
  ok: 'OK',
  warning: 'Warning',
  failed: 'Problem',
  skipped: 'Not checked',
}
export const stateWord = (state: ShownState, finding: Finding): string =>
  state === 'skipped' && finding === 'not-needed' ? 'Not needed' : stateWords[state]

export interface Group {
  readonly title: string
  readonly server: ServerName | null
  readonly checks: readonly CheckName[]
}
const way: readonly CheckName[] = ['address', 'proxy', 'dns', 'tcp', 'tls', 'answer']

/** All steps in the order in which they are shown. */
export const checkGroups: readonly Group[] = [
  { title: 'Hestami', server: 'platform', checks: [...way, 'sign-in'] },
  { title: 'Chat server', server: 'librechat', checks: [...way, 'librechat', 'stream'] },
  { title: 'This computer', server: null, checks: ['clock', 'keychain', 'storage'] },
]

export const factLabels: Readonly<Record<FactName, string>> = {
  address: 'Address',
  proxy: 'Proxy',
  'proxy-sign-in': 'Sign-in it asks for',
  'looked-up-by': 'Looked up by',
  addresses: 'Addresses',
  'connected-to': 'Connected to',
  'tls-version': 'Version',
  'certificate-for': 'Certificate is for',
  issuer: 'Issued by',
  'valid-from': 'Valid from',
  'valid-until': 'Valid until',
  'trusted-by': 'Trusted by',
  status: 'HTTP status',
  'content-type': 'Kind of answer',
  'sent-to': 'Sent on to',
  'retry-after': 'Try again after',
  error: 'Error code',
  'this-computer': 'This computer’s clock',
  'platform-clock': 'Hestami’s clock',
  'librechat-clock': 'Chat server’s clock',
  models: 'Models',
  model: 'Model',
  pieces: 'Pieces',
  'first-piece': 'First piece after',
  spread: 'Between first and last piece',
  'judged-by': 'Judged by',
  'keychain-item': 'Saved session',
  'free-space': 'Free space',
  cache: 'Cache of chats',
}

const valueWords: Readonly<Record<string, string>> = {
  'trusted-by public': 'a public authority',
  'trusted-by this-computer': 'this computer only, no public authority',
  'looked-up-by proxy': 'the proxy',
  'judged-by question': 'a short question',
  'judged-by last-answer': 'the last answer',
  'keychain-item there': 'there',
  'keychain-item none': 'none',
  'cache opens': 'opens',
  'cache in-memory': 'in memory only',
  'cache none': 'none, nobody is signed in',
  'cache newer': 'made by a newer version of the app',
}

const dates = new Set<FactName>([
  'valid-from',
  'valid-until',
  'retry-after',
  'this-computer',
  'platform-clock',
  'librechat-clock',
])

/** A fact's value for people. Dates stay in UTC: they are for comparing with what others see. */
export function factValue(name: FactName, value: string): string {
  if (name === 'free-space') return formatBytes(Number(value))
  if (dates.has(name)) return value.replace(/^(\S+)T(\d\d:\d\d:\d\d)\.\d+Z$/, '$1 $2 UTC')
  return valueWords[`${name} ${value}`] ?? value
}
