import { z } from 'zod'
import { serverName } from './errors.ts'

/** The steps of the connection check, in the order in which they are shown; each server has its own first six. */
export const checkName = z.enum([
  'address',
  'proxy',
  'dns',
  'tcp',
  'tls',
  'answer',
  'clock',
  'sign-in',
  'librechat',
  'stream',
  'keychain',
  'storage',
])
export type CheckName = z.infer<typeof checkName>

/** `skipped`: an earlier step failed, it does not apply here, or it was stopped; the finding says which. */
export const checkState = z.enum(['running', 'ok', 'warning', 'failed', 'skipped'])
export type CheckState = z.infer<typeof checkState>

/** What a step found, as a code; the window has the sentence and the fix for each. */
export const finding = z.enum([
  'none',
  'not-needed',
  'earlier-failed',
  'cancelled',
  /** A defect of ours; the log has it. */
  'not-checked',
  /** No server was configured, so that the app looks for one on this computer. */
  'address-local',
  /** The system (its PAC script) does not say which proxy to use. */
  'proxy-unknown',
  'proxy-unreachable',
  'proxy-authentication',
  'proxy-refused',
  /** The proxy answers and could not get through to the server itself. */
  'proxy-no-route',
  'dns-not-found',
  'dns-failed',
  'tcp-refused',
  'tcp-timeout',
  'tcp-reset',
  /** This computer's own firewall does not let the app connect. */
  'tcp-blocked',
  'offline',
  'tls-expired',
  'tls-not-yet-valid',
  'tls-untrusted-issuer',
  'tls-self-signed',
  'tls-wrong-host',
  'tls-too-old',
  /** Something answers, and not in TLS. */
  'tls-not-spoken',
  'tls-timeout',
  'tls-failed',
  /** Trusted, because this computer trusts the issuer; no public authority does: a company's server or its inspection. */
  'tls-private-issuer',
  'captive-portal',
  'not-the-server',
  'server-error',
  'server-starting',
  'answer-timeout',
  'client-blocked',
  'banned',
  'rate-limited',
  'clock-skew',
  /** One server's clock is wrong; this computer agrees with the other. */
  'server-clock-skew',
  'signed-out',
  'session-refused',
  'librechat-refused',
  'no-models',
  'stream-buffered',
  'stream-cut',
  'stream-not-tried',
  /** The answer was too short, or too quick, to tell. */
  'stream-too-short',
  /** Answers are being written now; a question more could be one too many. */
  'stream-busy',
  'model-failed',
  'keychain-unavailable',
  'keychain-locked',
  'keychain-hanging',
  'disk-full',
  'storage-failed',
])
export type Finding = z.infer<typeof finding>

export const factName = z.enum([
  'address',
  'proxy',
  'proxy-sign-in',
  'looked-up-by',
  'addresses',
  'connected-to',
  'tls-version',
  'certificate-for',
  'issuer',
  'valid-from',
  'valid-until',
  'trusted-by',
  'status',
  'content-type',
  'sent-to',
  'retry-after',
  'error',
  'this-computer',
  'platform-clock',
  'librechat-clock',
  'models',
  'model',
  'pieces',
  'first-piece',
  'spread',
  'judged-by',
  'keychain-item',
  /** Bytes. */
  'free-space',
  'cache',
])
export type FactName = z.infer<typeof factName>

/** A fact for people who can read it: an address, an issuer, a duration. Never a secret, never a user's text. */
export const fact = z.strictObject({ name: factName, value: z.string().max(300) })
export type Fact = z.infer<typeof fact>

export const checkResult = z.strictObject({
  runId: z.uuid(),
  check: checkName,
  /** Null for what is not about one server. */
  server: serverName.nullable(),
  state: checkState,
  finding,
  facts: z.array(fact).max(20),
  /** Milliseconds; null while it runs, and for what was skipped. */
  ms: z.number().nullable(),
})
export type CheckResult = z.infer<typeof checkResult>
