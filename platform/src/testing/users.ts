import { randomUUID } from 'node:crypto'

export interface SeededUser {
  readonly id: string
  readonly email: string
  readonly role: string
  readonly active: boolean
  /** LibreChat's id and the encrypted password, as they stand in `users_user`. */
  readonly librechatId: string | null
  readonly sealed: string | null
  readonly syncedAt: Date | null
}

type Query = (text: string, values: readonly unknown[]) => Promise<unknown>

/** Adds users as another service left them: beside the platform, so that it knows of no request. */
export async function seedUsers(
  query: Query,
  count: number,
  of: Partial<SeededUser> | ((index: number) => Partial<SeededUser>) = {},
): Promise<SeededUser[]> {
  const users = Array.from({ length: count }, (_, index): SeededUser => {
    const id = randomUUID()
    const given = typeof of === 'function' ? of(index) : of
    return {
      id,
      email: `${id}@example.com`,
      role: 'PROPERTY_OWNER',
      active: true,
      librechatId: null,
      sealed: null,
      syncedAt: null,
      ...given,
    }
  })
  const column = <K extends keyof SeededUser>(name: K): SeededUser[K][] => users.map((user) => user[name])
  await query(
    `INSERT INTO users_user (id, email, user_role, is_active, librechat_user_id, librechat_password_encrypted,
       librechat_synced_at, password, first_name, last_name, is_staff, is_superuser, date_joined)
     SELECT id, email, role, active, librechat, sealed, synced, '!', 'Demo', 'User', false, false,
       now() - interval '30 days' + place * interval '1 microsecond'
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::timestamptz[])
       WITH ORDINALITY AS seeded (id, email, role, active, librechat, sealed, synced, place)`,
    (['id', 'email', 'role', 'active', 'librechatId', 'sealed', 'syncedAt'] as const).map(column),
  )
  return users
}
