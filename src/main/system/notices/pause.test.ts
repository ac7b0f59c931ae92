import { expect, test } from 'vitest'
import { pauseEnd } from './pause.ts'

test('an hour is an hour', () => expect(pauseEnd('hour', 1000)).toBe(3_601_000))

test.each([
  [new Date(2026, 0, 31, 23, 59), new Date(2026, 1, 1, 8)],
  [new Date(2026, 5, 15, 0, 1), new Date(2026, 5, 16, 8)],
  [new Date(2026, 11, 31, 12), new Date(2027, 0, 1, 8)],
  // Nights of an hour more or less, where the clocks change.
  [new Date(2026, 2, 28, 20), new Date(2026, 2, 29, 8)],
  [new Date(2026, 9, 24, 20), new Date(2026, 9, 25, 8)],
])('until tomorrow, from %s, is the next morning', (now, end) =>
  expect(new Date(pauseEnd('tomorrow', now.getTime()))).toEqual(end),
)
