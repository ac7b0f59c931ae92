import type { Database, Queries, Row } from '../database/database.ts'
import type { UserRecord } from './user-record.ts'
import { userColumns } from './user-record.ts'

/** A user and where it stands in the dump. */
export interface PlacedUser {
  readonly place: string
  readonly user: UserRecord
}

/** What became of a batch. */
export interface Written {
  readonly added: readonly PlacedUser[]
  /** There already, by id; overwritten when that was asked for. */
  readonly known: readonly PlacedUser[]
  /** Their e-mail address, in whatever case, is another user's. */
  readonly conflicts: readonly { readonly place: string; readonly other: string }[]
}

/** Writes a batch of users, all of it or nothing. No id or address, whatever its case, may be twice in it. */
export type WriteUsers = (batch: readonly PlacedUser[]) => Promise<Written>

/** The PostgreSQL types of the columns that are no text. */
const columnTypes: Readonly<Partial<Record<keyof UserRecord, string>>> = {
  id: 'uuid',
  service_provider_id: 'uuid',
  is_active: 'boolean',
  is_staff: 'boolean',
  is_superuser: 'boolean',
  date_joined: 'timestamptz',
  last_login: 'timestamptz',
  librechat_synced_at: 'timestamptz',
}
const accountColumns = ['librechat_user_id', 'librechat_synced_at', 'librechat_password_encrypted'] as const
const isAccountColumn = (name: string): boolean => accountColumns.some((one) => one === name)

const columnList = userColumns.join(', ')
const dumped = `SELECT ${columnList} FROM unnest(${userColumns
  .map((name, index) => `$${index + 1}::${columnTypes[name] ?? 'text'}[]`)
  .join(', ')}) AS dumped (${columnList})`
const inColumns = (rows: readonly PlacedUser[]): unknown[][] =>
  userColumns.map((name) => rows.map(({ user }) => user[name]))

const insert = `INSERT INTO users_user (${columnList}) ${dumped}`

/**
 * An id and the password that opens its account belong together: a whole account of the dump replaces the one here if it is
 * newer (the password here may have been rotated since), anything less only fills up where no password is here. While a
 * rotation is under way, the password here is not touched. Of an account that was replaced, what is known beside `users_user`
 * is of the old one.
 */
const overwrite = `
  WITH chosen AS (
    SELECT dumped.*, here.librechat_password_encrypted AS password_here, CASE
        WHEN EXISTS (SELECT FROM hestami_platform_librechat WHERE user_id = here.id AND next_password_encrypted IS NOT NULL)
          THEN 'here'
        WHEN here.librechat_user_id <> '' AND here.librechat_password_encrypted <> '' AND
          (dumped.librechat_synced_at > coalesce(here.librechat_synced_at, '-infinity')) IS NOT TRUE THEN 'here'
        WHEN dumped.librechat_user_id <> '' AND dumped.librechat_password_encrypted <> '' THEN 'dump'
        WHEN here.librechat_password_encrypted <> '' THEN 'here'
        ELSE 'both'
      END AS account
    FROM (${dumped}) AS dumped JOIN users_user AS here ON here.id = dumped.id
  ), overwritten AS (
    UPDATE users_user AS here SET
      ${userColumns
        .filter((name) => name !== 'id' && !isAccountColumn(name))
        .map((name) => `${name} = chosen.${name}`)
        .join(', ')},
      ${accountColumns
        .map(
          (name) => `${name} = CASE account WHEN 'dump' THEN chosen.${name} WHEN 'here' THEN here.${name}
            ELSE CASE WHEN here.${name}::text <> '' THEN here.${name} ELSE chosen.${name} END END`,
        )
        .join(', ')}
    FROM chosen WHERE here.id = chosen.id
    RETURNING here.id, here.librechat_password_encrypted IS DISTINCT FROM password_here AS replaced
  )
  DELETE FROM hestami_platform_librechat USING overwritten WHERE user_id = overwritten.id AND replaced`

/** What is known of a row of the dump: the address under its id, and who else has its address. */
interface Lookup {
  readonly email: string
  readonly other: string
}
const inUsers: Lookup = {
  email: 'SELECT email FROM users_user WHERE id = dumped.id',
  other: `SELECT id FROM users_user AS same WHERE lower(same.email) = lower(dumped.email) AND same.id <> dumped.id LIMIT 1`,
}
const look = ({ email, other }: Lookup): string => `
  SELECT (${email}) AS email, (${other}) AS other
  FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS dumped (id, email, place) ORDER BY place`

async function sort(batch: readonly PlacedUser[], on: Queries, lookup: Lookup, update: boolean): Promise<Written> {
  // A table that was just filled has no statistics, by which PostgreSQL would read all of it for every row.
  await on.query('SET LOCAL enable_seqscan = off')
  const [ids, emails] = [batch.map(({ user }) => user.id), batch.map(({ user }) => user.email)]
  const { rows } = await on.query(look(lookup), [ids, emails])
  const found = new Map<PlacedUser, Row | undefined>(batch.map((placed, index) => [placed, rows[index]]))
  const known = (placed: PlacedUser): boolean => typeof found.get(placed)?.['email'] === 'string'
  const conflicts = (placed: PlacedUser): boolean => {
    const { other, email } = found.get(placed) ?? {}
    if (typeof other !== 'string') return false
    // Whoever is here keeps the address, also where Django let another have it in another case.
    return !known(placed) || (update && email !== placed.user.email)
  }
  return {
    added: batch.filter((placed) => !known(placed) && !conflicts(placed)),
    known: batch.filter((placed) => known(placed) && !conflicts(placed)),
    conflicts: batch.filter(conflicts).map((placed) => ({
      place: placed.place,
      other: String(found.get(placed)?.['other']),
    })),
  }
}

/** Each batch is a transaction. `update`: users that are there are overwritten. */
export function createWriteUsers(database: Database, update: boolean): WriteUsers {
  return (batch) =>
    database.transaction(async (on) => {
      // Those of `Users.insert`, in one order: nobody registers with the same address meanwhile.
      await on.query(
        `SELECT pg_advisory_xact_lock(key) FROM (
           SELECT DISTINCT hashtextextended(lower(email), 0) AS key FROM unnest($1::text[]) AS email ORDER BY key
         ) AS keys`,
        [batch.map(({ user }) => user.email)],
      )
      const written = await sort(batch, on, inUsers, update)
      if (written.added.length > 0) await on.query(insert, inColumns(written.added))
      if (update && written.known.length > 0) {
        const ids = written.known.map(({ user }) => user.id)
        await on.query('SELECT FROM users_user WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [ids])
        await on.query(overwrite, inColumns(written.known))
      }
      return written
    })
}

/** Gone with its transaction. */
const seen = 'pg_temp.hestami_import_seen'
const inSeenOrUsers: Lookup = {
  email: `coalesce((SELECT email FROM ${seen} AS seen WHERE id = dumped.id), (${inUsers.email}))`,
  other: `coalesce(
    (SELECT id FROM ${seen} AS seen WHERE lower(seen.email) = lower(dumped.email) AND seen.id <> dumped.id LIMIT 1),
    (SELECT id FROM users_user AS same WHERE lower(same.email) = lower(dumped.email) AND same.id <> dumped.id
       AND NOT EXISTS (SELECT FROM ${seen} AS seen WHERE seen.id = same.id) LIMIT 1))`,
}

/** Has `work` write without writing: users of earlier batches count as there, and `users_user` stays as it is. */
export async function writeNothing<T>(
  database: Database,
  update: boolean,
  work: (write: WriteUsers) => Promise<T>,
): Promise<T> {
  return database.transaction(async (on) => {
    await on.query(`CREATE TEMPORARY TABLE hestami_import_seen (id uuid PRIMARY KEY, email text) ON COMMIT DROP`)
    await on.query(`CREATE INDEX ON ${seen} (lower(email))`)
    return work(async (batch) => {
      const written = await sort(batch, on, inSeenOrUsers, update)
      const now = [...written.added, ...(update ? written.known : [])].map(({ user }) => user)
      await on.query(
        `INSERT INTO ${seen} SELECT * FROM unnest($1::uuid[], $2::text[])
         ON CONFLICT (id) DO UPDATE SET email = excluded.email`,
        [now.map(({ id }) => id), now.map(({ email }) => email)],
      )
      return written
    })
  })
}
