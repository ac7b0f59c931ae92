import type { ContextualMetadata, DLogger, StackTrace } from '@dbos-inc/dbos-sdk'
import type { Log, LogEvent } from '../log.ts'
import { errorFields } from '../log.ts'

/** DBOS's own sentences, as far as they hold nothing of ours: it also logs what workflows and drivers throw. */
const safe =
  /^(Workflow \S+ (?:is no longer owned|was cancelled|outcome was not recorded)|Current version|Recovering|Unexpected error in pool|Error dispatching|Error fetching|Database connection|Notification|Skipping)/

/** DBOS's log as events of ours: known sentences in short, of everything else that it was and from where. */
export function createDbosLog(log: Log): DLogger {
  const told =
    (level: LogEvent['level']) =>
    (entry: unknown, metadata?: ContextualMetadata & StackTrace): void => {
      const text = typeof entry === 'string' ? entry : entry instanceof Error ? entry.message : ''
      const known = safe.exec(text)?.[1] ?? null
      const error = metadata?.error ?? (entry instanceof Error ? entry : undefined)
      log({ level, event: 'dbos', fields: { said: known, ...(error === undefined ? {} : errorFields(error)) } })
    }
  return { debug: () => undefined, info: () => undefined, warn: told('warn'), error: told('error') }
}
