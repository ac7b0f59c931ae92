import { setTimeout as pause } from 'node:timers/promises'
import type { DBOSClient } from '@dbos-inc/dbos-sdk'
import { DBOS } from '@dbos-inc/dbos-sdk'
import type { Pool } from 'pg'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import { createDbosLog } from './dbos-log.ts'
import type { Liveness } from './liveness.ts'
import { applicationName, queueName, workflowVersion } from './names.ts'

export type EngineState = 'starting' | 'running' | 'down' | 'closed'

/** DBOS in this process. It is one for the whole process, so there is one of these at a time. */
export interface Engine {
  state(): EngineState
  /** Resolves when it runs; rejects when it is closed before. A launch that fails is made again. */
  started: Promise<void>
  /** Takes no more work, waits up to `drain` milliseconds for what is under way, and leaves the rest to others. */
  close(drain: number): Promise<void>
}

export interface EngineParts {
  readonly databaseUrl: string
  readonly pool: Pool
  readonly client: DBOSClient
  readonly executorId: string
  readonly liveness: Liveness
  /** Workflows of this process at once; more than calls to LibreChat at once, so that these never wait. */
  readonly workers: number
  /** Milliseconds between two looks at the queue. */
  readonly polling: number
  /** Registers the workflows. */
  readonly register: () => void
  readonly log: Log
}

const longestPause = 30_000

let taken = false

/** Throws when this process has one already. */
export function createEngine(parts: EngineParts): Engine {
  const { databaseUrl, pool, client, executorId, liveness, workers, polling, register, log } = parts
  if (taken) throw new Error('there is an engine in this process already')
  taken = true
  const closing = new AbortController()
  let state: EngineState = 'starting'

  const launch = async (): Promise<void> => {
    await liveness.hold()
    DBOS.setConfig({
      name: applicationName,
      systemDatabaseUrl: databaseUrl,
      systemDatabasePool: pool,
      applicationVersion: workflowVersion,
      executorID: executorId,
      listenQueues: [queueName],
      useListenNotify: false,
      logger: createDbosLog(log),
    })
    // Two that migrate DBOS's tables at once bring each other down.
    await liveness.alone(() => DBOS.launch(), closing.signal)
    const limits = { workerConcurrency: workers, minPollingIntervalMs: polling, onConflict: 'always_update' as const }
    await client.registerQueue(queueName, limits)
  }

  const keepLaunching = async (): Promise<void> => {
    register()
    for (let wait = 1000; ; wait = Math.min(longestPause, wait * 2)) {
      closing.signal.throwIfAborted()
      try {
        await launch()
        state = 'running'
        log({ level: 'info', event: 'engine.started', fields: { executorId } })
        return
      } catch (error) {
        if (closing.signal.aborted) throw error
        state = 'down'
        log({
          level: 'error',
          event: 'engine.not-started',
          fields: { ...errorFields(error), retryInMilliseconds: wait },
        })
        await DBOS.shutdown().catch(() => undefined)
        await pause(wait, undefined, { signal: closing.signal })
      }
    }
  }
  const started = keepLaunching()
  started.catch(() => undefined)

  return {
    state: () => state,
    started,
    async close(drain) {
      if (state === 'closed') return
      closing.abort()
      await started.catch(() => undefined)
      state = 'closed'
      await DBOS.shutdown({ deregister: true, workflowCompletionTimeoutMS: drain })
      taken = false
    },
  }
}
