import { createHash } from 'node:crypto'
import type { AppError } from '../../contract/errors.ts'
import type { KeychainProblem, SessionState, SignInInput, User } from '../../contract/session.ts'
import { Fault, isFault } from '../fault.ts'
import type { Host } from '../host.ts'
import type { Authorizer, LibreChatAuth, LibreChatLogin, LibreChatTokens, Terms } from '../librechat/librechat.ts'
import { createConnection } from './connection.ts'
import type { Connection } from './connection.ts'
import type { PlatformClient, PlatformTokens } from './platform-client.ts'
import { awaitPassword } from './provisioning.ts'
import { createReachability } from './reachability.ts'
import type { Account, Session } from './session.ts'
import { createVault } from './vault.ts'
import type { SavedSession, Vault } from './vault.ts'

/** Milliseconds that sign-out waits for the servers before it goes on without them. */
const revokeTimeout = 5000

interface Deps {
  readonly host: Pick<Host, 'keychain' | 'paths' | 'channel' | 'log'>
  readonly platform: PlatformClient
  readonly auth: LibreChatAuth
  readonly terms: { get(signal?: AbortSignal): Promise<Terms>; accept(signal?: AbortSignal): Promise<void> }
  readonly origins: { readonly platform: string; readonly librechat: string }
  readonly vault?: Vault
}

interface Attempt {
  readonly abort: AbortController
  readonly hurry: { now: (() => void) | null }
  platform: { tokens: PlatformTokens; user: User } | null
  tempToken: string
}

const signedOut = (reason: 'never' | 'user' | 'cancelled' | 'failed', error: AppError | null = null, keychain: KeychainProblem | null = null): SessionState => ({ phase: 'signed-out', reason, error, keychain })

/** Faults that say that a server is not to be had now, and nothing about the session. */
const isOutage = (error: AppError): boolean => ['unreachable', 'server-error', 'unexpected-answer', 'rate-limited'].includes(error.code)

export function createSession({ host, platform, auth, terms, origins, vault = createVault({ host }) }: Deps): Session {
  let state: SessionState = { phase: 'starting' }
  let account: Account | null = null
  let connection: Connection | null = null
  let attempt: Attempt | null = null
  let remembered: KeychainProblem | null = null
  let termsSettled = true
  const listeners = new Set<(state: SessionState) => void>()
  const accountListeners = new Set<(account: Account | null) => void>()

  const set = (next: SessionState): void => {
    state = next
    for (const listener of listeners) listener(next)
  }
  const setAccount = (next: Account | null): void => {
    if (account?.key === next?.key && (account?.cacheKey === null) === (next?.cacheKey === null)) return
    account = next
    for (const listener of accountListeners) listener(next)
  }

  const reachability = createReachability({
    probe: async () => await connection?.renewNow(),
    onChange: (online, error) => {
      if (state.phase === 'signed-in' && (state.online !== online || !online)) set({ ...state, online, offlineError: online ? null : error })
    },
    isOutage,
  })

  const keyOf = (user: User): string => createHash('sha256').update(`${origins.platform}\n${user.id}`).digest('hex').slice(0, 16)

  const saved = (from: Connection): SavedSession => {
    const { platformRefresh, librechat } = from.tokens()
    return {
      platformOrigin: origins.platform,
      librechatOrigin: origins.librechat,
      user: from.user,
      platformRefresh,
      librechatRefresh: librechat?.refresh ?? '',
      librechatRefreshExpiresAt: librechat?.refreshExpiresAt ?? 0,
      termsSettled,
    }
  }

  const expire = (): void => {
    reachability.stop()
    if (connection !== null) set({ phase: 'expired', email: connection.user.email })
  }

  const connect = (user: User, start: Parameters<typeof createConnection>[0]['start']): Connection => {
    connection?.close()
    const made: Connection = createConnection({
      user,
      platform,
      auth,
      log: host.log,
      start,
      persist: async () => {
        if (connection === made) await vault.update(saved(made))
      },
      onExpired: expire,
      onAttention: expire,
    })
    connection = made
    return made
  }

  const enter = (user: User): void => {
    set({ phase: 'signed-in', user, online: true, offlineError: null, remembered: remembered === null, keychain: remembered })
  }

  /** Looks at the terms; a server that cannot be asked does not keep the user out (it does not enforce them either). */
  const askTerms = async (signal?: AbortSignal): Promise<Terms | null> => {
    try {
      const found = await terms.get(signal)
      if (!found.accepted) return found
      termsSettled = true
    } catch (thrown) {
      if (isFault(thrown) && thrown.error.code === 'cancelled') throw thrown
    }
    return null
  }

  const finish = async (mine: Attempt, tokens: LibreChatTokens): Promise<void> => {
    const { user, tokens: platformTokens } = mine.platform!
    termsSettled = false
    const made = connect(user, { platformRefresh: platformTokens.refresh, platformAccess: platformTokens.access, librechat: tokens, librechatRefresh: tokens.refresh, librechatRefreshExpiresAt: tokens.refreshExpiresAt })
    const [problem, open] = await Promise.all([vault.save(saved(made)), askTerms(mine.abort.signal)])
    if (attempt !== mine) throw new Fault({ code: 'cancelled' })
    remembered = problem
    const key = keyOf(user)
    setAccount({ user, key, cacheKey: problem === null ? vault.cacheKey(key) : null })
    if (open !== null) return set({ phase: 'terms', user, text: open.text, url: open.url })
    attempt = null
    await vault.update(saved(made))
    enter(user)
  }

  const advance = async (mine: Attempt, login: LibreChatLogin): Promise<void> => {
    if (attempt !== mine) throw new Fault({ code: 'cancelled' })
    if (login.kind === 'two-factor') {
      mine.tempToken = login.tempToken
      return set({ phase: 'two-factor', email: mine.platform!.user.email, expiresAt: login.expiresAt, error: null })
    }
    await finish(mine, login.tokens)
  }

  const fail = (mine: Attempt, thrown: unknown): Fault => {
    const fault = isFault(thrown) ? thrown : new Fault({ code: 'unexpected-answer', server: 'librechat' }, thrown)
    if (attempt === mine) {
      attempt = null
      if (account !== null && state.phase !== 'signed-in') connection?.close()
      set(signedOut(fault.error.code === 'cancelled' ? 'cancelled' : 'failed', fault.error.code === 'cancelled' ? null : fault.error))
    }
    return fault
  }

  const begin = (email: string): Attempt => {
    attempt?.abort.abort()
    attempt = { abort: new AbortController(), hurry: { now: null }, platform: null, tempToken: '' }
    set({ phase: 'signing-in', step: 'platform', email })
    return attempt
  }

  const signIn = async (mine: Attempt, { email, password }: SignInInput): Promise<void> => {
    const { signal } = mine.abort
    let waiting: (() => void) | null = null
    const provisioning = new Promise<void>((resolve) => {
      waiting = resolve
    })
    const work = (async () => {
      try {
        const login = await platform.login(email, password, signal)
        mine.platform = login
        const handedOut = await awaitPassword({
          ask: async () => await platform.librechatPassword(mine.platform!.tokens.access, signal).catch(async (thrown: unknown) => {
            if (!isFault(thrown) || thrown.error.code !== 'session-expired') throw thrown
            const fresh = await platform.refresh(mine.platform!.tokens.refresh, signal)
            mine.platform = { user: login.user, tokens: fresh }
            return await platform.librechatPassword(fresh.access, signal)
          }),
          onWait: (count, nextTryAt) => {
            set({ phase: 'provisioning', email: login.user.email, attempt: count, nextTryAt })
            waiting?.()
          },
          signal,
          hurry: mine.hurry,
        })
        set({ phase: 'signing-in', step: 'librechat', email: login.user.email })
        await advance(mine, await auth.login(login.user.email, handedOut, signal))
      } catch (thrown) {
        throw fail(mine, thrown)
      }
    })()
    await Promise.race([work, provisioning])
    work.catch(() => undefined)
  }

  const restore = async (): Promise<void> => {
    set({ phase: 'starting' })
    const found = await vault.load().catch(() => ({ kind: 'corrupt' as const }))
    if (state.phase !== 'starting') return
    if (found.kind === 'blocked') return set({ phase: 'locked', problem: found.problem })
    if (found.kind === 'corrupt') return set(signedOut('never', null, 'unreadable'))
    if (found.kind === 'empty') return set(signedOut('never'))
    const { session } = found
    if (session.platformOrigin !== origins.platform || session.librechatOrigin !== origins.librechat) return set(signedOut('never'))
    remembered = null
    termsSettled = session.termsSettled
    const { user } = session
    connect(user, { platformRefresh: session.platformRefresh, platformAccess: null, librechat: null, librechatRefresh: session.librechatRefresh, librechatRefreshExpiresAt: session.librechatRefreshExpiresAt })
    const key = keyOf(user)
    setAccount({ user, key, cacheKey: vault.cacheKey(key) })
    enter(user)
    await reachability.check()
    if (termsSettled || state.phase !== 'signed-in') return
    const open = await askTerms().catch(() => null)
    if (open !== null && state.phase === 'signed-in') set({ phase: 'terms', user, text: open.text, url: open.url })
  }

  const live = (): Connection => {
    if (connection === null || state.phase === 'signed-out') throw new Fault({ code: 'signed-out' })
    if (state.phase === 'expired') throw new Fault({ code: 'session-expired' })
    return connection
  }
  const authorizer: Authorizer = {
    accessToken: async (signal) => await live().accessToken(signal),
    renew: async (stale, signal) => await live().renew(stale, signal),
    refreshCookie: () => connection?.refreshCookie() ?? null,
  }

  const leave = async (reason: 'user' | 'cancelled'): Promise<void> => {
    const old = connection
    attempt?.abort.abort()
    attempt = null
    reachability.stop()
    await old?.revoke(AbortSignal.timeout(revokeTimeout))
    connection = null
    old?.close()
    await vault.erase()
    remembered = null
    setAccount(null)
    set(signedOut(reason))
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    account: () => account,
    onAccount(listener) {
      accountListeners.add(listener)
      return () => void accountListeners.delete(listener)
    },
    authorizer,
    start: restore,
    signIn: async (input) => await signIn(begin(input.email), input),
    async register(input) {
      const mine = begin(input.email)
      try {
        await platform.register(input, mine.abort.signal)
      } catch (thrown) {
        throw fail(mine, thrown)
      }
      await signIn(mine, { email: input.email, password: input.password })
    },
    async cancel() {
      if (state.phase === 'terms') return await leave('cancelled')
      if (state.phase === 'locked') return set(signedOut('cancelled', null, state.problem))
      if (attempt === null) return
      attempt.abort.abort()
      attempt = null
      set(signedOut('cancelled'))
    },
    async verifyCode(code) {
      const mine = attempt
      if (state.phase !== 'two-factor' || mine === null) throw new Fault({ code: 'code-expired' })
      const asked = state
      try {
        await advance(mine, await auth.verifyCode(mine.tempToken, code, mine.abort.signal))
      } catch (thrown) {
        if (!isFault(thrown) || thrown.error.code === 'code-expired') throw fail(mine, thrown)
        if (attempt === mine) set({ ...asked, error: thrown.error })
        throw thrown
      }
    },
    async acceptTerms() {
      if (state.phase !== 'terms' || connection === null) return
      await terms.accept()
      attempt = null
      termsSettled = true
      await vault.update(saved(connection))
      enter(connection.user)
    },
    async retry() {
      if (state.phase === 'locked' || (state.phase === 'signed-out' && state.keychain !== null)) return await restore()
      if (state.phase === 'provisioning') return attempt?.hurry.now?.()
      if (state.phase === 'signed-in') await reachability.check()
    },
    signOut: async () => await leave('user'),
    reportReachable: (reachable) => reachability.report(reachable, state.phase === 'signed-in' ? state.online : true),
    async close() {
      attempt?.abort.abort()
      reachability.stop()
      await vault.close()
      listeners.clear()
    },
  }
}
