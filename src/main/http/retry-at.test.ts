import { expect, test } from 'vitest'
import { retryAt } from './retry-at.ts'

const now = Date.parse('2026-01-01T00:00:00Z')

test('when to try again: seconds, a date, or an epoch', () => {
  expect(retryAt({ 'retry-after': '120' }, now)).toBe(now + 120_000)
  expect(retryAt({ 'retry-after': 'Thu, 01 Jan 2026 00:02:00 GMT' }, now)).toBe(now + 120_000)
  expect(retryAt({ 'x-ratelimit-reset': String(now / 1000 + 60) }, now)).toBe(now + 60_000)
  expect(retryAt({ 'retry-after': 'soon' }, now)).toBe(null)
})
