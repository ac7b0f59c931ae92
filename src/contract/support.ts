import { z } from 'zod'
import { serverName } from './errors.ts'

/** A support bundle exactly as it would be saved: `lines` joined by newlines are the file. */
export const supportBundle = z.strictObject({
  fileName: z.string().max(100),
  lines: z.array(z.string().max(20_000)).max(100_000),
})
export type SupportBundle = z.infer<typeof supportBundle>

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
  /** Until the headers of the answer; null when there were none. */
  headersMs: z.number().nullable(),
  /** Until the first byte of the body. */
  firstByteMs: z.number().nullable(),
  endMs: z.number().nullable(),
  /** The longest silence between two pieces of the body. */
  longestGapMs: z.number().nullable(),
  chunks: z.int(),
  status: z.int().nullable(),
  sentBytes: z.number(),
  receivedBytes: z.number(),
  /** `unreachable` reasons, `cancelled`, `too-large`; null: none. */
  fault: z.string().max(40).nullable(),
  /** A rule of the fault injector made it what it is. */
  injected: z.boolean(),
})
export type Exchange = z.infer<typeof exchange>

/** A rule of the fault injector of developer builds. The first rule that matches and still has `times` left applies. */
export const faultRule = z.strictObject({
  id: z.uuid(),
  server: serverName.nullable(),
  /** `*` matches any one part: `/api/messages/*`. */
  route: z.string().max(200),
  effect: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('delay'), ms: z.int().min(0).max(600_000) }),
    z.strictObject({
      kind: z.literal('unreachable'),
      reason: z.enum(['offline', 'dns', 'refused', 'reset', 'timeout', 'tls', 'proxy']),
    }),
    z.strictObject({ kind: z.literal('status'), status: z.int().min(300).max(599) }),
    /** The body ends after this many bytes as if the connection was cut. */
    z.strictObject({ kind: z.literal('cut'), afterBytes: z.int().min(0) }),
    /** The body arrives in one piece at its end, as behind a proxy that buffers. */
    z.strictObject({ kind: z.literal('buffer') }),
  ]),
  /** How many exchanges it still applies to; null: all. */
  times: z.int().min(1).max(10_000).nullable(),
})
export type FaultRule = z.infer<typeof faultRule>

/** What a developer build read in a support bundle. */
export const bundleSummary = z.strictObject({
  version: z.string(),
  flavour: z.string(),
  platform: z.string(),
  writtenAt: z.number(),
  exchanges: z.int(),
  problems: z.array(z.string().max(200)).max(200),
  rules: z.array(faultRule).max(1000),
})
export type BundleSummary = z.infer<typeof bundleSummary>
