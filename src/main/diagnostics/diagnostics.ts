import type { CheckResult } from '../../contract/diagnostics.ts'

/** The step-by-step connection check. */
export interface Diagnostics {
  /** Resolves at the end of the run; a run that is under way is cancelled first. Never rejects. */
  run(options: { runId: string; askModel: boolean }): Promise<void>
  cancel(): void
  /** The results of the last run, for the support bundle. */
  last(): readonly CheckResult[]
}

export function createDiagnostics(): Diagnostics {
  return { run: async () => await Promise.resolve(), cancel: () => undefined, last: () => [] }
}
