import { setTimeout as pause } from 'node:timers/promises'
import { errorFields } from '../log.ts'

export interface CheckResult {
  readonly ok: boolean
  /** For people; without values, addresses or secrets. */
  readonly detail?: string
}

export interface ReadinessCheck {
  readonly name: string
  /** False: told, but does not keep the process from being ready. */
  readonly required: boolean
  /** What it throws counts as no. Cut off after two seconds. */
  run(signal: AbortSignal): Promise<CheckResult>
}

export interface ReadinessReport {
  readonly ready: boolean
  readonly checks: readonly (CheckResult & { readonly name: string; readonly required: boolean })[]
}

/** Runs all checks at once; whoever asks meanwhile gets the same report. */
export type Readiness = () => Promise<ReadinessReport>

export function createReadiness(checks: readonly ReadinessCheck[], limit = 2000): Readiness {
  const result = async (check: ReadinessCheck): Promise<CheckResult> => {
    const over = new AbortController()
    const late = pause(limit, { ok: false, detail: `no result within ${limit} ms` }, { signal: over.signal })
    try {
      return await Promise.race([check.run(AbortSignal.any([over.signal, AbortSignal.timeout(limit)])), late])
    } catch (error) {
      return { ok: false, detail: errorFields(error)['code'] ?? 'failed' }
    } finally {
      late.catch(() => undefined)
      over.abort()
    }
  }
  const report = async (): Promise<ReadinessReport> => {
    const results = await Promise.all(
      checks.map(async (check) => ({ name: check.name, required: check.required, ...(await result(check)) })),
    )
    return { ready: results.every(({ ok, required }) => ok || !required), checks: results }
  }

  let running: Promise<ReadinessReport> | undefined
  return () => (running ??= report().finally(() => (running = undefined)))
}
