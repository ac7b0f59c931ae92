import { randomUUID } from 'node:crypto'
import { DBOSClient } from '@dbos-inc/dbos-sdk'
import { Pool } from 'pg'
import type { Database } from '../database/database.ts'
import type { LibreChatPasswords } from '../librechat/passwords.ts'
import { createLibreChatRequest } from '../librechat/request.ts'
import { createLibreChatSync } from '../librechat/sync.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import { createUsers } from '../users/users.ts'
import { createAccounts } from './accounts.ts'
import type { Accounts } from './accounts.ts'
import { createDbosLog } from './dbos-log.ts'
import type { Engine, EngineState } from './engine.ts'
import { createEngine } from './engine.ts'
import { createLiveness } from './liveness.ts'
import { applicationName, workflowVersion } from './names.ts'
import type { StepTiming } from './outcome.ts'
import { createRunStep } from './outcome.ts'
import type { ProvisioningRequests } from './requests.ts'
import { createRequests } from './requests.ts'
import { createRotationSteps, registerRotation } from './rotation.ts'
import { createSteps } from './steps.ts'
import type { UpkeepTimes } from './upkeep.ts'
import { createUpkeep } from './upkeep.ts'
import type { RetryDelays } from './workflow.ts'
import { registerProvisioning } from './workflow.ts'

export interface ProvisioningTimes {
  readonly steps: StepTiming
  readonly retries: RetryDelays
  readonly upkeep: Omit<UpkeepTimes, 'longestWait'>
  /** Milliseconds between two looks at the queue. */
  readonly polling: number
}

export interface ProvisioningOptions {
  readonly database: Database
  readonly databaseUrl: string
  readonly librechat: { readonly url: string; readonly userAgent: string; readonly concurrency?: number }
  readonly passwords: LibreChatPasswords
  /** False: this process only asks, another one does the work. */
  readonly engine?: boolean
  readonly times?: Partial<ProvisioningTimes>
  readonly log: Log
}

export interface Provisioning {
  readonly requests: ProvisioningRequests
  readonly accounts: Accounts
  /** `none`: not in this process. */
  engineState(): EngineState | 'none'
  /** Resolves when the engine of this process runs. */
  readonly engineStarted: Promise<void>
  /** Waits up to `drain` milliseconds (default 0) for what is under way. */
  close(drain?: number): Promise<void>
}

const defaults: ProvisioningTimes = {
  steps: { first: 1, attempts: 4 },
  retries: { first: 15_000, longest: 600_000 },
  upkeep: { every: 5000, forgotten: 60_000 },
  polling: 200,
}

/** Workflows for each call to LibreChat at once: while one is being written down, another makes its call. */
const workersPerCall = 4

/**
 * Starts provisioning on a database whose migrations are applied. The engine is launched in the background: without it
 * requests are kept, and done when it is there.
 */
export async function startProvisioning(options: ProvisioningOptions): Promise<Provisioning> {
  const { database, databaseUrl, librechat, passwords, log } = options
  const times = { ...defaults, ...options.times }
  const concurrency = librechat.concurrency ?? 8
  const closing = new AbortController()
  const executorId = randomUUID()

  const pool = new Pool({
    connectionString: databaseUrl,
    max: 10,
    connectionTimeoutMillis: 10_000,
    application_name: 'hestami-platform-engine',
  })
  pool.on('error', (error) => log({ level: 'warn', event: 'database.connection-lost', fields: errorFields(error) }))
  // Nobody listens to a connection that the engine is using; its statement fails by itself, and the process shall not end.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const client = await DBOSClient.create({
    systemDatabaseUrl: databaseUrl,
    systemDatabasePool: pool,
    applicationName,
    logger: createDbosLog(log),
  })
  const accounts = createAccounts(database)
  let engine: Engine | null = null
  const ready = (): boolean => options.engine === false || engine?.state() === 'running'
  const requests = createRequests({ client, accounts, ready })
  const endPool = async (): Promise<void> => {
    await client.destroy()
    await pool.end()
  }
  if (options.engine === false)
    return { requests, accounts, engineState: () => 'none', engineStarted: Promise.resolve(), close: endPool }

  const users = createUsers(database)
  const sync = createLibreChatSync(createLibreChatRequest({ ...librechat, concurrency, log }))
  const runStep = createRunStep({ accounts, timing: times.steps, closing: closing.signal, log })
  const register = (): void => {
    const provisionUser = registerProvisioning({
      steps: createSteps({ users, accounts, passwords, sync }),
      runStep,
      accounts,
      beginAnew: (userId) => requests.begin([userId]),
      delays: times.retries,
      attemptsPerRun: times.steps.attempts,
      closing: closing.signal,
      log,
    })
    const steps = createRotationSteps({ users, accounts, passwords, sync })
    registerRotation({ steps, runStep, users, provisionUser, closing: closing.signal, log })
  }
  const liveness = createLiveness({ databaseUrl, executorId, version: workflowVersion, log })
  const running = createEngine({
    databaseUrl,
    pool,
    client,
    executorId,
    liveness,
    workers: concurrency * workersPerCall,
    register,
    log,
    polling: times.polling,
  })
  engine = running
  const upkeepTimes = { ...times.upkeep, longestWait: times.retries.longest }
  const upkeep = createUpkeep({ client, accounts, requests, liveness, times: upkeepTimes, log })
  const engineStarted = running.started.then(async () => {
    await upkeep.start()
    if (passwords.available)
      await requests.begin(
        (await accounts.unsettled(['key-missing', 'key-lost'], new Date(), 10_000)).map(({ userId }) => userId),
      )
  })
  engineStarted.catch((error) => {
    if (!closing.signal.aborted) log({ level: 'warn', event: 'engine.upkeep-failed', fields: errorFields(error) })
  })

  let closed: Promise<void> | undefined
  const close = async (drain: number): Promise<void> => {
    if (drain === 0) closing.abort()
    await running.close(drain)
    closing.abort()
    await engineStarted.catch(() => undefined)
    await upkeep.close()
    await liveness.close()
    await endPool()
  }
  return {
    requests,
    accounts,
    engineState: running.state,
    engineStarted,
    close: (drain = 0) => (closed ??= close(drain)),
  }
}
