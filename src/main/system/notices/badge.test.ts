import { expect, test } from 'vitest'
import { overlayDot, overlaySize } from './badge.ts'

test('the dot is a red disc on nothing, in the size that Windows takes', () => {
  const pixels = overlayDot()
  expect(pixels).toHaveLength(overlaySize * overlaySize * 4)
  const at = (x: number, y: number): number[] => [
    ...pixels.subarray((y * overlaySize + x) * 4, (y * overlaySize + x) * 4 + 4),
  ]
  expect(at(8, 8)).toEqual([0x1c, 0x4a, 0xd9, 255])
  for (const [x, y] of [
    [0, 0],
    [15, 0],
    [0, 15],
    [15, 15],
  ] as const)
    expect(at(x, y)).toEqual([0, 0, 0, 0])
  for (let index = 0; index < pixels.length; index += 4) {
    // Multiplied by the opacity: no colour is brighter than it.
    const [blue, green, red, opacity] = pixels.subarray(index, index + 4)
    expect(Math.max(blue!, green!, red!)).toBeLessThanOrEqual(opacity!)
  }
  // The same from every side.
  expect(at(3, 8)).toEqual(at(12, 8))
  expect(at(8, 3)).toEqual(at(8, 12))
})
