import { z } from 'zod'

/**
 * How far a user's LibreChat account is:
 * - `requested`: asked for; the workflow runs or is about to
 * - `provisioned`: there is an account, the stored password opens it, its id is stored
 * - `terms-pending`: the same, but LibreChat wants its terms accepted first, which the user does in the client
 * - `unreachable`: LibreChat gave no answer, or none that is its own; tried again without anybody's help
 * - `refused`: LibreChat does not register this user (registration closed, domain not allowed, data not accepted)
 * - `other-password`: there is an account under this address that the stored password does not open: for an operator
 * - `verification-pending`: LibreChat wants the e-mail address verified first
 * - `key-missing`: no LIBRECHAT_ENCRYPTION_KEY is set; goes on when there is one
 * - `key-lost`: none of the keys opens the stored password: for an operator
 */
export const provisioningState = z.enum([
  'requested',
  'provisioned',
  'terms-pending',
  'unreachable',
  'refused',
  'other-password',
  'verification-pending',
  'key-missing',
  'key-lost',
])
export type ProvisioningState = z.infer<typeof provisioningState>

/** The user can sign in to LibreChat. */
export const hasAccount = (state: ProvisioningState): boolean => state === 'provisioned' || state === 'terms-pending'

/** The engine tries again by itself after a while. */
export const retriesItself = (state: ProvisioningState): boolean => state === 'unreachable' || state === 'key-missing'
