import { createHash } from 'node:crypto'
import type { KeychainProblem, SessionState, User } from '../../contract/session.ts'
import { Fault, isFault } from '../fault.ts'
import type { Host } from '../host.ts'
import type { Authorizer, LibreChat, LibreChatAuth, LibreChatTokens, Terms } from '../librechat/librechat.ts'
import { createConnection } from './connection.ts'
import type { Connection } from './connection.ts'
import type { PlatformClient } from './platform-client.ts'
import { createReachability } from './reachability.ts'
import type { Session } from './session.ts'
import { createSignIn, signedOut } from './sign-in.ts'
import type { Attempt } from './sign-in.ts'
import { createStateStore } from './state-store.ts'
import { createVault } from './vault.ts'
import type { SavedSession, Vault } from './vault.ts'

/** Milliseconds that sign-out waits for the servers before it goes on without them. */
const revokeTimeout = 5000

interface Deps {
  readonly host: Pick<Host, 'keychain' | 'paths' | 'flavour' | 'log'>
  readonly platform: PlatformClient
  readonly auth: LibreChatAuth
  readonly terms: LibreChat['terms']
  readonly origins: { readonly platform: string; readonly librechat: string }
  readonly vault?: Vault
  /** LibreChat can be asked from here on: what the window will want can be fetched while the rest is settled. */
  readonly onConnected?: () => void
}

export function createSession({
  host,
  platform,
  auth,
  terms,
  origins,
  onConnected,
  vault = createVault({ host }),
}: Deps): Session {
  const store = createStateStore()
  const { set } = store
  let connection: Connection | null = null
  let problem: KeychainProblem | null = null
  let termsSettled = true

  const reachability = createReachability({
    probe: async () => await connection?.renewNow(),
    onChange: (online, error) => {
      const state = store.state()
      if (state.phase !== 'signed-in' || (state.online === online && online)) return
      set({ ...state, online, offlineError: online ? null : error })
    },
  })

  const keyOf = (user: User): string =>
    createHash('sha256').update(`${origins.platform}\n${user.id}`).digest('hex').slice(0, 16)

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
    onConnected?.()
    return made
  }

  const enter = (user: User): void => {
    const remembered = problem === null
    host.log({ level: 'info', event: 'session.signed-in', fields: { remembered } })
    set({ phase: 'signed-in', user, online: true, offlineError: null, remembered, keychain: problem })
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

  /** Cancelled while it was being kept: nobody may find it at the next start. A newer attempt keeps its own. */
  const undo = async (made: Connection): Promise<never> => {
    if (connection === made) {
      connection = null
      await vault.erase()
    }
    await made.revoke(AbortSignal.timeout(revokeTimeout))
    made.close()
    throw new Fault({ code: 'cancelled' })
  }

  const finish = async (mine: Attempt, tokens: LibreChatTokens): Promise<void> => {
    if (mine.platform === null) throw new Fault({ code: 'cancelled' })
    const { user, tokens: platformTokens } = mine.platform
    termsSettled = false
    const made = connect(user, {
      platformRefresh: platformTokens.refresh,
      platformAccess: platformTokens.access,
      librechat: tokens,
      librechatRefresh: tokens.refresh,
      librechatRefreshExpiresAt: tokens.refreshExpiresAt,
    })
    const [kept, open] = await Promise.all([vault.save(saved(made)), askTerms(mine.abort.signal)])
    if (signIn.current() !== mine) return await undo(made)
    problem = kept
    const key = keyOf(user)
    store.setAccount({ user, key, cacheKey: kept === null ? vault.cacheKey(key) : null })
    signIn.drop(false)
    if (open !== null) return set({ phase: 'terms', user, text: open.text, url: open.url })
    await vault.update(saved(made))
    enter(user)
  }

  const rest = (otherwise: SessionState): SessionState => {
    const account = store.account()
    return account === null ? otherwise : { phase: 'expired', email: account.user.email }
  }
  const signIn = createSignIn({ platform, auth, set, rest, finish })

  const restore = async (): Promise<void> => {
    set({ phase: 'starting' })
    const found = await vault.load().catch(() => ({ kind: 'corrupt' as const }))
    if (store.state().phase !== 'starting') return
    if (found.kind === 'blocked') return set({ phase: 'locked', problem: found.problem })
    if (found.kind === 'corrupt') return set(signedOut('never', null, 'unreadable'))
    if (found.kind === 'empty') return set(signedOut('never'))
    const { session } = found
    const elsewhere = session.platformOrigin !== origins.platform || session.librechatOrigin !== origins.librechat
    if (elsewhere) return set(signedOut('never'))
    problem = null
    termsSettled = session.termsSettled
    const { user } = session
    connect(user, {
      platformRefresh: session.platformRefresh,
      platformAccess: null,
      librechat: null,
      librechatRefresh: session.librechatRefresh === '' ? null : session.librechatRefresh,
      librechatRefreshExpiresAt: session.librechatRefreshExpiresAt,
    })
    const key = keyOf(user)
    store.setAccount({ user, key, cacheKey: vault.cacheKey(key) })
    enter(user)
    await reachability.check()
    if (termsSettled || store.state().phase !== 'signed-in') return
    const open = await askTerms().catch(() => null)
    if (open !== null && store.state().phase === 'signed-in')
      set({ phase: 'terms', user, text: open.text, url: open.url })
  }

  const live = (): Connection => {
    const { phase } = store.state()
    if (connection === null || phase === 'signed-out') throw new Fault({ code: 'signed-out' })
    if (phase === 'expired') throw new Fault({ code: 'session-expired' })
    return connection
  }
  const authorizer: Authorizer = {
    accessToken: async (signal) => await live().accessToken(signal),
    renew: async (stale, signal) => await live().renew(stale, signal),
    refreshCookie: () => connection?.refreshCookie() ?? null,
  }

  const leave = async (reason: 'user' | 'cancelled'): Promise<void> => {
    const old = connection
    signIn.drop(true)
    reachability.stop()
    await old?.revoke(AbortSignal.timeout(revokeTimeout))
    connection = null
    old?.close()
    await vault.erase()
    problem = null
    store.setAccount(null)
    set(signedOut(reason))
  }

  return {
    state: store.state,
    subscribe: store.subscribe,
    account: store.account,
    onAccount: store.onAccount,
    authorizer,
    check: {
      platform: async (signal) => await live().check.platform(signal),
      librechatToken: async (signal) => await live().check.librechatToken(signal),
    },
    start: restore,
    signIn: async (input) => await signIn.run(signIn.begin(input.email), input),
    register: async (input) =>
      await signIn.register(async (signal) => await platform.register(input, signal), {
        email: input.email,
        password: input.password,
      }),
    async cancel() {
      const state = store.state()
      if (state.phase === 'terms') return await leave('cancelled')
      if (state.phase === 'locked') return set(signedOut('cancelled', null, state.problem))
      // The keychain has not answered yet: what it holds can still be had by trying again.
      if (state.phase === 'starting') return set(signedOut('cancelled', null, 'hanging'))
      if (state.phase === 'expired') return await leave('cancelled')
      if (signIn.current() === null) return
      signIn.drop(true)
      set(rest(signedOut('cancelled')))
    },
    async verifyCode(code) {
      const mine = signIn.current()
      const asked = store.state()
      if (asked.phase !== 'two-factor' || mine === null) throw new Fault({ code: 'code-expired' })
      try {
        await signIn.advance(mine, await auth.verifyCode(mine.tempToken, code, mine.abort.signal))
      } catch (thrown) {
        if (!isFault(thrown) || thrown.error.code === 'code-expired') throw signIn.fail(mine, thrown)
        if (signIn.current() === mine) set({ ...asked, error: thrown.error })
        throw thrown
      }
    },
    async acceptTerms() {
      if (store.state().phase !== 'terms' || connection === null) return
      await terms.accept()
      termsSettled = true
      await vault.update(saved(connection))
      enter(connection.user)
    },
    async retry() {
      const state = store.state()
      if (state.phase === 'locked' || (state.phase === 'signed-out' && state.keychain !== null)) return await restore()
      if (state.phase === 'provisioning') return signIn.current()?.hurry.now?.()
      if (state.phase === 'signed-in') await reachability.check()
    },
    signOut: async () => await leave('user'),
    reportReachable(reachable) {
      const state = store.state()
      reachability.report(reachable, state.phase === 'signed-in' ? state.online : true)
    },
    async close() {
      signIn.drop(true)
      reachability.stop()
      await vault.close()
      store.clear()
    },
  }
}
