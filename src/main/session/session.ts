import type { RegisterInput, SessionState, SignInInput, User } from '../../contract/session.ts'
import type { Authorizer } from '../librechat/librechat.ts'
import type { SessionCheck } from './connection.ts'

/** What the rest of the app needs to know of who is signed in; a new object for every sign-in. */
export interface Account {
  readonly user: User
  /** Stable, without the e-mail in it: names the cache file. */
  readonly key: string
  /** 32 bytes for the cache, derived from the vault's key; null: the session is memory-only, so is the cache. */
  readonly cacheKey: Buffer | null
}

export interface Session {
  readonly state: () => SessionState
  subscribe(listener: (state: SessionState) => void): () => void
  /** The account whose data may be shown: signed in, being restored, offline or expired; null otherwise. */
  readonly account: () => Account | null
  /** Called before `subscribe` listeners whenever `account()` becomes another. */
  onAccount(listener: (account: Account | null) => void): () => void
  readonly authorizer: Authorizer
  /** Fault signed-out, session-expired where there is no session to ask. */
  readonly check: SessionCheck
  /** Reads the vault and restores the session; never throws. */
  start(): Promise<void>
  /** Resolves when the attempt has an outcome in `state` that is not `signing-in`; rejects with a Fault for the form to show. */
  signIn(input: SignInInput): Promise<void>
  register(input: RegisterInput): Promise<void>
  cancel(): Promise<void>
  verifyCode(code: string): Promise<void>
  acceptTerms(): Promise<void>
  retry(): Promise<void>
  signOut(): Promise<void>
  /** The transport tells what it saw; moves `online`. */
  reportReachable(reachable: boolean): void
  close(): Promise<void>
}
