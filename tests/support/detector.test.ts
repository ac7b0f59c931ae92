import { expect, test } from 'vitest'
import { canaryKinds, createCanaries, encodingNames, encodings } from './harness/canaries.ts'
import { createDetector } from './harness/detector.ts'

const canaries = createCanaries(2100, 20_261_123)
const detector = createDetector(canaries)

test('there are enough canaries, of every kind, and each is one of its own', () => {
  expect(new Set(canaries.map(({ core }) => core)).size).toBe(2100)
  expect(new Set(canaries.map(({ kind }) => kind))).toEqual(new Set(canaryKinds))
  expect(encodingNames.length).toBeGreaterThanOrEqual(8)
  for (const { core, text } of canaries) expect(text).toContain(core)
})

test.each(encodingNames)('every canary is found when it is written %s', (name) => {
  const text = JSON.stringify(canaries.map((canary) => ({ at: 'word', value: encodings[name](canary.text) })))
  expect(detector.find(text).size).toBe(canaries.length)
})

test('half a canary is found, and one that is written in two fields', () => {
  const halves = canaries.slice(0, 50).map(({ core }, index) => (index % 2 === 0 ? core.slice(0, 8) : core.slice(8)))
  expect(detector.find(halves.join(' ')).size).toBe(50)
  const split = canaries.slice(0, 50).map(({ core }) => ({ a: core.slice(0, 8), b: core.slice(8) }))
  expect(detector.find(JSON.stringify(split)).size).toBe(50)
})

test('what holds none is found to hold none', () => {
  const others = createCanaries(500, 7).map(({ text }) => Object.values(encodings).map((encode) => encode(text)))
  expect(detector.find(JSON.stringify(others)).size).toBe(0)
})
