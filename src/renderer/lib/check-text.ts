import type { CheckResult } from '../../contract/diagnostics.ts'
import { stepKey } from '../stores/diagnostics.ts'
import { checkGroups, checkTitles, factLabels, factValue, stateWord } from './check-labels.ts'
import { checkWords } from './check-sentences.ts'

type Results = Readonly<Record<string, CheckResult>>

/** The address of a group's server, once its first step has told it. */
export const originOf = (results: Results, server: CheckResult['server']): string | null =>
  results[stepKey('address', server)]?.facts.find(({ name }) => name === 'address')?.value ?? null

/** A whole run as plain text, for the clipboard. `about`: the app in lines. */
export function checkText(results: Results, about: string, at: Date): string {
  const lines = [`Connection check, ${at.toISOString()}`, about]
  for (const { title, server, checks } of checkGroups) {
    lines.push('', title)
    for (const check of checks) {
      const result = results[stepKey(check, server)]
      if (result === undefined || result.state === 'running') continue
      const { state, finding, facts, ms } = result
      const { found, you, administrator } = checkWords(result, originOf(results, server))
      lines.push(`- ${checkTitles[check]}: ${stateWord(state, finding)} [${finding}]${ms === null ? '' : ` ${ms} ms`}`)
      lines.push(`  ${found}`)
      if (you !== undefined) lines.push(`  What you can do: ${you}`)
      if (administrator !== undefined) lines.push(`  For your administrator: ${administrator}`)
      for (const { name, value } of facts) lines.push(`  ${factLabels[name]}: ${factValue(name, value)}`)
    }
  }
  return `${lines.join('\n')}\n`
}
