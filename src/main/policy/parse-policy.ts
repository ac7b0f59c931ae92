import { settingsTable } from '../../contract/settings.ts'
import type { SettingName } from '../../contract/settings.ts'
import type { Policy } from './policy.ts'

/** An entry that does not count, and why: no such setting, one that policies have no say in, or a value that does not fit. */
export interface PolicyProblem {
  readonly name: string
  readonly why: 'unknown' | 'not-for-policies' | 'invalid'
  readonly from: string
}

/** What one place says: names to values, nothing of it checked. */
export interface PolicySource {
  /** The place, for people: a registry key, a file. */
  readonly from: string
  readonly enforced: Readonly<Record<string, unknown>>
  readonly recommended: Readonly<Record<string, unknown>>
}

export interface ParsedPolicy {
  readonly policy: Policy
  readonly problems: readonly PolicyProblem[]
}

type Entries = Partial<Record<SettingName, { readonly value: unknown; readonly from: string }>>

/**
 * Makes one policy of what several places say; an earlier place wins. Each value is parsed with the setting's own schema; what does not
 * fit is left out and told as a problem. Never throws.
 */
export function parsePolicy(sources: readonly PolicySource[]): ParsedPolicy {
  const problems: PolicyProblem[] = []
  const take = (pick: (source: PolicySource) => Readonly<Record<string, unknown>>): Entries => {
    const entries: Entries = {}
    for (const source of sources)
      for (const [name, value] of Object.entries(pick(source))) {
        const problem = (why: PolicyProblem['why']): void =>
          void problems.push({ name: name.slice(0, 100), why, from: source.from })
        if (!Object.hasOwn(settingsTable, name)) {
          problem('unknown')
          continue
        }
        const known = name as SettingName
        if (settingsTable[known].owner === 'app') {
          problem('not-for-policies')
          continue
        }
        const parsed = settingsTable[known].schema.safeParse(value)
        if (!parsed.success) problem('invalid')
        else entries[known] ??= { value: parsed.data, from: source.from }
      }
    return entries
  }
  const policy = { enforced: take((source) => source.enforced), defaults: take((source) => source.recommended) }
  return { policy: policy as Policy, problems }
}

/** What a file or a dictionary says, by its two parts. Whatever is not of that shape says nothing. */
export function partsOf(found: unknown): Pick<PolicySource, 'enforced' | 'recommended'> {
  const record = (value: unknown): Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  const { enforced, recommended } = record(found)
  return { enforced: record(enforced), recommended: record(recommended) }
}
