import { gt, valid } from 'semver'
import type { UpdateRecord } from './record.ts'

/** How often a new version may start without proving itself. */
export const trialStarts = 2
/** How often going back is tried before the app gives up and says so. */
const returnTries = 2

export interface Start {
  /** To be on disk before anything else is done. */
  readonly patch: Partial<UpdateRecord>
  /** `return`: this version does not start any more; the one of `patch.returning.to` has to. */
  readonly action: 'start' | 'return'
}

const higher = (a: string | null, b: string): string | null => (valid(b) === null ? a : a === null || gt(b, a) ? b : a)

/** The version to go back to when `version` does not prove itself; null where this system keeps none. */
export function lastGood(record: UpdateRecord, version: string): string | null {
  const found = record.previous?.version ?? record.good?.statement.version ?? null
  return found === version ? null : found
}

function settleInstall(record: UpdateRecord, version: string): Partial<UpdateRecord> {
  const { pending, notApplied } = record
  if (pending === null) return {}
  const { from, to, notes } = pending
  if (version === to)
    return {
      pending: null,
      notApplied: null,
      trial: { version, from, starts: 0 },
      outcome: { kind: 'updated', from, to, notes },
    }
  // Neither: somebody installed something else by hand, and knows.
  if (version !== from) return { pending: null, trial: null }
  const times = notApplied?.version === to ? notApplied.times + 1 : 1
  return { pending: null, notApplied: { version: to, times }, outcome: { kind: 'not-applied', version: to } }
}

/** What a start of `version` means, from what the starts before left. Pure. `url`: where full installers are. */
export function judgeStart(before: UpdateRecord, version: string, url: string | null): Start {
  const patch: Partial<UpdateRecord> = { highest: higher(before.highest, version) }
  const start = (more: Partial<UpdateRecord>): Start => ({ patch: { ...patch, ...more }, action: 'start' })
  const unhealthy = (): Start =>
    start({ trial: null, returning: null, pending: null, outcome: { kind: 'unhealthy', version, url } })

  const { returning } = before
  if (returning !== null) {
    const { from, to, tries } = returning
    if (version === to)
      return start({ returning: null, trial: null, pending: null, outcome: { kind: 'rolled-back', from, to } })
    if (version === from) {
      if (tries >= returnTries) return unhealthy()
      return { patch: { ...patch, returning: { from, to, tries: tries + 1 } }, action: 'return' }
    }
    Object.assign(patch, { returning: null, trial: null })
  }

  Object.assign(patch, settleInstall({ ...before, ...patch }, version))
  const { trial } = { ...before, ...patch }
  if (trial === null) return start({})
  if (trial.version !== version) return start({ trial: null })
  if (trial.starts < trialStarts) return start({ trial: { ...trial, starts: trial.starts + 1 } })
  const to = lastGood(before, version)
  if (to === null) return unhealthy()
  return { patch: { ...patch, returning: { from: version, to, tries: 1 } }, action: 'return' }
}

/** Gives a start back that ended in order before it could prove anything: nothing failed. */
export const takeBack = ({ trial }: UpdateRecord): Partial<UpdateRecord> =>
  trial === null ? {} : { trial: { ...trial, starts: Math.max(0, trial.starts - 1) } }
