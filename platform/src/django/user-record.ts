import { z } from 'zod'

/** PostgreSQL counts characters, not JavaScript's units. */
const text = (longest: number): z.ZodType<string> =>
  z.string().refine((value) => Array.from(value).length <= longest && !value.includes('\0') && value.isWellFormed(), {
    message: `is no text of at most ${longest} characters`,
  })
const orNull = <T>(type: z.ZodType<T>): z.ZodType<T | null> => type.nullish().transform((value) => value ?? null)

/** `t` and `f` are PostgreSQL's. */
const boolean = z.preprocess((value) => (value === 't' ? true : value === 'f' ? false : value), z.boolean())

/** Django's JSON (`2024-05-06T07:08:09.123Z`) and PostgreSQL's text (`2024-05-06 07:08:09.123456+00`), as they are. */
const timestamp = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}(:?\d{2})?)$/)
  .refine((value) => !Number.isNaN(Date.parse(value.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00'))))

/** A user as `users_user` keeps it. */
export const userRecord = z.object({
  id: z.guid(),
  email: text(254).refine((value) => value.includes('@')),
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
  service_provider_id: orNull(z.guid()),
  librechat_user_id: orNull(text(255)),
  librechat_synced_at: orNull(timestamp),
  librechat_password_encrypted: orNull(text(500)),
})
export type UserRecord = z.infer<typeof userRecord>

export const userColumns = Object.keys(userRecord.shape) as (keyof UserRecord)[]

/** The PostgreSQL types of the columns that are no text. */
export const columnTypes: Readonly<Partial<Record<keyof UserRecord, string>>> = {
  id: 'uuid',
  service_provider_id: 'uuid',
  is_active: 'boolean',
  is_staff: 'boolean',
  is_superuser: 'boolean',
  date_joined: 'timestamptz',
  last_login: 'timestamptz',
  librechat_synced_at: 'timestamptz',
}

/** Many-to-many fields of Django's permissions: in the dump, and of no table here. */
const passedOver = new Set(['groups', 'user_permissions'])

/** The names of columns that are not kept. */
export const unknownColumns = (columns: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(columns).filter((name) => !(name in userRecord.shape) && !passedOver.has(name))

/** Whether the platform can check this password: it knows Django's default hasher. */
export const passwordKind = (encoded: string): 'pbkdf2_sha256' | 'unusable' | 'other' =>
  encoded.startsWith('pbkdf2_sha256$') ? 'pbkdf2_sha256' : encoded.startsWith('!') ? 'unusable' : 'other'
