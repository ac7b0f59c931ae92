export type ZoomStep = 'in' | 'out' | 'reset'

/** The sizes that menus and the wheel go through, as browsers have them; the ends are those of the setting. */
const steps = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const

/** Half of what two steps are apart at least: a size within it counts as being on the step. */
const near = 0.02

/** The size after `zoom`, which may lie between two steps. At an end it stays. */
export function zoomAfter(zoom: number, step: ZoomStep): number {
  if (step === 'reset') return 1
  return step === 'in'
    ? (steps.find((size) => size > zoom + near) ?? steps[steps.length - 1]!)
    : (steps.findLast((size) => size < zoom - near) ?? steps[0])
}
