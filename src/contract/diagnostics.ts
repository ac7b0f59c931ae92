import { z } from 'zod'
import { serverName } from './errors.ts'

/** The steps of the connection check, in the order in which they run; each server has its own first six. */
export const checkName = z.enum([
  'address',
  'dns',
  'proxy',
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

/** `skipped`: an earlier step failed, or it does not apply. */
export const checkState = z.enum(['running', 'ok', 'warning', 'failed', 'skipped'])

/** What a step found, as a code; the window has the sentence and the fix for each. */
export const finding = z.enum([
  'none',
  'dns-not-found',
  'dns-failed',
  'proxy-unreachable',
  'proxy-authentication',
  'proxy-refused',
  'tcp-refused',
  'tcp-timeout',
  'tcp-reset',
  'offline',
  'tls-expired',
  'tls-not-yet-valid',
  'tls-untrusted-issuer',
  'tls-self-signed',
  'tls-wrong-host',
  'tls-too-old',
  'tls-failed',
  'captive-portal',
  'server-error',
  'server-starting',
  'not-the-server',
  'answer-timeout',
  'clock-skew',
  'signed-out',
  'session-refused',
  'client-blocked',
  'banned',
  'rate-limited',
  'librechat-refused',
  'stream-buffered',
  'stream-cut',
  'stream-not-tried',
  'keychain-unavailable',
  'keychain-locked',
  'keychain-hanging',
  'disk-full',
  'storage-failed',
])
export type Finding = z.infer<typeof finding>

/** A fact for people who can read it: an address, an issuer, a duration. Never a secret, never a user's text. */
export const fact = z.strictObject({ name: z.string().max(40), value: z.string().max(300) })

export const checkResult = z.strictObject({
  runId: z.uuid(),
  check: checkName,
  /** Null for what is not about one server. */
  server: serverName.nullable(),
  state: checkState,
  finding,
  facts: z.array(fact).max(20),
  /** Milliseconds; null while it runs. */
  ms: z.number().nullable(),
})
export type CheckResult = z.infer<typeof checkResult>
