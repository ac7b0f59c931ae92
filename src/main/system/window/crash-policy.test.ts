import { describe, expect, test } from 'vitest'
import { afterCrash } from './crash-policy.ts'
import type { CrashStep, Crashes, GoneReason } from './crash-policy.ts'

const run = (times: readonly number[], reason: GoneReason = 'crashed', onSafeScreen = false): CrashStep[] => {
  let crashes: Crashes = []
  return times.map((now) => {
    const after = afterCrash(crashes, { reason, now, onSafeScreen })
    crashes = after.crashes
    return after.step
  })
}

test('an end that was asked for is none of ours', () => {
  for (const step of run([0, 1, 2, 3], 'clean-exit')) expect(step).toEqual({ do: 'nothing' })
})

describe.each(['crashed', 'abnormal-exit', 'killed', 'memory-eviction', 'oom'] as const)('%s', (reason) => {
  test('the page is loaded again, later each time, then comes the safe screen', () => {
    expect(run([0, 10_000, 20_000, 25_000], reason)).toEqual([
      { do: 'reload', after: 0 },
      { do: 'reload', after: 2000 },
      { do: 'safe-screen', memory: reason === 'oom' },
      { do: 'safe-screen', memory: reason === 'oom' },
    ])
  })

  test('once in a while is not a series', () => {
    for (const step of run([0, 60_000, 120_000, 180_000], reason)) expect(step).toEqual({ do: 'reload', after: 0 })
    expect(run([0, 59_999, 119_998], reason).at(-1)).toEqual({ do: 'reload', after: 2000 })
    expect(run([0, 30_000, 59_999], reason).at(-1)).toMatchObject({ do: 'safe-screen' })
  })
})

test('when the safe screen itself ends, the system has to tell', () => {
  expect(run([0], 'crashed', true)).toEqual([{ do: 'tell', trouble: 'crashing' }])
})

test('loading again does not help when no process can be had', () => {
  expect(run([0], 'launch-failed')).toEqual([{ do: 'tell', trouble: 'no-process' }])
  expect(run([0], 'integrity-failure')).toEqual([{ do: 'tell', trouble: 'changed-files' }])
  expect(run([0], 'launch-failed', true)).toEqual([{ do: 'tell', trouble: 'no-process' }])
})
