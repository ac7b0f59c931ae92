import { expect, test } from 'vitest'
import { createProgress } from './progress.ts'
import type { Progress } from './progress.ts'

test('a few reports a second, with a rate that can be read, and the last one always', () => {
  let now = 0
  const reports: Progress[] = []
  const { onProgress } = createProgress(
    (progress) => void reports.push(progress),
    () => now,
  )
  onProgress(0, 1_000_000)
  for (let received = 10_000; received <= 1_000_000; received += 10_000) {
    now += 10
    onProgress(received, 1_000_000)
  }
  expect(reports).toHaveLength(5)
  expect(reports.map(({ receivedBytes }) => receivedBytes)).toEqual([0, 250_000, 500_000, 750_000, 1_000_000])
  expect(reports.slice(1).every(({ bytesPerSecond }) => bytesPerSecond === 1_000_000)).toBe(true)
})

test('a download that begins anew has no rate below nothing', () => {
  let now = 0
  const rates: number[] = []
  const { onProgress } = createProgress(
    ({ bytesPerSecond }) => void rates.push(bytesPerSecond),
    () => (now += 1000),
  )
  for (const received of [0, 500, 0, 100]) onProgress(received, 1000)
  expect(rates.every((rate) => rate >= 0)).toBe(true)
})
