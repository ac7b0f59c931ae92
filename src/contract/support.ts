import { z } from 'zod'
import { checkName, finding } from './diagnostics.ts'
import { appError, serverName, turnFailure, unreachableReason } from './errors.ts'
import { keychainProblem } from './session.ts'

/** A support bundle exactly as it would be saved: `lines` joined by newlines are the file. */
export const supportBundle = z.strictObject({
  fileName: z.string().max(100),
  lines: z.array(z.string().max(20_000)).max(100_000),
})
export type SupportBundle = z.infer<typeof supportBundle>

/** What an answer is, by its Content-Type; `none`: it named no type. */
export const exchangeContent = z.enum(['json', 'html', 'events', 'text', 'image', 'other', 'none'])
export type ExchangeContent = z.infer<typeof exchangeContent>

/** What the app read in a refusal, as a code of its own: an error's code, or its reason where that says more. */
export const verdict = z.enum([
  ...appError.options.map((option) => option.shape.code.value),
  ...turnFailure.options,
  'password',
  'email-unverified',
  'login-disabled',
  'intercepted',
])
export type Verdict = z.infer<typeof verdict>

const milliseconds = z.number().min(0).nullable()

/**
 * One HTTP exchange, without anything that could hold a secret: `route` is the path with ids replaced (`/api/messages/:id`),
 * times are milliseconds since `startedAt` (epoch milliseconds).
 */
export const exchange = z.strictObject({
  id: z.int(),
  server: z.enum([...serverName.options, 'updates']),
  method: z.string().max(10),
  route: z.string().max(200),
  startedAt: z.number(),
  /** How long the connection took with name, TCP and TLS; null when an open one was used, or none came about. */
  connectMs: milliseconds,
  /** Until the headers of the answer; null when there were none. */
  headersMs: milliseconds,
  /** Until the first byte of the body. */
  firstByteMs: milliseconds,
  /** Null while it goes on. */
  endMs: milliseconds,
  /** The longest silence between two pieces of the body. */
  longestGapMs: milliseconds,
  /** Pieces in which the body came. */
  chunks: z.int().min(0),
  status: z.int().nullable(),
  content: exchangeContent.nullable(),
  sentBytes: z.number().min(0),
  receivedBytes: z.number().min(0),
  /** `unreachable` reasons, `cancelled`, `too-large`; null: none. */
  fault: z.string().max(40).nullable(),
  /** What the app understood where the server refused something. */
  said: verdict.nullable(),
  /** A rule of the fault injector made it what it is. */
  injected: z.boolean(),
})
export type Exchange = z.infer<typeof exchange>

export const faultEffect = z.discriminatedUnion('kind', [
  /** Nothing but the wait. */
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('unreachable'), reason: unreachableReason.exclude(['intercepted']) }),
  /** An answer in place of the server's own, worded as that server would word `said`. */
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int().min(200).max(599),
    content: exchangeContent.extract(['json', 'html', 'events', 'none']),
    said: verdict.nullable(),
  }),
  /** The body ends after this many bytes as if the connection was cut; a shorter one, just before its end. */
  z.strictObject({ kind: z.literal('cut'), afterBytes: z.int().min(0) }),
  /** The body arrives in one piece at its end, as behind a proxy that buffers. */
  z.strictObject({ kind: z.literal('buffer') }),
])
export type FaultEffect = z.infer<typeof faultEffect>

/** A rule of the fault injector of developer builds. The first rule that matches and still has `times` left applies. */
export const faultRule = z.strictObject({
  id: z.uuid(),
  server: serverName.nullable(),
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).nullable(),
  /**
   * Part by part, as in an exchange: `/api/messages/:id`. `*` matches any one part, and `**` at the end all the rest: `/**` is
   * everything.
   */
  route: z
    .string()
    .max(200)
    .regex(/^\/[A-Za-z0-9_.:*/-]*$/),
  /** Milliseconds before anything else happens. */
  waitMs: z.int().min(0).max(600_000),
  effect: faultEffect,
  /** How many exchanges it still applies to; null: all. */
  times: z.int().min(1).max(10_000).nullable(),
})
export type FaultRule = z.infer<typeof faultRule>

/** What went wrong according to a bundle, as codes; the window has the words. */
export const bundleProblem = z.discriminatedUnion('kind', [
  /** Exchanges of one kind that failed in the same way, `count` of them; `at` is the first. */
  z.strictObject({
    kind: z.literal('exchange'),
    at: z.number(),
    server: exchange.shape.server,
    method: z.string().max(10),
    route: z.string().max(200),
    trouble: z.enum(['refused', 'unreachable', 'cut', 'buffered', 'slow', 'stalled', 'intercepted']),
    status: z.int().nullable(),
    fault: z.string().max(40).nullable(),
    said: verdict.nullable(),
    /** The longest wait, for those that were slow. */
    ms: milliseconds,
    count: z.int(),
  }),
  z.strictObject({ kind: z.literal('check'), check: checkName, server: serverName.nullable(), finding }),
  /** The sign-in ended in an error, or the keychain does not keep the session. */
  z.strictObject({
    kind: z.literal('session'),
    at: z.number(),
    error: verdict.nullable(),
    keychain: keychainProblem.nullable(),
  }),
  z.strictObject({ kind: z.literal('crash'), at: z.string().max(40), event: z.string().max(64) }),
])
export type BundleProblem = z.infer<typeof bundleProblem>

/** What a developer build read in a support bundle. */
export const bundleSummary = z.strictObject({
  version: z.string().max(40),
  flavour: z.enum(['production', 'beta', 'debug']),
  build: z.string().max(64),
  platform: z.string().max(12),
  /** Version of the operating system's kernel. */
  system: z.string().max(40).nullable(),
  writtenAt: z.number(),
  exchanges: z.int(),
  /** Lines that are not of a known form. */
  unreadable: z.int(),
  /** Lines that the person took out before sending it. */
  removed: z.int(),
  problems: z.array(bundleProblem).max(200),
  /** What a replay does to the exchanges of the app, in order. */
  rules: z.array(faultRule).max(1000),
  /** Whether this app can replay it here. */
  replayable: z.boolean(),
})
export type BundleSummary = z.infer<typeof bundleSummary>
