import { z } from 'zod'
import { isEmail } from '../users/email.ts'

/** PostgreSQL counts characters, not JavaScript's units, and takes no NUL. */
const text = (longest: number): z.ZodType<string> =>
  z.string().refine((value) => Array.from(value).length <= longest && !value.includes('\0') && value.isWellFormed())
const orNull = <T>(type: z.ZodType<T>): z.ZodType<T | null> => type.nullish().transform((value) => value ?? null)

/** `t` and `f` are PostgreSQL's. */
const boolean = z.preprocess((value) => (value === 't' ? true : value === 'f' ? false : value), z.boolean())

/** PostgreSQL's text (`2024-05-06 07:08:09.123456+00`) as ISO 8601, which Django's JSON has; microseconds stay. */
const toIso = (value: unknown): unknown =>
  typeof value === 'string'
    ? value
        .replace(/^(\d{4}-\d\d-\d\d) /, '$1T')
        .replace(/([+-]\d\d)(?::?(\d\d))?$/, (_all, hours: string, minutes = '00') => `${hours}:${minutes}`)
    : value
const timestamp = z.preprocess(toIso, z.iso.datetime({ offset: true }))

/** Written in capitals it is the same one. */
const id = z.guid().transform((value) => value.toLowerCase())

/** A user as `users_user` keeps it; a LibreChat field may be missing. */
export const userRecord = z.object({
  id,
  email: text(254).refine(isEmail),
  password: text(128),
  first_name: text(30),
  last_name: text(30),
  user_role: text(20).refine((value) => value !== ''),
  phone_number: orNull(text(20)),
  is_active: boolean,
  is_staff: boolean,
  is_superuser: boolean,
  date_joined: timestamp,
  last_login: orNull(timestamp),
  service_token: orNull(text(255)),
  service_provider_id: orNull(id),
  librechat_user_id: orNull(text(255)),
  librechat_synced_at: orNull(timestamp),
  librechat_password_encrypted: orNull(text(500)),
})
export type UserRecord = z.infer<typeof userRecord>

export const userColumns = Object.keys(userRecord.shape) as (keyof UserRecord)[]

/** Many-to-many fields of Django's permissions: in the dump, and of no table here. */
const passedOver = new Set(['groups', 'user_permissions'])

/** The names of columns that are not kept. */
export const unknownColumns = (columns: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(columns).filter((name) => !Object.hasOwn(userRecord.shape, name) && !passedOver.has(name))

/** Whether the platform can check this password: it knows Django's default hasher. */
export const passwordKind = (encoded: string): 'pbkdf2_sha256' | 'unusable' | 'other' => {
  if (encoded.startsWith('pbkdf2_sha256$')) return 'pbkdf2_sha256'
  return encoded === '' || encoded.startsWith('!') ? 'unusable' : 'other'
}
