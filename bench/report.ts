/** One line of the report: how much of its baseline, measured in the same run, something takes. */
export interface Row {
  readonly what: string
  readonly value: number
  readonly baseline: number
  readonly unit: string
  readonly against: string
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

export function print(rows: readonly Row[]): void {
  for (const { what, value, baseline, unit, against } of rows)
    console.log(
      `${(value / baseline).toFixed(2).padStart(7)} ×  ${what}: ${value.toFixed(1)} ${unit}; ${against}: ${baseline.toFixed(1)} ${unit}`,
    )
}
