import { describe, expect, test } from 'vitest'
import { newRecord } from './record.ts'
import type { UpdateRecord } from './record.ts'
import { judgeStart, lastGood, takeBack } from './trial.ts'

const url = 'https://download.example/'
const kept = { version: '1.0.0', sha512: 'x', size: 1 }
const record = (patch: Partial<UpdateRecord>): UpdateRecord => ({ ...newRecord(), highest: '1.0.0', ...patch })
const pending = { from: '1.0.0', to: '1.1.0', notes: 'n' }
const trial = (starts: number): UpdateRecord['trial'] => ({ version: '1.1.0', from: '1.0.0', starts })
const unhealthy = { kind: 'unhealthy', version: '1.1.0', url }

describe('a start', () => {
  test.each<[string, string, Partial<UpdateRecord>, 'start' | 'return', Partial<UpdateRecord>]>([
    ['as any other', '1.0.0', {}, 'start', { highest: '1.0.0' }],
    ['the first ever', '1.0.0', { highest: null }, 'start', { highest: '1.0.0' }],
    ['of an older version by hand', '0.9.0', {}, 'start', { highest: '1.0.0' }],
    ['of a version that is none', 'x', {}, 'start', { highest: '1.0.0' }],
    [
      'after an update',
      '1.1.0',
      { pending, notApplied: { version: '1.1.0', times: 1 } },
      'start',
      {
        highest: '1.1.0',
        pending: null,
        notApplied: null,
        trial: trial(1),
        outcome: { kind: 'updated', from: '1.0.0', to: '1.1.0', notes: 'n' },
      },
    ],
    [
      'after an update that did not happen',
      '1.0.0',
      { pending },
      'start',
      {
        pending: null,
        notApplied: { version: '1.1.0', times: 1 },
        outcome: { kind: 'not-applied', version: '1.1.0' },
      },
    ],
    [
      'after it did not happen again',
      '1.0.0',
      { pending, notApplied: { version: '1.1.0', times: 1 } },
      'start',
      { notApplied: { version: '1.1.0', times: 2 } },
    ],
    [
      'after another one did not happen',
      '1.0.0',
      { pending, notApplied: { version: '1.0.9', times: 5 } },
      'start',
      { notApplied: { version: '1.1.0', times: 1 } },
    ],
    ['of a version that came by hand meanwhile', '1.0.5', { pending }, 'start', { pending: null, trial: null }],
    ['the second of a new version', '1.1.0', { trial: trial(1), previous: kept }, 'start', { trial: trial(2) }],
    [
      'the third of a new version',
      '1.1.0',
      { trial: trial(2), previous: kept },
      'return',
      { returning: { from: '1.1.0', to: '1.0.0', tries: 1 } },
    ],
    [
      'the third, with nothing to go back to',
      '1.1.0',
      { trial: trial(2) },
      'start',
      { trial: null, outcome: unhealthy as never },
    ],
    [
      'the third, with only itself to go back to',
      '1.1.0',
      { trial: trial(2), previous: { ...kept, version: '1.1.0' } },
      'start',
      { trial: null, outcome: unhealthy as never },
    ],
    [
      'of another version than the one on trial',
      '1.2.0',
      { trial: trial(2), previous: kept },
      'start',
      { trial: null },
    ],
    [
      'after going back',
      '1.0.0',
      { trial: trial(2), previous: kept, returning: { from: '1.1.0', to: '1.0.0', tries: 1 } },
      'start',
      { returning: null, trial: null, outcome: { kind: 'rolled-back', from: '1.1.0', to: '1.0.0' } },
    ],
    [
      'after going back was interrupted',
      '1.1.0',
      { trial: trial(2), previous: kept, returning: { from: '1.1.0', to: '1.0.0', tries: 1 } },
      'return',
      { returning: { from: '1.1.0', to: '1.0.0', tries: 2 } },
    ],
    [
      'after going back did not work',
      '1.1.0',
      { trial: trial(2), previous: kept, returning: { from: '1.1.0', to: '1.0.0', tries: 2 } },
      'start',
      { returning: null, trial: null, outcome: unhealthy as never },
    ],
    [
      'of a third version, which came by hand on the way back',
      '1.2.0',
      { trial: trial(2), previous: kept, returning: { from: '1.1.0', to: '1.0.0', tries: 1 } },
      'start',
      { returning: null, trial: null, highest: '1.2.0' },
    ],
  ])('%s', (_name, version, before, action, after) => {
    const judged = judgeStart(record(before), version, url)
    expect(judged.action).toBe(action)
    expect({ ...record(before), ...judged.patch }).toMatchObject(after)
  })

  test('never counts for ever: whatever is left, a version starts or goes back', () => {
    let at = record({ pending, previous: kept })
    const actions: string[] = []
    for (let start = 0; start < 8; start++) {
      const { patch, action } = judgeStart(at, '1.1.0', url)
      at = { ...at, ...patch }
      actions.push(action)
    }
    expect(actions).toEqual(['start', 'start', 'return', 'return', 'start', 'start', 'start', 'start'])
  })
})

test('what is gone back to is the file before, or the installer that worked last', () => {
  const statement = {
    ...kept,
    version: '0.9.0',
    file: 'x',
    channel: 'stable',
    platform: 'win32',
    arch: 'x64',
    notes: '',
  } as const
  expect(lastGood(record({}), '1.1.0')).toBeNull()
  expect(lastGood(record({ previous: kept }), '1.1.0')).toBe('1.0.0')
  expect(lastGood(record({ good: { statement, signatures: [] } }), '1.1.0')).toBe('0.9.0')
  expect(lastGood(record({ good: { statement, signatures: [] } }), '0.9.0')).toBeNull()
})

test('a start is given back once, and never below none', () => {
  expect(takeBack(record({ trial: trial(2) }))).toEqual({ trial: trial(1) })
  expect(takeBack(record({ trial: trial(0) }))).toEqual({ trial: trial(0) })
  expect(takeBack(record({}))).toEqual({})
})
