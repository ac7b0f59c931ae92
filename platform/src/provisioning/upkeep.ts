import type { DBOSClient, WorkflowStatus } from '@dbos-inc/dbos-sdk'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import type { Accounts } from './accounts.ts'
import type { Liveness } from './liveness.ts'
import { queueName, retryWorkflow, workflowVersion } from './names.ts'
import type { ProvisioningRequests } from './requests.ts'

/** Milliseconds. */
export interface UpkeepTimes {
  readonly every: number
  /** After this a user that was asked for and has no workflow is begun. */
  readonly forgotten: number
  /** The longest wait between two runs of a user's workflow; who waits far longer has lost the wake-up. */
  readonly longestWait: number
}

export interface Upkeep {
  /** The first round, which then is run again and again. Throws when the database cannot be reached. */
  start(): Promise<void>
  close(): Promise<void>
}

const many = 500
/** At the start, when nobody has been begun yet. */
const all = 100_000
const hour = 3_600_000
const day = 24 * hour

const userOf = (workflowId: string): string | null =>
  /^(?:provision|rotate)-librechat-([0-9a-f-]{36})$/.exec(workflowId)?.[1] ?? null

/**
 * What the engine leaves to its users: the work of processes that are gone and of older versions is taken up, users whose
 * request was not heard are begun, and finished wake-ups are deleted. Every process does it; doing it twice does no harm,
 * for the engine lets one process run a workflow and the steps may be repeated.
 */
export function createUpkeep(parts: {
  client: DBOSClient
  accounts: Accounts
  requests: ProvisioningRequests
  liveness: Liveness
  times: UpkeepTimes
  log: Log
}): Upkeep {
  const { client, accounts, requests, liveness, times, log } = parts
  const brief = { loadInput: false, loadOutput: false, limit: many }
  let reconciledAt = 0
  let prunedAt = 0

  const takeUp = async (): Promise<void> => {
    const pending = await client.listWorkflows({ ...brief, status: 'PENDING', applicationVersion: workflowVersion })
    const dead = new Set(await liveness.dead(pending.map(({ executorId }) => executorId ?? '')))
    const left = pending.filter(({ executorId }) => dead.has(executorId ?? '')).map(({ workflowID }) => workflowID)
    if (left.length === 0) return
    await client.resumeWorkflows(left, { queueName })
    log({ level: 'warn', event: 'engine.taken-up', fields: { workflows: left.length, from: 'a process that is gone' } })
  }

  /** Their steps may be others than ours, so they are begun anew instead of gone on with. */
  const takeOver = async (): Promise<void> => {
    for (const { versionName } of await client.listApplicationVersions()) {
      if (versionName === workflowVersion || !(await liveness.versionIsGone(versionName))) continue
      const left: WorkflowStatus[] = await client.listWorkflows({
        ...brief,
        applicationVersion: versionName,
        status: ['PENDING', 'ENQUEUED', 'DELAYED'],
      })
      if (left.length === 0) continue
      await client.cancelWorkflows(left.map(({ workflowID }) => workflowID))
      const users = left.map(({ workflowID }) => userOf(workflowID)).filter((user) => user !== null)
      await requests.begin(users)
      log({ level: 'warn', event: 'engine.taken-up', fields: { workflows: left.length, from: 'another version' } })
    }
  }

  const reconcile = async (): Promise<void> => {
    const now = Date.now()
    // At the start everybody who waits: a request that came while there was no engine is heard at once.
    const [age, limit] = reconciledAt === 0 ? [0, all] : [times.forgotten, many]
    const forgotten = await accounts.unsettled(['requested'], new Date(now - age), limit)
    const asleep = await accounts.unsettled(
      ['unreachable', 'key-missing'],
      new Date(now - 2 * times.longestWait - times.forgotten),
      many,
    )
    await requests.begin([...new Set([...forgotten, ...asleep].map(({ userId }) => userId))])
  }

  const prune = async (): Promise<void> => {
    const finished = await client.listWorkflows({
      ...brief,
      workflowName: retryWorkflow,
      status: ['SUCCESS', 'ERROR', 'CANCELLED'],
      endTime: new Date(Date.now() - day).toISOString(),
    })
    if (finished.length > 0) await client.deleteWorkflows(finished.map(({ workflowID }) => workflowID))
  }

  const due = (last: number, period: number): boolean => Date.now() - last >= period

  const round = async (): Promise<void> => {
    await liveness.hold()
    await takeUp()
    await takeOver()
    if (due(reconciledAt, times.forgotten / 2)) {
      await reconcile()
      reconciledAt = Date.now()
    }
    if (due(prunedAt, hour)) {
      await prune()
      prunedAt = Date.now()
    }
  }

  let running: Promise<void> | null = null
  const once = (): Promise<void> => (running ??= round().finally(() => (running = null)))
  let timer: NodeJS.Timeout | undefined
  const again = (): void =>
    void once().catch((error) => log({ level: 'warn', event: 'engine.upkeep-failed', fields: errorFields(error) }))

  return {
    start() {
      timer = setInterval(again, times.every)
      timer.unref()
      return once()
    },
    async close() {
      clearInterval(timer)
      await running?.catch(() => undefined)
    },
  }
}
