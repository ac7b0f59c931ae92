import { DBOS } from '@dbos-inc/dbos-sdk'
import { ProvisioningFault, stateOf } from '../librechat/fault.ts'
import type { ProvisioningProblem } from '../librechat/fault.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import type { Accounts } from './accounts.ts'
import type { ProvisioningState } from './state.ts'
import { retriesItself } from './state.ts'

/** Why a step came to nothing, without anything of LibreChat's answer: it is kept in the engine's tables. */
export interface Failure {
  readonly problem: ProvisioningProblem | 'database'
  readonly state: ProvisioningState | null
  readonly status: number | null
  /** Milliseconds that LibreChat asks to wait. */
  readonly retryAfter: number | null
}

export type StepResult<T> = { readonly done: T } | { readonly failure: Failure }

export interface StepTiming {
  /** Seconds before the second attempt of a step; doubled with each. */
  readonly first: number
  /** Attempts of a step before its workflow ends and is begun anew later. */
  readonly attempts: number
}

/** Runs one step of a workflow: what may pass is tried again by the engine, everything else is the step's result. */
export type RunStep = <T>(userId: string, name: string, work: () => Promise<T>) => Promise<StepResult<T>>

/** Longer waits than this, in milliseconds, are not spent in a step, which would keep others from running. */
const longestWaitInStep = 10_000

/** Passes, but not within seconds; and LibreChat counts logins that fail as offences. */
const pointless: ReadonlySet<string> = new Set(['no-encryption-key', 'not-created'])

/** Told to the engine, which keeps it: name and problem, nothing of the cause. */
class AttemptFailed extends Error {
  override readonly name = 'AttemptFailed'
}

export function createRunStep(parts: {
  accounts: Accounts
  timing: StepTiming
  closing: AbortSignal
  log: Log
}): RunStep {
  const { accounts, timing, closing, log } = parts

  return async (userId, name, work) =>
    DBOS.runStep(
      async () => {
        try {
          return { done: await work() }
        } catch (error) {
          // The process ends: this attempt must leave no result behind, so that another process makes it anew.
          if (closing.aborted) return new Promise<never>(() => undefined)
          const failure = describe(error)
          const cause = error instanceof ProvisioningFault ? error.cause : error
          const { currentAttempt = 1 } = DBOS.stepStatus ?? {}
          const again =
            (failure.state === null ? failure.problem === 'database' : retriesItself(failure.state)) &&
            !pointless.has(failure.problem) &&
            (failure.retryAfter ?? 0) <= longestWaitInStep &&
            currentAttempt < timing.attempts
          log({
            level: again ? 'info' : 'warn',
            event: 'librechat.step-failed',
            fields: {
              userId,
              step: name,
              problem: failure.problem,
              status: failure.status,
              again,
              ...errorFields(cause),
            },
          })
          if (!again) return { failure }
          if (failure.state) await accounts.failed(userId, { state: failure.state, httpStatus: failure.status })
          throw new AttemptFailed(failure.problem)
        }
      },
      {
        name,
        retriesAllowed: true,
        maxAttempts: timing.attempts,
        intervalSeconds: timing.first,
        backoffRate: 2,
      },
    )
}

function describe(error: unknown): Failure {
  // What is not a fault of LibreChat's is one of the database's: a restart, a lost connection.
  if (!(error instanceof ProvisioningFault)) return { problem: 'database', state: null, status: null, retryAfter: null }
  const { problem, status, retryAfter } = error
  return { problem, state: stateOf[problem], status, retryAfter }
}
