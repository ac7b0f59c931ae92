import { z } from 'zod'

/** Which of the two servers a fault is about. */
export const serverName = z.enum(['platform', 'librechat'])
export type ServerName = z.infer<typeof serverName>

/** Why a server could not be reached at all. `intercepted`: something in between answered (captive portal, proxy page). */
export const unreachableReason = z.enum([
  'offline',
  'dns',
  'refused',
  'reset',
  'timeout',
  'tls',
  'proxy',
  'intercepted',
])
export type UnreachableReason = z.infer<typeof unreachableReason>

/** Why LibreChat refused or failed a turn; see contracts: LibreChat API §6.10. `other` carries the server's text in `detail`. */
export const turnFailure = z.enum([
  'message-limit',
  'concurrent',
  'moderation',
  'conversation-access',
  'no-user-key',
  'expired-user-key',
  'invalid-user-key',
  'missing-model',
  'illegal-model',
  'balance',
  'input-too-long',
  'agent-not-found',
  'parent-not-ready',
  'not-allowed',
  'replaced',
  'interrupted',
  'server-starting',
  'other',
])
export type TurnFailure = z.infer<typeof turnFailure>

export const fileProblem = z.enum([
  'not-an-image',
  'empty',
  'too-large',
  'too-many',
  'dimensions',
  'not-accepted-here',
  'refused-by-server',
])
export type FileProblem = z.infer<typeof fileProblem>

/**
 * Every fault that can cross the bridge: a code with data, never a sentence. The window owns the sentences.
 * Times are epoch milliseconds. `detail` is server text meant for people, at most 500 characters, never a URL, body or stack.
 */
export const appError = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('invalid-input'), field: z.string().max(200).nullable() }),
  z.strictObject({ code: z.literal('wrong-credentials') }),
  z.strictObject({
    code: z.literal('registration-refused'),
    /** The platform's field map: field name → messages, as the server worded them. */
    fields: z.record(z.string(), z.array(z.string())),
  }),
  z.strictObject({ code: z.literal('wrong-code') }),
  z.strictObject({ code: z.literal('code-expired') }),
  z.strictObject({
    code: z.literal('account-refused'),
    /** LibreChat does not let the account in although the platform handed out its password. */
    reason: z.enum(['password', 'email-unverified', 'login-disabled']),
  }),
  z.strictObject({ code: z.literal('unreachable'), server: serverName, reason: unreachableReason }),
  z.strictObject({ code: z.literal('server-error'), server: serverName, status: z.int() }),
  z.strictObject({ code: z.literal('unexpected-answer'), server: serverName }),
  z.strictObject({ code: z.literal('rate-limited'), server: serverName, retryAt: z.number().nullable() }),
  z.strictObject({ code: z.literal('banned'), until: z.number().nullable() }),
  z.strictObject({ code: z.literal('signed-out') }),
  z.strictObject({ code: z.literal('session-expired') }),
  z.strictObject({ code: z.literal('not-found') }),
  z.strictObject({ code: z.literal('forbidden') }),
  z.strictObject({ code: z.literal('turn-failed'), reason: turnFailure, detail: z.string().max(500).nullable() }),
  z.strictObject({
    code: z.literal('file-rejected'),
    reason: fileProblem,
    /** The limit that was passed (bytes, pixels or files, by reason), when there is one. */
    limit: z.number().nullable(),
  }),
  z.strictObject({ code: z.literal('link-refused') }),
  /** A file that the user wanted to have was not written. `full`: no room; `refused`: not allowed there, or in use. */
  z.strictObject({ code: z.literal('not-saved'), reason: z.enum(['full', 'refused', 'failed']) }),
  /** An administrator decided this setting. */
  z.strictObject({ code: z.literal('managed'), setting: z.string().max(100) }),
  z.strictObject({ code: z.literal('cancelled') }),
  /** A defect of ours; `id` finds it in the log. */
  z.strictObject({ code: z.literal('internal'), id: z.string() }),
])
export type AppError = z.infer<typeof appError>

/** What crosses the bridge instead of an exception. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: AppError }
