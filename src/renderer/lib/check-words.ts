import type { CheckName, FactName, Finding } from '../../contract/diagnostics.ts'
import { formatBytes } from './format.ts'

/** What a step found, what the person can do about it, and what to tell whoever runs the network or the server. */
export interface Words {
  readonly found: string
  readonly you?: string
  readonly administrator?: string
}

export interface About {
  readonly check: CheckName
  /** At the beginning of a sentence, and within one. */
  readonly Server: string
  readonly server: string
  /** The server's host, as configured. */
  readonly host: string
  readonly failed: boolean
  /** Null where the step did not learn it. */
  readonly fact: (name: FactName) => string | null
}

export type WordsOf<F extends Finding> = Readonly<Record<F, (about: About) => Words>>

export const portal =
  'On a guest, hotel or company network, open any web page in your browser, sign in to the network there'
export const again = 'then run the check again.'

/** The HTTP status in brackets, where there was one. */
export const status = ({ fact }: About): string => (fact('status') === null ? '' : ` (HTTP ${fact('status')})`)
export const proxyOf = ({ fact }: About): string => (fact('proxy') === null ? 'proxy' : `proxy ${fact('proxy')}`)
export const freeSpace = ({ fact }: About): string =>
  fact('free-space') === null ? 'an unknown amount' : formatBytes(Number(fact('free-space')))
export const issuerOf = ({ fact }: About): string => fact('issuer') ?? 'an unknown authority'
