import { expect, test } from 'vitest'
import { ageOf, formatBytes } from './format.ts'

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KB'],
  [20 * 1024 * 1024, '20 MB'],
  [3.25 * 1024 ** 3, '3.3 GB'],
])('%i bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

test('conversations are grouped by calendar days', () => {
  const now = new Date(2026, 5, 12, 0, 30).getTime()
  const at = (day: number, hour: number): number => new Date(2026, 5, day, hour).getTime()
  expect(ageOf(now - 1000, now)).toBe('Today')
  expect(ageOf(at(11, 23), now)).toBe('Yesterday')
  expect(ageOf(at(10, 23), now)).toBe('Previous 7 days')
  expect(ageOf(new Date(2026, 4, 20).getTime(), now)).toBe('Previous 30 days')
  expect(ageOf(new Date(2025, 4, 20).getTime(), now)).toBe('Older')
})
