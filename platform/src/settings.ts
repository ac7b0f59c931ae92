import { z } from 'zod'

const set = z.string().trim().min(1).optional()

const environment = z.object({
  DATABASE_URL: set,
  HESTAMI_PLATFORM_DATA: set,
  LIBRECHAT_API_URL: z.url({ protocol: /^https?$/ }).default('http://librechat:3080'),
  LIBRECHAT_ENCRYPTION_KEY: set,
  JWT_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8050),
  HOST: z.string().trim().min(1).default('127.0.0.1'),
})

export interface Settings {
  readonly port: number
  readonly host: string
  readonly librechatUrl: string
  readonly encryptionKey: string | null
  readonly database: DatabaseSettings
}

export type DatabaseSettings =
  | { readonly kind: 'url'; readonly url: string; readonly jwtSecret: string }
  /** A PostgreSQL of one's own; a secret that is null is made and kept in the folder. */
  | { readonly kind: 'embedded'; readonly folder: string; readonly jwtSecret: string | null }

/** Reads the environment; an empty variable is one that is not set. Throws an Error for people, without values. */
export function readSettings(variables: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()))
  const read = environment.safeParse(given)
  if (!read.success)
    throw new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'))
  const { DATABASE_URL: url, HESTAMI_PLATFORM_DATA: folder, JWT_SECRET: jwtSecret, ...rest } = read.data
  if (url !== undefined && jwtSecret === undefined) throw new Error('JWT_SECRET: must be set with DATABASE_URL')
  return {
    port: rest.PORT,
    host: rest.HOST,
    librechatUrl: rest.LIBRECHAT_API_URL,
    encryptionKey: rest.LIBRECHAT_ENCRYPTION_KEY ?? null,
    database:
      url !== undefined && jwtSecret !== undefined
        ? { kind: 'url', url, jwtSecret }
        : { kind: 'embedded', folder: folder ?? './.local/platform', jwtSecret: jwtSecret ?? null },
  }
}
