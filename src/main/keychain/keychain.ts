import type { KeychainProblem } from '../../contract/session.ts'

/** One of: no keychain here, locked, not answering. `cause` text may name system paths: for the log only, redacted. */
export class KeychainFault extends Error {
  readonly problem: KeychainProblem
  constructor(problem: KeychainProblem, cause?: unknown) {
    super(`keychain ${problem}`, { cause })
    this.problem = problem
  }
}

/**
 * The OS keychain. Every call rejects with a KeychainFault and settles within the time-out; at most one native call is in
 * flight. A locked Linux keyring reads as null, the same as "nothing stored": see the vault for how that is told apart.
 */
export interface Keychain {
  get(service: string, account: string): Promise<string | null>
  set(service: string, account: string, value: string): Promise<void>
  /** False when there was nothing, or the keyring is locked. */
  delete(service: string, account: string): Promise<boolean>
  close(): Promise<void>
}
