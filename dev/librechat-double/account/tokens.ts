import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Settings } from '../options.ts'
import { documentId } from '../state/ids.ts'
import type { Session, User } from '../state/schema.ts'
import type { Store } from '../state/store.ts'
import type { JwtResult } from './jwt.ts'
import { signJwt, verifyJwt } from './jwt.ts'
import type { Users } from './users.ts'

export interface Issued {
  readonly access: string
  readonly refresh: string
  /** Epoch milliseconds: when the session ends. */
  readonly expiresAt: number
}

export type AccessResult =
  | { readonly ok: true; readonly user: User }
  | {
      readonly ok: false
      readonly reason: Extract<JwtResult, { ok: false }>['reason'] | 'No auth token' | 'Unauthorized'
    }

export type RefreshResult =
  | { readonly ok: true; readonly user: User; readonly issued: Issued }
  | { readonly ok: false; readonly reason: 'invalid' | 'no-session' | 'no-user' }

export interface Tokens {
  open(user: User): Issued
  /** Uses the refresh token up: the one in the result takes its place. */
  rotate(refresh: string): RefreshResult
  /** Of an `Authorization` header. */
  access(header: string): AccessResult
  /** The user a refresh token names, whether its session lives or not: what image links are guarded with. */
  refreshOwner(refresh: string): string | null
  tempToken(user: User): string
  tempOwner(token: string): User | null
  /** Ends the session of this refresh token; without one, some session of the user. */
  close(user: User, refresh: string | null): void
  closeAll(userId: string): void
  /** Refuses the user's access tokens issued so far as expired. */
  expireAccess(user: User): void
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export function createTokens({ store, users, settings }: { store: Store; users: Users; settings: Settings }): Tokens {
  /** One key per user and epoch: counting the epoch up refuses what was signed before. */
  const accessKey = (userId: string, epoch: number): string =>
    createHmac('sha256', store.secrets.access).update(`${userId} ${epoch}`).digest('hex')

  const issue = (user: User, session: Session): Issued => {
    const { id, username, email } = user
    const access = signJwt(
      { id, username, provider: 'local', email },
      accessKey(id, user.tokenEpoch),
      Date.now() + settings.accessSeconds * 1000,
    )
    // Two tokens of one second would be equal without the nonce.
    const claims = { id, sessionId: session.id, jti: randomBytes(8).toString('hex') }
    const refresh = signJwt(claims, store.secrets.refresh, session.expiresAt)
    session.tokenHash = hashOf(refresh)
    store.sessions.set(session.id, session)
    store.changed()
    return { access, refresh, expiresAt: session.expiresAt }
  }

  const claimed = (token: string): string => {
    try {
      const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
      const id = (claims as { id?: unknown } | null)?.id
      return typeof id === 'string' ? id : ''
    } catch {
      return ''
    }
  }

  return {
    open: (user) =>
      issue(user, {
        id: documentId(),
        userId: user.id,
        tokenHash: '',
        expiresAt: Date.now() + settings.refreshSeconds * 1000,
      }),
    rotate(refresh) {
      const verified = verifyJwt(refresh, store.secrets.refresh)
      if (!verified.ok) return { ok: false, reason: 'invalid' }
      const user = users.byId(verified.claims['id'])
      if (user === null) return { ok: false, reason: 'no-user' }
      const session = store.sessions.get(String(verified.claims['sessionId']))
      if (!session || session.tokenHash !== hashOf(refresh) || session.expiresAt <= Date.now())
        return { ok: false, reason: 'no-session' }
      return { ok: true, user, issued: issue(user, session) }
    },
    access(header) {
      const token = /^Bearer (.+)$/i.exec(header)?.[1]
      if (token === undefined) return { ok: false, reason: 'No auth token' }
      const user = users.byId(claimed(token))
      if (user === null) {
        const { reason } = verifyJwt(token, store.secrets.access) as {
          reason?: Extract<JwtResult, { ok: false }>['reason']
        }
        return { ok: false, reason: reason === 'jwt malformed' ? reason : 'Unauthorized' }
      }
      const verified = verifyJwt(token, accessKey(user.id, user.tokenEpoch))
      if (verified.ok) return { ok: true, user }
      const wasGood = Array.from({ length: user.tokenEpoch }, (_, epoch) => accessKey(user.id, epoch)).some(
        (key) => (verifyJwt(token, key) as { reason?: string }).reason !== 'invalid signature',
      )
      return { ok: false, reason: verified.reason === 'invalid signature' && wasGood ? 'jwt expired' : verified.reason }
    },
    refreshOwner(refresh) {
      const verified = verifyJwt(refresh, store.secrets.refresh)
      return verified.ok ? String(verified.claims['id']) : null
    },
    tempToken(user) {
      const until = Date.now() + (settings.twoFactor.tempSeconds ?? 300) * 1000
      return signJwt({ userId: user.id, twoFAPending: true }, store.secrets.access, until)
    },
    tempOwner(token) {
      const verified = verifyJwt(token, store.secrets.access)
      return verified.ok && verified.claims['twoFAPending'] === true ? users.byId(verified.claims['userId']) : null
    },
    close(user, refresh) {
      const hash = refresh === null ? null : hashOf(refresh)
      for (const session of store.sessions.values()) {
        if (session.userId !== user.id || (hash !== null && session.tokenHash !== hash)) continue
        store.sessions.delete(session.id)
        break
      }
      store.changed()
    },
    closeAll(userId) {
      for (const session of store.sessions.values()) if (session.userId === userId) store.sessions.delete(session.id)
      store.changed()
    },
    expireAccess(user) {
      user.tokenEpoch++
      store.changed()
    },
  }
}
