import type { AppError } from '../../contract/errors.ts'
import type { User } from '../../contract/session.ts'
import { Fault, isFault } from '../fault.ts'
import type { Log } from '../host.ts'
import type { Authorizer, LibreChatAuth, LibreChatTokens } from '../librechat/librechat.ts'
import type { PlatformClient, PlatformTokens } from './platform-client.ts'
import { createBudget, isFresh, singleFlight, waitFor } from './token-holder.ts'

/** What the connection check asks of a session. Nothing of it rotates the platform's token, or logs in anywhere. */
export interface SessionCheck {
  /** Whether the platform still takes the session. Faults of the transport. */
  platform(signal: AbortSignal): Promise<boolean>
  /** An access token for LibreChat, renewed and kept as ever when it is too old. Fault session-expired: LibreChat ended the session. */
  librechatToken(signal: AbortSignal): Promise<string>
}

/** Everything that is signed in to: both servers' tokens, in memory. */
export interface Connection extends Authorizer {
  readonly user: User
  tokens(): { platformRefresh: string; librechat: LibreChatTokens | null }
  /** Renews now, whatever the token's age. */
  renewNow(): Promise<void>
  readonly check: SessionCheck
  /** Revokes at both servers, in parallel; never throws. `signal` bounds it. */
  revoke(signal: AbortSignal): Promise<void>
  close(): void
}

interface Deps {
  readonly user: User
  readonly platform: PlatformClient
  readonly auth: LibreChatAuth
  readonly log: Log
  readonly start: {
    platformRefresh: string
    platformAccess: string | null
    librechat: LibreChatTokens | null
    librechatRefresh: string | null
    librechatRefreshExpiresAt: number
  }
  /** Makes a rotation durable; resolves before the new access token is used. */
  readonly persist: () => Promise<void>
  /** The session is over and only the user can start another. */
  readonly onExpired: () => void
  /** A second factor is asked for at a silent login: only the user can go on. */
  readonly onAttention: (error: AppError) => void
}

/** Password logins at LibreChat in five minutes; its own limit is seven, for everyone behind the address. */
const loginBudget = { count: 2, window: 5 * 60_000 }

export function createConnection({
  user,
  platform,
  auth,
  log,
  start,
  persist,
  onExpired,
  onAttention,
}: Deps): Connection {
  let platformTokens: PlatformTokens = { access: start.platformAccess ?? '', refresh: start.platformRefresh }
  let librechat = start.librechat
  let refreshToken = start.librechatRefresh ?? start.librechat?.refresh ?? null
  let closed = false
  const mayLogin = createBudget(loginBudget.count, loginBudget.window)

  const ensureOpen = (): void => {
    if (closed) throw new Fault({ code: 'signed-out' })
  }

  const renewPlatform = singleFlight(async () => {
    try {
      const fresh = await platform.refresh(platformTokens.refresh)
      ensureOpen()
      platformTokens = fresh
      await persist()
    } catch (thrown) {
      if (isFault(thrown) && thrown.error.code === 'session-expired' && !closed) onExpired()
      throw thrown
    }
  })

  const password = async (): Promise<string> => {
    const ask = async (): Promise<string | null> => await platform.librechatPassword(platformTokens.access)
    let found: string | null
    if (platformTokens.access === '') await renewPlatform()
    try {
      found = await ask()
    } catch (thrown) {
      if (!isFault(thrown) || thrown.error.code !== 'session-expired') throw thrown
      await renewPlatform()
      found = await ask()
    }
    if (found === null) throw new Fault({ code: 'account-refused', reason: 'password' })
    return found
  }

  const loginAgain = async (): Promise<LibreChatTokens> => {
    if (!mayLogin())
      throw new Fault({ code: 'rate-limited', server: 'librechat', retryAt: Date.now() + loginBudget.window })
    log({ level: 'info', event: 'session.login-again' })
    const login = await auth.login(user.email, await password())
    if (login.kind === 'two-factor') {
      onAttention({ code: 'session-expired' })
      throw new Fault({ code: 'session-expired' })
    }
    return login.tokens
  }

  const take = async (fresh: LibreChatTokens): Promise<void> => {
    ensureOpen()
    refreshToken = fresh.refresh
    const before = librechat
    librechat = fresh
    try {
      await persist()
    } catch (cause) {
      librechat = before
      throw cause
    }
  }

  const refreshLibreChat = singleFlight(async () => {
    ensureOpen()
    if (refreshToken === null) throw new Fault({ code: 'session-expired' })
    await take((await auth.refresh(refreshToken)).tokens)
  })

  const renewLibreChat = singleFlight(async () => {
    try {
      await refreshLibreChat()
    } catch (thrown) {
      if (!isFault(thrown) || thrown.error.code !== 'session-expired') throw thrown
      await take(await loginAgain())
    }
  })

  const access = (): string => {
    ensureOpen()
    if (librechat === null) throw new Fault({ code: 'session-expired' })
    return librechat.access
  }

  return {
    user,
    tokens: () => ({
      platformRefresh: platformTokens.refresh,
      librechat:
        librechat ??
        (refreshToken === null
          ? null
          : {
              access: '',
              accessExpiresAt: 0,
              refresh: refreshToken,
              refreshExpiresAt: start.librechatRefreshExpiresAt,
            }),
    }),
    async accessToken(signal) {
      ensureOpen()
      if (!isFresh(librechat)) await waitFor(renewLibreChat(), signal)
      return access()
    },
    async renew(stale, signal) {
      ensureOpen()
      if (librechat === null || librechat.access === stale) await waitFor(renewLibreChat(), signal)
      return access()
    },
    renewNow: renewLibreChat,
    check: {
      async platform(signal) {
        ensureOpen()
        const asked = platformTokens.refresh
        const taken = await platform.verify(asked, signal)
        // A renewal at the same time makes the token that was asked for an old one.
        return taken || asked === platformTokens.refresh ? taken : await platform.verify(platformTokens.refresh, signal)
      },
      async librechatToken(signal) {
        ensureOpen()
        if (!isFresh(librechat)) await waitFor(refreshLibreChat(), signal)
        return access()
      },
    },
    refreshCookie: () => refreshToken,
    async revoke(signal) {
      const platformPart = async (): Promise<void> => {
        if (platformTokens.access === '') await renewPlatform()
        await platform.logout(platformTokens, signal)
      }
      const librechatPart = async (): Promise<void> => {
        // A dead bearer revokes nothing: get a live one first.
        if (!isFresh(librechat)) await waitFor(renewLibreChat(), signal)
        if (librechat !== null) await auth.logout({ access: librechat.access, refresh: librechat.refresh }, signal)
      }
      const outcomes = await Promise.allSettled([waitFor(platformPart(), signal), waitFor(librechatPart(), signal)])
      log({
        level: 'info',
        event: 'session.revoked',
        fields: { platform: outcomes[0].status === 'fulfilled', librechat: outcomes[1].status === 'fulfilled' },
      })
    },
    close() {
      closed = true
      librechat = null
      refreshToken = null
      platformTokens = { access: '', refresh: '' }
    },
  }
}
