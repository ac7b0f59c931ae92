import type { ProvisioningState } from '../provisioning/state.ts'

/**
 * Why a user has no LibreChat account (yet):
 * `other-password`: there is one under this address, with a password that is not ours · `account-refused`: LibreChat does
 * not accept the account data or the login · `not-verified`: the e-mail address is not · `rate-limited`, also a ban for a
 * time · `unreachable`: no answer, or a server error · `unexpected-answer`: not LibreChat's · `not-created`: registered, but
 * not there at login · `no-such-user` · `no-encryption-key` · `unreadable-password`: ours cannot be decrypted ·
 * `reset-unavailable`: this LibreChat lets nobody but the user set a new password.
 */
export type ProvisioningProblem =
  | 'other-password'
  | 'account-refused'
  | 'not-verified'
  | 'rate-limited'
  | 'unreachable'
  | 'unexpected-answer'
  | 'not-created'
  | 'no-such-user'
  | 'no-encryption-key'
  | 'unreadable-password'
  | 'reset-unavailable'

/** The state a problem leaves the user in; null: there is no user to be in one, or it stays as it is. */
export const stateOf: Readonly<Record<ProvisioningProblem, ProvisioningState | null>> = {
  'other-password': 'other-password',
  'account-refused': 'refused',
  'not-verified': 'verification-pending',
  'rate-limited': 'unreachable',
  unreachable: 'unreachable',
  'unexpected-answer': 'unreachable',
  'not-created': 'unreachable',
  'no-such-user': null,
  'no-encryption-key': 'key-missing',
  'unreadable-password': 'key-lost',
  'reset-unavailable': null,
}

/** Carries no answer text: LibreChat repeats addresses in its. */
export class ProvisioningFault extends Error {
  override readonly name = 'ProvisioningFault'
  readonly problem: ProvisioningProblem
  /** Of LibreChat's answer, when there was one. */
  readonly status: number | null
  /** Milliseconds that LibreChat asks to wait. */
  readonly retryAfter: number | null
  constructor(
    problem: ProvisioningProblem,
    {
      status = null,
      retryAfter = null,
      cause,
    }: { status?: number | null; retryAfter?: number | null; cause?: unknown } = {},
  ) {
    super(`LibreChat account not provided: ${problem}${status === null ? '' : ` (${status})`}`, { cause })
    this.problem = problem
    this.status = status
    this.retryAfter = retryAfter
  }
}
