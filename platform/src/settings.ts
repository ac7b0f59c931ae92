import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import { createFernet, FernetError } from './fernet.ts'
import type { LogLevel } from './log.ts'
import { logLevels } from './log.ts'
import type { LimitRates, Rate } from './operations/limits.ts'

const set = z.string().trim().min(1).optional()

const fernetKeys = z
  .string()
  .trim()
  .superRefine((keys, context) => {
    try {
      createFernet(keys)
    } catch (error) {
      if (!(error instanceof FernetError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
    }
  })

const secondsOf = { s: 1, m: 60, h: 3600 } as const

/** `10/15m`: ten calls in fifteen minutes. `off`: no limit. */
const rate = (standard: Rate): z.ZodType<Rate | null> =>
  z
    .string()
    .trim()
    .regex(/^(?:off|[1-9]\d{0,6}\/[1-9]\d{0,3}[smh])$/, 'must be like 10/15m (calls, time in s, m or h) or off')
    .transform((text) => {
      const [, calls, time, unit] = /^(\d+)\/(\d+)([smh])$/.exec(text) ?? []
      if (calls === undefined || time === undefined || unit === undefined) return null
      return { calls: Number(calls), seconds: Number(time) * secondsOf[unit as keyof typeof secondsOf] }
    })
    .default(standard)

/** Names that Fastify's `proxy-addr` knows. It counts no hops: whoever connects directly could pretend to be that far away. */
const networks = new Set(['loopback', 'linklocal', 'uniquelocal'])
const isNetwork = (text: string): boolean =>
  networks.has(text) || isIP(text) !== 0 || (isIP(text.replace(/\/.*/, '')) !== 0 && ipaddr.isValidCIDR(text))

const proxies = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .refine(
    (parts) => parts.every(isNetwork),
    'must be addresses, networks, loopback, linklocal or uniquelocal, separated by commas',
  )

const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(?:ql)?$/, error: 'must be a postgres:// URL' }).optional(),
  HESTAMI_PLATFORM_DATA: set,
  LIBRECHAT_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .default('http://librechat:3080'),
  LIBRECHAT_ENCRYPTION_KEY: fernetKeys.optional(),
  LIBRECHAT_CONCURRENCY: z.coerce.number('must be a number').int('must be a whole number').min(1).max(100).default(8),
  JWT_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  HOST: z.string().trim().min(1).default('127.0.0.1'),
  PORT: z.coerce.number('must be a port').int('must be a port').min(0).max(65_535).default(8050),
  TRUST_PROXY: proxies.default([]),
  LOG_LEVEL: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
  METRICS_TOKEN: z.string().trim().min(16, 'must have at least 16 characters').optional(),
  DRAIN_SECONDS: z.coerce.number('must be a number').min(0).max(600).default(0),
  LOGIN_LIMIT_PER_ADDRESS: rate({ calls: 30, seconds: 60 }),
  LOGIN_LIMIT_PER_EMAIL: rate({ calls: 10, seconds: 900 }),
  HANDOUT_LIMIT_PER_USER: rate({ calls: 30, seconds: 60 }),
})

/** Every variable that is read. */
export const settingNames: readonly string[] = Object.keys(environment.shape)

export interface Settings {
  readonly port: number
  readonly host: string
  readonly librechatUrl: string
  /** Calls to LibreChat at once. */
  readonly librechatConcurrency: number
  readonly encryptionKey: string | null
  readonly database: DatabaseSettings
  readonly trustedProxies: readonly string[]
  readonly logLevel: LogLevel
  readonly metricsToken: string | null
  readonly drainSeconds: number
  readonly limits: LimitRates
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
    librechatConcurrency: rest.LIBRECHAT_CONCURRENCY,
    encryptionKey: rest.LIBRECHAT_ENCRYPTION_KEY ?? null,
    database:
      url !== undefined && jwtSecret !== undefined
        ? { kind: 'url', url, jwtSecret }
        : { kind: 'embedded', folder: folder ?? './.local/platform', jwtSecret: jwtSecret ?? null },
    trustedProxies: rest.TRUST_PROXY,
    logLevel: rest.LOG_LEVEL,
    metricsToken: rest.METRICS_TOKEN ?? null,
    drainSeconds: rest.DRAIN_SECONDS,
    limits: {
      loginsPerAddress: rest.LOGIN_LIMIT_PER_ADDRESS,
      loginsPerEmail: rest.LOGIN_LIMIT_PER_EMAIL,
      handOutsPerUser: rest.HANDOUT_LIMIT_PER_USER,
    },
  }
}
