import { expect, test } from 'vitest'
import { settings } from '../../../contract/settings.ts'
import { zoomAfter } from './zoom-steps.ts'

const walk = (from: number, step: 'in' | 'out'): number[] => {
  const sizes = [from]
  for (;;) {
    const next = zoomAfter(sizes.at(-1)!, step)
    if (next === sizes.at(-1)) return sizes
    sizes.push(next)
  }
}

test('goes from end to end and back over the same sizes, all of which the setting takes', () => {
  const up = walk(0.5, 'in')
  expect(up).toEqual([0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3])
  expect(walk(3, 'out')).toEqual(up.toReversed())
  for (const zoom of up) expect(settings.shape.zoom.safeParse(zoom).success).toBe(true)
})

test.each([
  [1.2, 'in', 1.25],
  [1.2, 'out', 1.1],
  [1.101, 'in', 1.25],
  [1.099, 'out', 1],
  [0.3, 'out', 0.5],
  [9, 'in', 3],
  [9, 'out', 3],
  [2.2, 'reset', 1],
] as const)('%d, %s: %d', (zoom, step, after) => {
  expect(zoomAfter(zoom, step)).toBe(after)
})
