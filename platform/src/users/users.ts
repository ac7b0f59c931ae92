import { z } from 'zod'
import type { Database, Queries } from '../database/database.ts'

const row = z.object({
  id: z.string(),
  email: z.string(),
  password: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  user_role: z.string(),
  phone_number: z.string().nullable(),
  is_active: z.boolean(),
  /** As Django serializes a foreign key: a UUID or number, whatever its target uses. */
  service_provider: z.union([z.string(), z.number()]).nullable(),
  librechat_user_id: z.string().nullable(),
  librechat_password_encrypted: z.string().nullable(),
})
/** A row of `users_user`; `password` is the hash. Never sent as it is: see `toApiUser`. */
export type UserRow = z.infer<typeof row>

export interface NewUser {
  readonly id: string
  readonly email: string
  /** Django's encoded hash. */
  readonly password: string
  readonly first_name: string
  readonly last_name: string
  readonly user_role: string
  readonly phone_number: string | null
  readonly librechat_password_encrypted: string | null
}

const columns = `id, email, password, first_name, last_name, user_role, phone_number, is_active,
  to_jsonb(service_provider_id) AS service_provider, librechat_user_id, librechat_password_encrypted`

/** The users table. E-mail addresses match whatever their case; of several (Django allows them) the same spelling first. */
export interface Users {
  find(id: string): Promise<UserRow | null>
  findByEmail(email: string): Promise<UserRow | null>
  /** False: the address is taken. `also` is done in the same transaction. */
  insert(user: NewUser, also?: (on: Queries) => Promise<unknown>): Promise<boolean>
  /** False: meanwhile the user has another password than the hash `checked`. */
  changePassword(id: string, hash: { readonly checked: string; readonly fresh: string }, on: Queries): Promise<boolean>
  /** Keeps a password that is there. Returns the one that is there now; null: no such user. */
  keepLibreChatPassword(id: string, encrypted: string): Promise<string | null>
}

export function createUsers(database: Database): Users {
  const one = async (where: string, values: readonly unknown[], on: Queries = database): Promise<UserRow | null> => {
    const { rows } = await on.query(`SELECT ${columns} FROM users_user WHERE ${where}`, values)
    return rows[0] ? row.parse(rows[0]) : null
  }
  // Not lower($1): PostgreSQL makes an i of İ, which is another address.
  const sameEmail = '(email = $1 OR lower(email) = $2) ORDER BY (email = $1) DESC, date_joined LIMIT 1'
  const byEmail = (email: string, on?: Queries): Promise<UserRow | null> =>
    one(sameEmail, [email, email.toLowerCase()], on)

  return {
    find: (id) => (z.guid().safeParse(id).success ? one('id = $1', [id]) : Promise.resolve(null)),
    findByEmail: (email) => byEmail(email),
    async insert(user, also) {
      return database.transaction(async (on) => {
        // The table's unique index is by spelling: whoever adds the same address in another case has to wait here.
        await on.query('SELECT pg_advisory_xact_lock(hashtextextended(lower($1), 0))', [user.email])
        if (await byEmail(user.email, on)) return false
        const { rowCount } = await on.query(
          `INSERT INTO users_user (id, email, password, first_name, last_name, user_role, phone_number,
             librechat_password_encrypted, is_active, is_staff, is_superuser, date_joined)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, true, false, false, now()) ON CONFLICT (email) DO NOTHING`,
          [
            user.id,
            user.email,
            user.password,
            user.first_name,
            user.last_name,
            user.user_role,
            user.phone_number,
            user.librechat_password_encrypted,
          ],
        )
        if (rowCount === 1) await also?.(on)
        return rowCount === 1
      })
    },
    async changePassword(id, { checked, fresh }, on) {
      const { rowCount } = await on.query('UPDATE users_user SET password = $3 WHERE id = $1 AND password = $2', [
        id,
        checked,
        fresh,
      ])
      return rowCount === 1
    },
    async keepLibreChatPassword(id, encrypted) {
      const { rows } = await database.query(
        `UPDATE users_user SET librechat_password_encrypted = coalesce(nullif(librechat_password_encrypted, ''), $2)
         WHERE id = $1 RETURNING librechat_password_encrypted`,
        [id, encrypted],
      )
      const kept = rows[0]?.['librechat_password_encrypted']
      return typeof kept === 'string' ? kept : null
    },
  }
}
