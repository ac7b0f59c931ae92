import { DBOS } from '@dbos-inc/dbos-sdk'
import type { LibreChatSignIn } from '../librechat/sync.ts'
import type { Log } from '../log.ts'
import type { Accounts } from './accounts.ts'
import { provisionWorkflow, queueName, retryWorkflow } from './names.ts'
import type { Failure, RunStep, StepResult } from './outcome.ts'
import type { ProvisioningState } from './state.ts'
import { retriesItself } from './state.ts'
import type { Steps } from './steps.ts'

/** Milliseconds between two runs of a user's workflow: `first` after the first, then twice as long each time. */
export interface RetryDelays {
  readonly first: number
  readonly longest: number
}

export interface WorkflowParts {
  readonly steps: Steps
  readonly runStep: RunStep
  readonly accounts: Accounts
  /** Begins the user's workflow (a rotation where one is under way) anew, unless it runs. */
  readonly beginAnew: (userId: string) => Promise<void>
  readonly delays: RetryDelays
  /** Of a step, before its run ends. */
  readonly attemptsPerRun: number
  readonly closing: AbortSignal
  readonly log: Log
}

/** What a run ends with; kept by the engine. Null: the user is gone. */
export interface Ending {
  readonly state: ProvisioningState | null
}

/** The parts of the workflow that a rotation shares. Only for use within a workflow. */
export interface ProvisionUser {
  account(userId: string): Promise<StepResult<ProvisioningState>>
  ended(userId: string, state: ProvisioningState): Ending
  /** Notes the failure, and has the engine begin anew after a while where that may help. */
  failed(userId: string, failure: Failure): Promise<Ending>
}

/** Registers `provision_librechat_user(userId)` and its wake-up with DBOS. To be called before it is launched. */
export function registerProvisioning(parts: WorkflowParts): ProvisionUser {
  const { steps, runStep, accounts, beginAnew, delays, attemptsPerRun, closing, log } = parts

  const wakeUp = DBOS.registerWorkflow(
    async (userId: string): Promise<void> => {
      await DBOS.runStep(
        async () => {
          const account = await accounts.find(userId)
          if (account && (retriesItself(account.state) || account.nextPasswordEncrypted)) await beginAnew(userId)
        },
        { name: 'begin_anew', retriesAllowed: true, maxAttempts: 5 },
      )
    },
    { name: retryWorkflow },
  )

  const failed: ProvisionUser['failed'] = async (userId, failure) => {
    // The engine's tables are in the same database as ours: what could not reach them waits as for LibreChat.
    const state = failure.problem === 'database' ? 'unreachable' : failure.state
    if (!state) return { state }
    const attempts = await DBOS.runStep(() => accounts.failed(userId, { state, httpStatus: failure.status }), {
      name: 'note_failure',
      retriesAllowed: true,
      maxAttempts: 5,
    })
    if (!retriesItself(state)) {
      log({ level: 'error', event: 'librechat.provisioning-ended', fields: { userId, state, status: failure.status } })
      return { state }
    }
    const runs = Math.max(1, Math.ceil(attempts / attemptsPerRun))
    const backOff = Math.min(delays.longest, delays.first * 2 ** Math.min(runs - 1, 20))
    const delaySeconds = Math.max(backOff, failure.retryAfter ?? 0) / 1000
    const workflowID = `retry-librechat-${userId}-${await DBOS.randomUUID()}`
    await DBOS.startWorkflow(wakeUp, { workflowID, queueName, enqueueOptions: { delaySeconds } })(userId)
    log({ level: 'warn', event: 'librechat.provisioning-waits', fields: { userId, state, attempts, delaySeconds } })
    return { state }
  }

  const logIn = (userId: string): Promise<StepResult<LibreChatSignIn>> =>
    runStep(userId, 'log_in_to_librechat', () => steps.logIn(userId, closing))

  const account: ProvisionUser['account'] = async (userId) => {
    const todo = await runStep(userId, 'read_user', () => steps.read(userId))
    if ('failure' in todo) return todo
    if (todo.done === 'nothing') return { done: 'provisioned' }
    let signIn = todo.done === 'log-in' ? await logIn(userId) : null
    // Registered once, but LibreChat does not know the user (any more).
    if (signIn === null || ('failure' in signIn && signIn.failure.problem === 'not-created')) {
      const registered = await runStep(userId, 'register_in_librechat', () => steps.register(userId, closing))
      if ('failure' in registered) return registered
      signIn = await logIn(userId)
      const { refused } = registered.done
      if (refused !== null && 'failure' in signIn && signIn.failure.problem === 'not-created')
        return { failure: { problem: 'account-refused', state: 'refused', status: refused, retryAfter: null } }
    }
    if ('failure' in signIn) return signIn
    const { done: account } = signIn
    const stored = await runStep(userId, 'store_librechat_user', () => steps.store(userId, account))
    if ('failure' in stored) return stored
    return { done: account.termsPending ? 'terms-pending' : 'provisioned' }
  }

  const ended: ProvisionUser['ended'] = (userId, state) => {
    log({ level: 'info', event: 'librechat.provisioned', fields: { userId, state } })
    return { state }
  }

  DBOS.registerWorkflow(
    async (userId: string): Promise<Ending> => {
      const result = await account(userId)
      return 'done' in result ? ended(userId, result.done) : failed(userId, result.failure)
    },
    { name: provisionWorkflow },
  )
  return { account, ended, failed }
}
