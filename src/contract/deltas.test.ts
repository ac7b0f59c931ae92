import { expect, test } from 'vitest'
import { applyDeltas } from './deltas.ts'

test('appends to parts, makes new ones, and leaves the ones given alone', () => {
  const parts = [{ type: 'think', text: 'Hm' } as const]
  const next = applyDeltas(parts, [
    { index: 0, type: 'think', text: 'm.' },
    { index: 1, type: 'text', text: 'Yes' },
    { index: 1, type: 'text', text: '.' },
  ])
  expect(next).toEqual([
    { type: 'think', text: 'Hmm.' },
    { type: 'text', text: 'Yes.' },
  ])
  expect(parts).toEqual([{ type: 'think', text: 'Hm' }])
})

test('a delta of another type than its part is passed over', () => {
  const tool = { type: 'tool', name: 't', args: '', output: null, done: false, authUrl: null } as const
  expect(applyDeltas([tool], [{ index: 0, type: 'text', text: 'x' }])).toEqual([tool])
})
