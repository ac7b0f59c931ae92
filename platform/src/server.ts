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
import type { HttpTimes } from './http/app.ts'
import { createHttpApp } from './http/app.ts'
import { createAuthenticate } from './http/bearer.ts'
import { createTokenCookies } from './http/cookies.ts'
import { createHandOut } from './librechat/hand-out.ts'
import { createLibreChatPasswords } from './librechat/passwords.ts'
import { platformUserAgent } from './librechat/user-agent.ts'
import type { Log } from './log.ts'
import { errorFields } from './log.ts'
import { addAccountGauge } from './operations/account-gauge.ts'
import {
  databaseCheck,
  drainCheck,
  encryptionKeyCheck,
  engineCheck,
  librechatCheck,
  migrationsCheck,
} from './operations/checks.ts'
import { createDrain } from './operations/drain.ts'
import type { LimitRates } from './operations/limits.ts'
import { createLimits, noLimits } from './operations/limits.ts'
import { createMetrics } from './operations/metrics.ts'
import { createMetricsRoute } from './operations/metrics-route.ts'
import { createHealthRoute, createReadyRoute } from './operations/probes.ts'
import { createReadiness } from './operations/readiness.ts'
import { withSchema } from './operations/schema-route.ts'
import type { Provisioning, ProvisioningTimes } from './provisioning/start.ts'
import { startProvisioning } from './provisioning/start.ts'
import type { ProvisioningState } from './provisioning/state.ts'
import { waitUntilSettled } from './provisioning/settled.ts'
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
  /** Calls to LibreChat at once; default 8. */
  readonly librechatConcurrency?: number
  /** False: this process serves the API, another one does the provisioning. Default true; one engine a process. */
  readonly engine?: boolean
  readonly provisioningTimes?: Partial<ProvisioningTimes>
  /** Default: none, which is for tests and programs that start their own platform. */
  readonly limits?: LimitRates
  /** Default: none; the client's address is the connection's. See HttpAppParts. */
  readonly trustedProxies?: readonly string[]
  readonly httpTimes?: HttpTimes
  /** What `/metrics` asks for; null or left out: nothing, of near callers. */
  readonly metricsToken?: string | null
  /** Also Node's own metrics, of the whole process. */
  readonly processMetrics?: boolean
  /** How long `drain` takes; default 0. */
  readonly drainSeconds?: number
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
  /** Asks for the user's LibreChat account and waits until it is there or cannot be, however long LibreChat is out of reach. */
  provision(userId: string, signal?: AbortSignal): Promise<ProvisioningState>
  /** Of the work that nobody waits for. */
  readonly provisioning: Provisioning
  /** Not ready from now on, but serves for the time that load balancers need to notice; resolves when that is over. */
  drain(): Promise<void>
  /** Requests that are being answered get their answer, for up to 10 s. */
  close(): Promise<void>
}

const day = 24 * 3600 * 1000

/** Brings the database up to date, serves the API, and takes up the provisioning that an earlier run left. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { port = 0, host = '127.0.0.1', databaseUrl, librechatUrl, encryptionKey, jwtSecret } = options
  const { accessSeconds = 900, refreshSeconds = 604_800 } = options

  const metrics = createMetrics({ ofProcess: options.processMetrics === true })
  const log = metrics.watch(options.log ?? (() => undefined))
  const limits = createLimits({ rates: options.limits ?? noLimits, log })
  const drain = createDrain(options.drainSeconds ?? 0)
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
  const applied = await migrate(database).catch(async (error) => {
    await database.close()
    throw error
  })
  for (const name of applied) log({ level: 'info', event: 'database.migrated', fields: { name } })
  const provisioning = await startProvisioning({
    database,
    databaseUrl,
    librechat: {
      url: librechatUrl,
      userAgent: options.librechatUserAgent ?? platformUserAgent,
      concurrency: options.librechatConcurrency,
    },
    passwords,
    engine: options.engine,
    times: options.provisioningTimes,
    log,
  })
  const { requests, accounts } = provisioning
  const register = createRegistration({
    users,
    passwordHash,
    passwordPolicy,
    newLibreChatPassword: passwords.tryCreate,
    requestAccount: (userId, on) => accounts.request([userId], on),
  })
  const provisionLater = (userId: string): void => {
    // Not lost when it fails: the request is in the database.
    requests.begin([userId]).catch((error) => {
      log({ level: 'warn', event: 'librechat.request-not-heard', fields: { userId, ...errorFields(error) } })
    })
  }
  const handOut = createHandOut({ users, accounts, passwords, requests, log })

  addAccountGauge(metrics.registry, accounts)
  const readiness = createReadiness([
    drainCheck(drain),
    databaseCheck(database),
    migrationsCheck(database),
    engineCheck(provisioning.engineState),
    encryptionKeyCheck(fernet !== null),
    librechatCheck({ url: librechatUrl, userAgent: options.librechatUserAgent ?? platformUserAgent }),
  ])

  const tokens = { jwt, sessions, cookies }
  const app = createHttpApp({
    routes: withSchema([
      createRegisterRoute({ register, sessions, cookies, provisionLater }),
      createLoginRoute({ users, passwordHash, sessions, cookies, limits }),
      createRefreshRoute(tokens),
      createVerifyRoute(tokens),
      createLogoutRoute(tokens),
      createProfileRoute(),
      createLibreChatPasswordRoute({ handOut, limits, log }),
      createPasswordChangeRoute({ database, users, sessions, passwordHash, passwordPolicy, limits }),
      createHealthRoute(),
      createReadyRoute(readiness),
      createMetricsRoute({ registry: metrics.registry, token: options.metricsToken ?? null }),
    ]),
    authenticate: createAuthenticate({ jwt, users }),
    log,
    trustedProxies: options.trustedProxies,
    times: options.httpTimes,
    draining: drain.begun,
  })

  const flush = async (): Promise<void> => {
    const tokens = await sessions.flushExpired()
    log({ level: 'info', event: 'tokens.flushed', fields: { tokens } })
  }
  const flushing = setInterval(() => void flush().catch(() => log({ level: 'warn', event: 'tokens.not-flushed' })), day)
  const closeAll = async (): Promise<void> => {
    clearInterval(flushing)
    drain.end()
    await app.close()
    await provisioning.close()
    await database.close()
  }
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= closeAll())

  try {
    await flush()
    const origin = await app.listen({ port, host })
    log({ level: 'info', event: 'platform.started', fields: { origin } })
    return {
      origin,
      async createUser(input) {
        const { id } = await register({ confirm_password: input.password, ...input })
        provisionLater(id)
        return { id }
      },
      async provision(userId, signal) {
        await requests.provision([userId])
        return waitUntilSettled(accounts, userId, signal)
      },
      provisioning,
      drain: drain.begin,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
