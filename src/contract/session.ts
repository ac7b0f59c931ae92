import { z } from 'zod'
import { appError } from './errors.ts'

/**
 * Why the session is kept in memory only.
 * `unavailable`: no keychain here; `locked`: it is there but shut; `hanging`: it does not answer; `unreadable`: what it holds
 * does not open what is on disk.
 */
export const keychainProblem = z.enum(['unavailable', 'locked', 'hanging', 'unreadable'])
export type KeychainProblem = z.infer<typeof keychainProblem>

export const user = z.strictObject({ id: z.string(), email: z.string(), name: z.string() })
export type User = z.infer<typeof user>

export const signedOutReason = z.enum(['never', 'user', 'cancelled', 'failed'])

/** The session's state machine as the window sees it. Times are epoch milliseconds. */
export const sessionState = z.discriminatedUnion('phase', [
  /** The vault is being read; the window shows cached content meanwhile. */
  z.strictObject({ phase: z.literal('starting') }),
  z.strictObject({
    phase: z.literal('signed-out'),
    reason: signedOutReason,
    /** The fault that ended the last attempt, if one did. */
    error: appError.nullable(),
    /** Set when a session may exist that the keychain does not give out now. */
    keychain: keychainProblem.nullable(),
  }),
  z.strictObject({ phase: z.literal('signing-in'), step: z.enum(['platform', 'librechat']), email: z.string() }),
  /** Registered with the platform, no LibreChat account yet: waiting and asking again. */
  z.strictObject({ phase: z.literal('provisioning'), email: z.string(), attempt: z.int(), nextTryAt: z.number() }),
  z.strictObject({
    phase: z.literal('two-factor'),
    email: z.string(),
    expiresAt: z.number(),
    error: appError.nullable(),
  }),
  z.strictObject({
    phase: z.literal('terms'),
    user,
    /** Markdown of the terms where the server has them inline, else a page to open. */
    text: z.string().nullable(),
    url: z.string().nullable(),
  }),
  z.strictObject({
    phase: z.literal('signed-in'),
    user,
    online: z.boolean(),
    /** The last connection fault while offline. */
    offlineError: appError.nullable(),
    /** False: the session is gone when the app ends; `keychain` says why. */
    remembered: z.boolean(),
    keychain: keychainProblem.nullable(),
  }),
  /** A session is on disk and the keychain does not open it now. Retry, or sign in anew. */
  z.strictObject({ phase: z.literal('locked'), problem: keychainProblem }),
  /** A server ended the session; cached content stays readable until the same user signs in again. */
  z.strictObject({ phase: z.literal('expired'), email: z.string() }),
])
export type SessionState = z.infer<typeof sessionState>
export type SessionPhase = SessionState['phase']

const email = z.string().trim().min(3).max(254)
const password = z.string().min(1).max(1024)

export const signInInput = z.strictObject({ email, password })
export type SignInInput = z.infer<typeof signInInput>

export const registerInput = z.strictObject({
  email,
  password,
  confirmPassword: password,
  firstName: z.string().trim().min(1).max(150),
  lastName: z.string().trim().min(1).max(150),
  phoneNumber: z.string().trim().max(32),
  role: z.enum(['PROPERTY_OWNER', 'SERVICE_PROVIDER']),
})
export type RegisterInput = z.infer<typeof registerInput>

/** A six-digit code, or a backup code. */
export const twoFactorInput = z.strictObject({ code: z.string().trim().min(6).max(32) })
