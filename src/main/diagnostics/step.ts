import type { CheckName, CheckResult, CheckState, Fact, FactName, Finding } from '../../contract/diagnostics.ts'
import type { ServerName } from '../../contract/errors.ts'
import type { Log } from '../host.ts'

/** Characters of a fact's value, and facts of a step: the contract's limits. */
const valueLimit = 300
const factLimit = 20

export interface Outcome {
  readonly state: Exclude<CheckState, 'running'>
  readonly finding: Finding
}
export const ok: Outcome = { state: 'ok', finding: 'none' }
export const failed = (finding: Finding): Outcome => ({ state: 'failed', finding })
export const warning = (finding: Finding): Outcome => ({ state: 'warning', finding })
export const skipped = (finding: Finding): Outcome => ({ state: 'skipped', finding })
/** Whether steps that build on this one make sense. */
export const passed = ({ state }: Outcome): boolean => state === 'ok' || state === 'warning'

/** Thrown by the work of a step to end it with what it found. */
export class CheckFault extends Error {
  readonly finding: Finding
  constructor(finding: Finding, cause?: unknown) {
    super(finding, { cause })
    this.finding = finding
  }
}

/** Adds a fact to the step, in place of one of the same name; it is kept however the step ends. */
export type Note = (name: FactName, value: string | number) => void

export interface Step {
  readonly check: CheckName
  readonly server: ServerName | null
  /** Milliseconds. */
  readonly limit: number
  /** What it means when the limit is over. */
  readonly late: Finding
  /** `signal` ends with the limit and with the run. */
  readonly work: (signal: AbortSignal, note: Note) => Promise<Outcome>
}

/** The steps of one run, each told when it begins and when it ends. */
export interface Steps {
  /** Never rejects. */
  run(step: Step): Promise<Outcome>
  skip(check: CheckName, server: ServerName | null, finding: Finding, facts?: readonly Fact[]): Outcome
}

interface Deps {
  readonly runId: string
  readonly signal: AbortSignal
  readonly emit: (result: CheckResult) => void
  readonly log: Log
}

/** Control characters could forge lines of a copied report. */
const clean = (value: string | number): string =>
  String(value)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .slice(0, valueLimit)

export function createSteps({ runId, signal, emit, log }: Deps): Steps {
  const end = (result: CheckResult): void => {
    const { check, server, state, finding, ms } = result
    log({ level: 'info', event: 'diagnostics.step', fields: { check, server, state, finding, ms } })
    emit(result)
  }

  const skip: Steps['skip'] = (check, server, finding, facts = []) => {
    const outcome = skipped(signal.aborted ? 'cancelled' : finding)
    end({ runId, check, server, ...outcome, facts: [...facts], ms: null })
    return outcome
  }

  return {
    skip,
    async run({ check, server, limit, late, work }) {
      if (signal.aborted) return skip(check, server, 'cancelled')
      const facts: Fact[] = []
      const note: Note = (name, value) => {
        const before = facts.findIndex((fact) => fact.name === name)
        if (before !== -1) facts.splice(before, 1)
        if (facts.length < factLimit) facts.push({ name, value: clean(value) })
      }
      const base = { runId, check, server }
      emit({ ...base, state: 'running', finding: 'none', facts: [], ms: null })
      const started = performance.now()
      const over = new AbortController()
      const timer = setTimeout(() => over.abort(), limit)
      const both = AbortSignal.any([signal, over.signal])
      let outcome: Outcome
      try {
        const stop = new Promise<never>((_resolve, reject) => {
          both.addEventListener('abort', () => reject(new CheckFault(late)), { once: true })
        })
        outcome = await Promise.race([work(both, note), stop])
      } catch (thrown) {
        if (signal.aborted) outcome = skipped('cancelled')
        else if (over.signal.aborted) outcome = failed(late)
        else if (thrown instanceof CheckFault) outcome = failed(thrown.finding)
        else {
          const name = thrown instanceof Error ? thrown.name : 'unknown'
          log({ level: 'error', event: 'diagnostics.defect', fields: { check, name } })
          outcome = failed('not-checked')
        }
      } finally {
        clearTimeout(timer)
      }
      end({ ...base, ...outcome, facts: [...facts], ms: Math.round(performance.now() - started) })
      return outcome
    },
  }
}
