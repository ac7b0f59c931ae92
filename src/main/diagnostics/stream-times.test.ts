import { expect, test } from 'vitest'
import type { LibreChat, TurnRequest, TurnUpdate } from '../librechat/librechat.ts'
import { createStreamTimes, judgeArrivals } from './stream-times.ts'

/** `count` pieces from `first` on, `gap` milliseconds apart. */
const every = (gap: number, count: number, first: number): number[] =>
  Array.from({ length: count }, (_, at) => first + at * gap)
const judge = (pieces: number[], cut = false): string => {
  const { state, finding } = judgeArrivals({ pieces, cut })
  return `${state} ${finding}`
}

test.each([
  ['as an ordinary model writes', every(30, 60, 800)],
  ['as a very quick one writes', every(2, 100, 250)],
  ['as a slow one writes', every(400, 20, 3000)],
  ['after long thought', every(20, 60, 14_000)],
  ['as a model of few big pieces writes', every(900, 12, 900)],
  ['with one long silence in the middle', [...every(20, 30, 500), ...every(20, 30, 9000)]],
])('pieces that come %s are not held back', (_how, pieces) => {
  expect(judge(pieces)).toBe('ok none')
})

test.each([
  ['all at once at the end', every(0.1, 60, 2500)],
  ['in blocks of a buffer', [0, 1, 2].flatMap((block) => every(0.1, 40, 1000 + block * 900))],
])('pieces that come %s are', (_how, pieces) => {
  expect(judge(pieces)).toBe('warning stream-buffered')
})

test('too little tells nothing, and neither does an answer that was there before anybody listened', () => {
  expect(judge([])).toBe('skipped stream-too-short')
  expect(judge(every(100, 4, 500))).toBe('skipped stream-too-short')
  expect(judge(every(0.1, 60, 120))).toBe('skipped stream-too-short')
})

test('a connection that was lost is told whatever came', () => {
  expect(judge(every(30, 60, 800), true)).toBe('failed stream-cut')
})

test('the last answer that tells something is remembered, and its updates pass unchanged', async () => {
  const times = createStreamTimes()
  let updates: TurnUpdate[] = []
  async function* play(): AsyncGenerator<TurnUpdate> {
    for (const update of updates) yield await Promise.resolve(update)
  }
  const librechat = {
    turns: { start: () => ({ updates: play(), stop: async () => await Promise.resolve() }) },
  } as unknown as LibreChat
  const run = async (): Promise<TurnUpdate[]> => {
    const seen: TurnUpdate[] = []
    for await (const update of times.watch(librechat).turns.start({} as TurnRequest).updates) seen.push(update)
    return seen
  }
  expect(times.last()).toBe(null)
  updates = Array.from({ length: 30 }, () => ({ kind: 'deltas', deltas: [] }))
  expect(await run()).toEqual(updates)
  expect(times.last()?.pieces).toHaveLength(30)
  updates = [{ kind: 'deltas', deltas: [] }]
  await run()
  expect(times.last()?.pieces).toHaveLength(30)
  updates = [{ kind: 'reconnecting', attempt: 1 }]
  await run()
  expect(times.last()).toMatchObject({ cut: true })
})
