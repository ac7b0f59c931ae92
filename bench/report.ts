import { writeFile } from 'node:fs/promises'

/** One line of the report: how much of its baseline, measured in the same run, something takes. */
export interface Row {
  readonly what: string
  readonly value: number
  readonly baseline: number
  readonly unit: string
  readonly against: string
  /** What is aimed at: the most that the value, or its ratio to the baseline, may be. */
  readonly goal?: { readonly of: 'value' | 'ratio'; readonly most: number }
}

/** The value below which `share` (0 to 1) of the values lie. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

export const median = (values: readonly number[]): number => quantile(values, 0.5)

function goalOf({ value, baseline, unit, goal }: Row): string {
  if (!goal) return ''
  const reached = goal.of === 'value' ? value : value / baseline
  const most = goal.of === 'value' ? `${goal.most} ${unit}` : `${goal.most} ×`
  return ` (goal: at most ${most}, ${reached <= goal.most ? 'met' : 'missed'})`
}

export function print(rows: readonly Row[]): void {
  for (const row of rows) {
    const { what, value, baseline, unit, against } = row
    const ratio = (value / baseline).toFixed(2).padStart(7)
    const measured = `${value.toFixed(1)} ${unit}; ${against}: ${baseline.toFixed(1)} ${unit}`
    console.log(`${ratio} ×  ${what}: ${measured}${goalOf(row)}`)
  }
}

/** The rows as JSON, for programs. */
export async function save(rows: readonly Row[], file: string): Promise<void> {
  await writeFile(file, `${JSON.stringify(rows, null, 2)}\n`)
}
