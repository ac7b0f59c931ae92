import { z } from 'zod'
import type { Database, Queries } from '../database/database.ts'
import type { ProvisioningState } from './state.ts'
import { hasAccount, provisioningState } from './state.ts'

const row = z.object({
  user_id: z.string(),
  state: provisioningState,
  http_status: z.number().int().nullable(),
  attempts: z.number().int(),
  registered_at: z.date().nullable(),
  changed_at: z.date(),
  next_password_encrypted: z.string().nullable(),
})

/** A row of `hestami_platform_librechat`: what the platform knows of a user's LibreChat account beside `users_user`. */
export interface AccountRecord {
  readonly userId: string
  readonly state: ProvisioningState
  /** Of LibreChat's last answer that was not a yes. */
  readonly httpStatus: number | null
  /** Failed ones since it was asked for. */
  readonly attempts: number
  /** When LibreChat last said yes to a registration with the stored password. */
  readonly registeredAt: Date | null
  readonly changedAt: Date
  /** The password that is to replace the stored one: a rotation is under way. */
  readonly nextPasswordEncrypted: string | null
}

export interface AccountOutcome {
  readonly state: ProvisioningState
  readonly httpStatus: number | null
}

export interface Accounts {
  find(userId: string): Promise<AccountRecord | null>
  /** In no order; users without a record are left out. */
  findMany(userIds: readonly string[]): Promise<AccountRecord[]>
  /** Starts anew: `requested`, no attempts. Users that are gone or not active are left out; returns how many were there. */
  request(userIds: readonly string[], on?: Queries): Promise<number>
  /**
   * Notes a failed attempt; the state the user is in meanwhile. Returns the attempts so far; 0: no such record, or another
   * process has provisioned the user in the meantime.
   */
  failed(userId: string, outcome: AccountOutcome): Promise<number>
  registered(userId: string, is: boolean): Promise<void>
  /** Stores the LibreChat id in `users_user` and the state here, both or none. */
  provisioned(userId: string, librechatUserId: string, state: ProvisioningState): Promise<void>
  /** The password that is to replace the stored one; keeps one that is there. Null: no such record. */
  keepNextPassword(userId: string, encrypted: string): Promise<string | null>
  /** The next password becomes the stored one; without a sign-in there is no LibreChat account with it yet. */
  adoptNextPassword(userId: string, librechatUserId: string | null, state: ProvisioningState): Promise<void>
  dropNextPassword(userId: string, state: ProvisioningState): Promise<void>
  /** Users that are in one of `states` (or whose rotation is under way) since before `before`; oldest first. */
  unsettled(states: readonly ProvisioningState[], before: Date, limit: number): Promise<AccountRecord[]>
  countByState(): Promise<ReadonlyMap<ProvisioningState, number>>
}

const columns = 'user_id, state, http_status, attempts, registered_at, changed_at, next_password_encrypted'

function toRecord(found: unknown): AccountRecord {
  const read = row.parse(found)
  return {
    userId: read.user_id,
    state: read.state,
    httpStatus: read.http_status,
    attempts: read.attempts,
    registeredAt: read.registered_at,
    changedAt: read.changed_at,
    nextPasswordEncrypted: read.next_password_encrypted,
  }
}

export function createAccounts(database: Database): Accounts {
  const findMany = async (userIds: readonly string[]): Promise<AccountRecord[]> => {
    const { rows } = await database.query(
      `SELECT ${columns} FROM hestami_platform_librechat WHERE user_id = ANY($1::uuid[])`,
      [userIds],
    )
    return rows.map(toRecord)
  }

  return {
    findMany,
    find: async (userId) => (await findMany([userId]))[0] ?? null,
    async request(userIds, on = database) {
      const { rowCount } = await on.query(
        `INSERT INTO hestami_platform_librechat (user_id, state)
         SELECT id, 'requested' FROM users_user WHERE id = ANY($1::uuid[]) AND is_active
         ON CONFLICT (user_id) DO UPDATE SET state = 'requested', http_status = NULL, attempts = 0,
           requested_at = now(), changed_at = now()`,
        [userIds],
      )
      return rowCount
    },
    async failed(userId, { state, httpStatus }) {
      const { rows } = await database.query(
        `UPDATE hestami_platform_librechat
         SET state = $2, http_status = $3, attempts = attempts + 1, changed_at = now()
         WHERE user_id = $1 AND state <> ALL ($4::text[]) RETURNING attempts`,
        [userId, state, httpStatus, provisioningState.options.filter(hasAccount)],
      )
      return Number(rows[0]?.['attempts'] ?? 0)
    },
    async registered(userId, is) {
      await database.query(
        `UPDATE hestami_platform_librechat SET registered_at = CASE WHEN $2 THEN now() END WHERE user_id = $1`,
        [userId, is],
      )
    },
    async provisioned(userId, librechatUserId, state) {
      await database.transaction(async ({ query }) => {
        await query('UPDATE users_user SET librechat_user_id = $2, librechat_synced_at = now() WHERE id = $1', [
          userId,
          librechatUserId,
        ])
        await query(
          `UPDATE hestami_platform_librechat SET state = $2, http_status = NULL, changed_at = now() WHERE user_id = $1`,
          [userId, state],
        )
      })
    },
    async keepNextPassword(userId, encrypted) {
      const { rows } = await database.query(
        `UPDATE hestami_platform_librechat SET next_password_encrypted = coalesce(next_password_encrypted, $2)
         WHERE user_id = $1 RETURNING next_password_encrypted`,
        [userId, encrypted],
      )
      const kept = rows[0]?.['next_password_encrypted']
      return typeof kept === 'string' ? kept : null
    },
    async adoptNextPassword(userId, librechatUserId, state) {
      await database.transaction(async ({ query }) => {
        await query(
          `UPDATE users_user SET librechat_password_encrypted = next_password_encrypted, librechat_user_id = $2::text,
             librechat_synced_at = CASE WHEN $2::text IS NULL THEN NULL ELSE now() END
           FROM hestami_platform_librechat AS account
           WHERE id = $1 AND user_id = $1 AND next_password_encrypted IS NOT NULL`,
          [userId, librechatUserId],
        )
        await query(
          `UPDATE hestami_platform_librechat SET next_password_encrypted = NULL, state = $2, http_status = NULL,
             registered_at = CASE WHEN $3::text IS NULL THEN NULL ELSE now() END, changed_at = now() WHERE user_id = $1`,
          [userId, state, librechatUserId],
        )
      })
    },
    async dropNextPassword(userId, state) {
      await database.query(
        `UPDATE hestami_platform_librechat SET next_password_encrypted = NULL, state = $2, changed_at = now()
         WHERE user_id = $1`,
        [userId, state],
      )
    },
    async unsettled(states, before, limit) {
      const { rows } = await database.query(
        `SELECT ${columns} FROM hestami_platform_librechat JOIN users_user ON id = user_id AND is_active
         WHERE (state = ANY($1::text[]) OR next_password_encrypted IS NOT NULL) AND changed_at < $2
         ORDER BY changed_at LIMIT $3`,
        [states, before, limit],
      )
      return rows.map(toRecord)
    },
    async countByState() {
      const { rows } = await database.query(
        'SELECT state, count(*)::int AS users FROM hestami_platform_librechat GROUP BY state',
      )
      return new Map(rows.map((found) => [provisioningState.parse(found['state']), Number(found['users'])]))
    },
  }
}
