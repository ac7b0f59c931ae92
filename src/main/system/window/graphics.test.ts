import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createGraphics } from './graphics.ts'
import type { Graphics } from './graphics.ts'

let folder: string
let clock = 0
let events: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graphics-'))
  clock = 0
  events = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = (): string => join(folder, 'graphics.json')
const start = (version = '1.0.0'): Graphics =>
  createGraphics({ path: path(), version, log: ({ event }) => void events.push(event), now: () => clock })
/** A run that shows its window and lasts. */
const goodRun = (version?: string): boolean => {
  const run = start(version)
  run.painted()
  clock += 60_000
  run.ended()
  return run.software
}
const badRun = (version?: string): boolean => {
  const run = start(version)
  run.nothingDrawn()
  run.ended()
  return run.software
}

test('draws with the card, and a good run leaves no file', () => {
  expect(goodRun()).toBe(false)
  expect(existsSync(path())).toBe(false)
})

test('three ends of the graphics process, and the next start draws without it', () => {
  const run = start()
  expect([run.processGone('crashed'), run.processGone('killed'), run.processGone('clean-exit')]).toEqual([
    false,
    false,
    false,
  ])
  expect(run.processGone('crashed')).toBe(true)
  // Only once: the app is being started again by then.
  expect([run.processGone('crashed'), run.nothingDrawn()]).toEqual([false, false])
  run.ended()
  expect(start().software).toBe(true)
  expect(events).toEqual(['graphics.off'])
})

test('ends that lie far apart are no series', () => {
  const run = start()
  for (let at = 0; at < 10; at++) {
    expect(run.processGone('crashed')).toBe(false)
    clock += 150_000
  }
})

test('nothing painted with the card: once without; without it: it was not the card', () => {
  expect(start().nothingDrawn()).toBe(true)
  const second = start()
  expect(second.software).toBe(true)
  expect(second.nothingDrawn()).toBe(false)
  for (let at = 0; at < 5; at++) expect(second.processGone('crashed')).toBe(false)
})

test('after a good run without the card it is tried again, and after another failure no more', () => {
  expect([badRun(), goodRun(), badRun(), goodRun(), goodRun(), goodRun()]).toEqual([
    false,
    true,
    false,
    true,
    true,
    true,
  ])
})

test('a failure long ago does not count after a good run with the card', () => {
  expect([badRun(), goodRun(), goodRun(), badRun(), goodRun(), goodRun()]).toEqual([
    false,
    true,
    false,
    false,
    true,
    false,
  ])
})

test('a run that is short or shows nothing is not a good one', () => {
  badRun()
  const short = start()
  short.painted()
  clock += 59_999
  short.ended()
  expect(start().software).toBe(true)
  const blind = start()
  clock += 600_000
  blind.ended()
  expect(start().software).toBe(true)
})

test('another version of the app tries the card anew', () => {
  for (const run of [badRun, goodRun, badRun]) run()
  expect(start('1.0.0').software).toBe(true)
  expect(start('1.0.1').software).toBe(false)
})

test.each(['', 'null', '{', '{"software":1,"failures":0,"version":"1.0.0"}', '{"software":true}'])(
  'the file %j is none',
  (text) => {
    writeFileSync(path(), text)
    expect(start().software).toBe(false)
  },
)

test('a folder that cannot be written to does not keep the app from starting again', () => {
  mkdirSync(path())
  expect(start().nothingDrawn()).toBe(true)
  expect(events).toEqual(['graphics.off', 'graphics.not-kept'])
})
