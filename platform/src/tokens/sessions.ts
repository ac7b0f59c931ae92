import type { TokenPair } from '../api.ts'
import type { Database, Queries } from '../database/database.ts'
import type { Claims, Jwt } from './jwt.ts'

/** A refresh token that is not taken, in simplejwt's words. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
}

/** Refresh tokens that are out and those that are blacklisted, in simplejwt's tables. */
export interface Sessions {
  start(userId: string): Promise<TokenPair>
  /**
   * The same after a login, in one statement with noting the time, and `fresh` as the hash if given. Null: meanwhile the user
   * has been deactivated, or has another password than the hash `checked`.
   */
  signIn(userId: string, hash: { readonly checked: string; readonly fresh?: string }): Promise<TokenPair | null>
  /** Of two rotations of one token, at once or not, exactly one succeeds. Throws TokenRefused. */
  rotate(refresh: string): Promise<TokenPair>
  /** Throws TokenRefused: not a refresh token of this user that is still good. */
  end(refresh: string, userId: string): Promise<void>
  /** Ends all sessions of the user. */
  endAll(userId: string, on: Queries): Promise<void>
  isBlacklisted(jti: string): Promise<boolean>
  /** Forgets tokens that expired a day ago; returns how many. */
  flushExpired(): Promise<number>
}

const invalid = 'Token is invalid or expired'

/** By the database's clock, while this process's decides what has expired: a margin for the two to differ. */
const longExpired = `expires_at < now() - interval '1 day'`

/** What is kept of a token: all but its signature. Nothing reads it, and a copy of the database shall sign nobody in. */
const unsigned = (token: string): string => token.slice(0, token.lastIndexOf('.') + 1)

export function createSessions({ database, jwt }: { database: Database; jwt: Jwt }): Sessions {
  const remember = async (on: Queries, token: string, { jti, iat, exp, user_id }: Claims): Promise<void> => {
    await on.query(
      `INSERT INTO token_blacklist_outstandingtoken (token, created_at, expires_at, user_id, jti)
       VALUES ($1, to_timestamp($2), to_timestamp($3), $4, $5) ON CONFLICT (jti) DO NOTHING`,
      [unsigned(token), iat, exp, user_id, jti],
    )
  }
  const issue = async (on: Queries, userId: string): Promise<TokenPair> => {
    const [access, refresh] = [await jwt.issue('access', userId), await jwt.issue('refresh', userId)]
    await remember(on, refresh.token, refresh.claims)
    return { access: access.token, refresh: refresh.token }
  }
  const isActive = async (on: Queries, userId: string): Promise<boolean> => {
    const { rows } = await on.query('SELECT is_active FROM users_user WHERE id = $1 FOR SHARE', [userId])
    return rows[0]?.['is_active'] === true
  }
  /** The unique index decides between two at once: the later waits for the earlier and then adds no row. */
  const blacklist = async (on: Queries, token: string, claims: Claims): Promise<void> => {
    await remember(on, token, claims)
    const { rowCount } = await on.query(
      `INSERT INTO token_blacklist_blacklistedtoken (blacklisted_at, token_id)
       SELECT now(), id FROM token_blacklist_outstandingtoken WHERE jti = $1 ON CONFLICT (token_id) DO NOTHING`,
      [claims.jti],
    )
    if (rowCount !== 1) throw new TokenRefused('Token is blacklisted')
  }

  return {
    start: (userId) => issue(database, userId),
    async signIn(userId, { checked, fresh = checked }) {
      const [access, refresh] = [await jwt.issue('access', userId), await jwt.issue('refresh', userId)]
      const { iat, exp, jti } = refresh.claims
      const { rowCount } = await database.query(
        `WITH signed_in AS (
           UPDATE users_user SET last_login = now(), password = $3
           WHERE id = $1 AND password = $2 AND is_active RETURNING id
         )
         INSERT INTO token_blacklist_outstandingtoken (token, created_at, expires_at, user_id, jti)
         SELECT $4, to_timestamp($5), to_timestamp($6), id, $7 FROM signed_in`,
        [userId, checked, fresh, unsigned(refresh.token), iat, exp, jti],
      )
      return rowCount === 1 ? { access: access.token, refresh: refresh.token } : null
    },
    async rotate(refresh) {
      const claims = await jwt.verify(refresh, 'refresh')
      if (!claims) throw new TokenRefused(invalid)
      return database.transaction(async (on) => {
        if (!(await isActive(on, claims.user_id))) throw new TokenRefused(invalid)
        await blacklist(on, refresh, claims)
        return issue(on, claims.user_id)
      })
    },
    async end(refresh, userId) {
      const claims = await jwt.verify(refresh, 'refresh')
      if (claims?.user_id !== userId) throw new TokenRefused(invalid)
      await database.transaction((on) => blacklist(on, refresh, claims))
    },
    async endAll(userId, on) {
      await on.query(
        `INSERT INTO token_blacklist_blacklistedtoken (blacklisted_at, token_id)
         SELECT now(), id FROM token_blacklist_outstandingtoken WHERE user_id = $1
         ON CONFLICT (token_id) DO NOTHING`,
        [userId],
      )
    },
    async isBlacklisted(jti) {
      const { rowCount } = await database.query(
        `SELECT 1 FROM token_blacklist_blacklistedtoken AS blacklisted
         JOIN token_blacklist_outstandingtoken AS token ON token.id = blacklisted.token_id WHERE token.jti = $1`,
        [jti],
      )
      return rowCount > 0
    },
    async flushExpired() {
      return database.transaction(async (on) => {
        await on.query(
          `DELETE FROM token_blacklist_blacklistedtoken WHERE token_id IN
             (SELECT id FROM token_blacklist_outstandingtoken WHERE ${longExpired})`,
        )
        const { rowCount } = await on.query(`DELETE FROM token_blacklist_outstandingtoken WHERE ${longExpired}`)
        return rowCount
      })
    },
  }
}
