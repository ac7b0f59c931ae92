import type { AppError } from '../../contract/errors.ts'
import type { KeychainProblem, SessionState, SignInInput, User } from '../../contract/session.ts'
import { Fault, isFault } from '../fault.ts'
import type { LibreChatAuth, LibreChatLogin, LibreChatTokens } from '../librechat/librechat.ts'
import type { PlatformClient, PlatformTokens } from './platform-client.ts'
import { awaitPassword } from './provisioning.ts'

/** One try to sign in, from the form to both servers' tokens. */
export interface Attempt {
  readonly abort: AbortController
  readonly hurry: { now: (() => void) | null }
  platform: { tokens: PlatformTokens; user: User } | null
  tempToken: string
}

export const signedOut = (
  reason: 'never' | 'user' | 'cancelled' | 'failed',
  error: AppError | null = null,
  keychain: KeychainProblem | null = null,
): SessionState => ({ phase: 'signed-out', reason, error, keychain })

interface Deps {
  readonly platform: PlatformClient
  readonly auth: LibreChatAuth
  readonly set: (state: SessionState) => void
  /** What an attempt that came to nothing leaves: `otherwise`, or the expired session that it was to renew. */
  readonly rest: (otherwise: SessionState) => SessionState
  /** Both servers let the user in: makes the session of it. */
  readonly finish: (mine: Attempt, tokens: LibreChatTokens) => Promise<void>
}

/** The sign-in flow: at most one attempt is current; an older one's late answers change nothing. */
export interface SignIn {
  current(): Attempt | null
  begin(email: string): Attempt
  /** Forgets the attempt; its requests are aborted when `abort` is set. */
  drop(abort: boolean): void
  /** Resolves when the attempt has an outcome, or waits for provisioning or a code; rejects with a Fault for the form to show. */
  run(mine: Attempt, input: SignInInput): Promise<void>
  register(work: (signal: AbortSignal) => Promise<void>, input: SignInInput): Promise<void>
  advance(mine: Attempt, login: LibreChatLogin): Promise<void>
  /** Ends the attempt in `signed-out` and hands back the fault. */
  fail(mine: Attempt, thrown: unknown): Fault
}

export function createSignIn({ platform, auth, set, rest, finish }: Deps): SignIn {
  let attempt: Attempt | null = null

  const drop = (abort: boolean): void => {
    if (abort) attempt?.abort.abort()
    attempt = null
  }

  const begin = (email: string): Attempt => {
    drop(true)
    attempt = { abort: new AbortController(), hurry: { now: null }, platform: null, tempToken: '' }
    set({ phase: 'signing-in', step: 'platform', email })
    return attempt
  }

  const fail = (mine: Attempt, thrown: unknown): Fault => {
    const fault = isFault(thrown) ? thrown : new Fault({ code: 'unexpected-answer', server: 'librechat' }, thrown)
    if (attempt !== mine) return fault
    attempt = null
    const cancelled = fault.error.code === 'cancelled'
    set(rest(signedOut(cancelled ? 'cancelled' : 'failed', cancelled ? null : fault.error)))
    return fault
  }

  const advance = async (mine: Attempt, login: LibreChatLogin): Promise<void> => {
    if (attempt !== mine || mine.platform === null) throw new Fault({ code: 'cancelled' })
    if (login.kind === 'two-factor') {
      mine.tempToken = login.tempToken
      set({ phase: 'two-factor', email: mine.platform.user.email, expiresAt: login.expiresAt, error: null })
      return
    }
    await finish(mine, login.tokens)
  }

  /** The LibreChat password, with one renewal: provisioning can outlast the access token. */
  const askPassword = async (mine: Attempt, user: User): Promise<string | null> => {
    const { signal } = mine.abort
    const tokens = mine.platform?.tokens ?? { access: '', refresh: '' }
    try {
      return await platform.librechatPassword(tokens.access, signal)
    } catch (thrown) {
      if (!isFault(thrown) || thrown.error.code !== 'session-expired') throw thrown
      const fresh = await platform.refresh(tokens.refresh, signal)
      mine.platform = { user, tokens: fresh }
      return await platform.librechatPassword(fresh.access, signal)
    }
  }

  const work = async (mine: Attempt, { email, password }: SignInInput, onWait: () => void): Promise<void> => {
    const { signal } = mine.abort
    try {
      const login = await platform.login(email, password, signal)
      if (attempt !== mine) throw new Fault({ code: 'cancelled' })
      mine.platform = login
      const { user } = login
      const handedOut = await awaitPassword({
        ask: async () => await askPassword(mine, user),
        onWait: (count, nextTryAt) => {
          if (attempt !== mine) return
          set({ phase: 'provisioning', email: user.email, attempt: count, nextTryAt })
          onWait()
        },
        signal,
        hurry: mine.hurry,
      })
      if (attempt !== mine) throw new Fault({ code: 'cancelled' })
      set({ phase: 'signing-in', step: 'librechat', email: user.email })
      await advance(mine, await auth.login(user.email, handedOut, signal))
    } catch (thrown) {
      throw fail(mine, thrown)
    }
  }

  const run = async (mine: Attempt, input: SignInInput): Promise<void> => {
    const waiting = Promise.withResolvers<void>()
    const working = work(mine, input, waiting.resolve)
    // Once the form was left for the waiting screen, a late failure is told by the state alone.
    working.catch(() => undefined)
    await Promise.race([working, waiting.promise])
  }

  return {
    current: () => attempt,
    begin,
    drop,
    run,
    async register(create, input) {
      const mine = begin(input.email)
      try {
        await create(mine.abort.signal)
      } catch (thrown) {
        throw fail(mine, thrown)
      }
      await run(mine, input)
    },
    advance,
    fail,
  }
}
