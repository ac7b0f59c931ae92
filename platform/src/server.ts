import { createDatabase } from './database/database.ts'
import { migrate } from './database/migrations.ts'
import { createLibreChatPasswordRoute } from './endpoints/librechat-password.ts'
import { createLoginRoute } from './endpoints/login.ts'
import { createLogoutRoute } from './endpoints/logout.ts'
import { createPasswordChangeRoute } from './endpoints/password-change.ts'
import { createProfileRoute } from './endpoints/profile.ts'
import { createRegisterRoute } from './endpoints/register.ts'
import { createRefreshRoute, createVerifyRoute } from './endpoints/tokens.ts'
import { createFernet } from './fernet.ts'
import { createHttpApp } from './http/app.ts'
import { createAuthenticate } from './http/bearer.ts'
import { createTokenCookies } from './http/cookies.ts'
import type { RetryDelays } from './librechat/background.ts'
import { createBackgroundProvisioning } from './librechat/background.ts'
import { createLibreChatPasswords } from './librechat/passwords.ts'
import { createProvision } from './librechat/provision.ts'
import { createLibreChatPost } from './librechat/request.ts'
import { createLibreChatSync } from './librechat/sync.ts'
import { platformUserAgent } from './librechat/user-agent.ts'
import type { Log } from './log.ts'
import { createJwt } from './tokens/jwt.ts'
import { createSessions } from './tokens/sessions.ts'
import { createPasswordHash } from './users/password-hash.ts'
import { loadPasswordPolicy } from './users/password-policy.ts'
import { createRegistration } from './users/registration.ts'
import { createUsers } from './users/users.ts'

export interface PlatformOptions {
  /** Default: any free one. */
  readonly port?: number
  readonly host?: string
  readonly databaseUrl: string
  readonly librechatUrl: string
  /** Fernet keys, newest first, separated by commas; null: no LibreChat accounts, everything else works. */
  readonly encryptionKey: string | null
  readonly jwtSecret: string
  /** Default: nothing is logged. */
  readonly log?: Log
  readonly accessSeconds?: number
  readonly refreshSeconds?: number
  readonly librechatUserAgent?: string
  /** PBKDF2 rounds of new password hashes; default Django 5.1's 870,000. Fewer are for tests. */
  readonly passwordIterations?: number
  readonly retryDelays?: RetryDelays
}

/** The register body; `confirm_password` may be left out. */
export interface NewPlatformUser {
  readonly email: string
  readonly password: string
  readonly confirm_password?: string
  readonly first_name: string
  readonly last_name: string
  readonly user_role: string
  readonly phone_number: string | null
}

export interface Platform {
  /** `http://host:port` */
  readonly origin: string
  /** What register does, without a request. Throws FieldsRefused. */
  createUser(input: NewPlatformUser): Promise<{ id: string }>
  /** One attempt at the user's LibreChat account, joined when one is running. Throws ProvisioningFault. */
  provision(userId: string): Promise<void>
  close(): Promise<void>
}

const day = 24 * 3600 * 1000

/** Brings the database up to date, serves the API, and takes up the provisioning that an earlier run left. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { port = 0, host = '127.0.0.1', databaseUrl, librechatUrl, encryptionKey, jwtSecret } = options
  const { accessSeconds = 900, refreshSeconds = 604_800, log = () => undefined } = options

  const jwt = createJwt({ secret: jwtSecret, accessSeconds, refreshSeconds })
  const passwordHash = createPasswordHash(options.passwordIterations)
  const fernet = encryptionKey === null ? null : createFernet(encryptionKey)
  if (!fernet) log({ level: 'warn', event: 'librechat.no-encryption-key' })
  const passwordPolicy = await loadPasswordPolicy()

  const database = createDatabase(databaseUrl, log)
  const users = createUsers(database)
  const sessions = createSessions({ database, jwt })
  const cookies = createTokenCookies({ accessSeconds, refreshSeconds })
  const passwords = createLibreChatPasswords({ fernet, log })
  const userAgent = options.librechatUserAgent ?? platformUserAgent
  const sync = createLibreChatSync(createLibreChatPost({ url: librechatUrl, userAgent, log }))
  const provision = createProvision({ users, passwords, sync })
  const background = createBackgroundProvisioning({ provision, log, delays: options.retryDelays })
  const register = createRegistration({
    users,
    passwordHash,
    passwordPolicy,
    newLibreChatPassword: passwords.tryCreate,
  })
  const provisionLater = (userId: string): void => {
    if (fernet) background.start(userId)
  }

  const tokens = { jwt, sessions, cookies }
  const app = createHttpApp({
    routes: [
      createRegisterRoute({ register, sessions, cookies, provisionLater }),
      createLoginRoute({ users, passwordHash, sessions, cookies }),
      createRefreshRoute(tokens),
      createVerifyRoute(tokens),
      createLogoutRoute(tokens),
      createProfileRoute(),
      createLibreChatPasswordRoute({ passwords, log }),
      createPasswordChangeRoute({ database, users, sessions, passwordHash, passwordPolicy }),
    ],
    authenticate: createAuthenticate({ jwt, users }),
    log,
  })

  const flush = async (): Promise<void> => {
    const tokens = await sessions.flushExpired()
    log({ level: 'info', event: 'tokens.flushed', fields: { tokens } })
  }
  const flushing = setInterval(() => void flush().catch(() => log({ level: 'warn', event: 'tokens.not-flushed' })), day)
  const closeAll = async (): Promise<void> => {
    clearInterval(flushing)
    await app.close()
    await background.close()
    await database.close()
  }
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= closeAll())

  try {
    for (const name of await migrate(database)) log({ level: 'info', event: 'database.migrated', fields: { name } })
    await flush()
    const origin = await app.listen({ port, host })
    if (fernet) for (const userId of await users.unprovisioned()) background.start(userId)
    log({ level: 'info', event: 'platform.started', fields: { origin } })
    return {
      origin,
      async createUser(input) {
        const { id } = await register({ confirm_password: input.password, ...input })
        provisionLater(id)
        return { id }
      },
      provision: background.once,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
