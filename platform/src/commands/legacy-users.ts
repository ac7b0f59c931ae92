import { z } from 'zod'
import type { Database } from '../database/database.ts'
import type { ProvisioningState } from '../provisioning/state.ts'
import { provisioningState } from '../provisioning/state.ts'

/** How the columns of `users_user` say it, as the Django command counted. */
export const syncState = z.enum(['synced', 'not-synced', 'password-only', 'id-only'])
export type SyncState = z.infer<typeof syncState>

const userRow = z.object({
  id: z.string(),
  email: z.string(),
  user_role: z.string(),
  joined: z.date(),
  sync: syncState,
  state: provisioningState.nullable(),
})

export interface LegacyUser {
  readonly id: string
  readonly email: string
  readonly userRole: string
  readonly joined: Date
  readonly sync: SyncState
  /** What the platform knows of the account; null: nobody asked for one. */
  readonly state: ProvisioningState | null
}

export const syncColumn = `CASE
  WHEN coalesce(librechat_user_id, '') <> '' AND coalesce(librechat_password_encrypted, '') <> '' THEN 'synced'
  WHEN coalesce(librechat_user_id, '') <> '' THEN 'id-only'
  WHEN coalesce(librechat_password_encrypted, '') <> '' THEN 'password-only'
  ELSE 'not-synced' END`

/** Whom a sync is for: service accounts never chat. */
export const eligible = `is_active AND user_role <> 'SERVICE_ACCOUNT'`

/**
 * The eligible users, oldest first, in pages that stay right while users are added: each begins after the last user of the
 * page before. `synced`: also those who have all.
 */
export async function* legacyUsers(
  database: Database,
  { synced = false, page = 1000 }: { synced?: boolean; page?: number } = {},
): AsyncGenerator<LegacyUser[]> {
  let after: { joined: string; id: string } | null = null
  for (;;) {
    const { rows } = await database.query(
      `SELECT id, email, user_role, date_joined AS joined, date_joined::text AS joined_exactly, sync, state FROM (
         SELECT *, ${syncColumn} AS sync FROM users_user
       ) AS users LEFT JOIN hestami_platform_librechat ON user_id = id
       WHERE ${eligible} AND ($1::boolean OR sync <> 'synced')
         AND ($2::timestamptz IS NULL OR (date_joined, id) > ($2::timestamptz, $3::uuid))
       ORDER BY date_joined, id LIMIT $4`,
      [synced, after?.joined ?? null, after?.id ?? null, page],
    )
    const last = rows.at(-1)
    if (!last) return
    // As text: a Date would lose the microseconds, and with them users.
    after = { joined: String(last['joined_exactly']), id: String(last['id']) }
    yield rows.map((found) => {
      const { user_role: userRole, ...rest } = userRow.parse(found)
      return { userRole, ...rest }
    })
    if (rows.length < page) return
  }
}
