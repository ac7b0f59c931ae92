/**
 * Why a user has no LibreChat account (yet):
 * `other-password`: there is one under this address, with a password that is not ours · `account-refused`: LibreChat does
 * not accept the account data or the login (registration closed, address not verified, second factor) · `rate-limited` ·
 * `unreachable`: no answer, or a server error · `unexpected-answer`: not LibreChat's · `not-created`: registered, but not
 * there at login · `no-such-user` · `no-encryption-key` · `unreadable-password`: ours cannot be decrypted.
 */
export type ProvisioningProblem =
  | 'other-password'
  | 'account-refused'
  | 'rate-limited'
  | 'unreachable'
  | 'unexpected-answer'
  | 'not-created'
  | 'no-such-user'
  | 'no-encryption-key'
  | 'unreadable-password'

/** Trying again cannot help before somebody changed something. */
const lasting: readonly ProvisioningProblem[] = [
  'other-password',
  'no-such-user',
  'no-encryption-key',
  'unreadable-password',
]

/** Carries no answer text: LibreChat repeats addresses in its. */
export class ProvisioningFault extends Error {
  override readonly name = 'ProvisioningFault'
  readonly problem: ProvisioningProblem
  readonly lasting: boolean
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
    this.lasting = lasting.includes(problem)
    this.status = status
    this.retryAfter = retryAfter
  }
}
