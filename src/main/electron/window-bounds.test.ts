import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { placeOn, readBounds, writeBounds } from './window-bounds.ts'

const folder = mkdtempSync(join(tmpdir(), 'window-bounds-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const left = { x: 0, y: 25, width: 1920, height: 1055 }
const right = { x: 1920, y: 0, width: 2560, height: 1440 }
const bounds = { x: 100, y: 100, width: 900, height: 700, maximized: false }
const first = { width: 1080, height: 760, maximized: false }

test('what was written is read again', () => {
  const path = join(folder, 'window.json')
  writeBounds(path, bounds)
  expect(readBounds(path)).toEqual(bounds)
})

test.each(['', 'null', '[]', '{', '{"x":1}', '{"x":1.5,"y":0,"width":900,"height":700,"maximized":false}'])(
  'the file %s is none',
  (text) => {
    const path = join(folder, 'broken.json')
    writeFileSync(path, text)
    expect(readBounds(path)).toBeNull()
  },
)

test('there being no file is no place', () => {
  expect(readBounds(join(folder, 'missing.json'))).toBeNull()
  expect(placeOn([left], null)).toEqual(first)
})

test('a place on any of the screens is kept', () => {
  expect(placeOn([left, right], bounds)).toEqual(bounds)
  expect(placeOn([left, right], { ...bounds, x: 2000, maximized: true })).toEqual({
    ...bounds,
    x: 2000,
    maximized: true,
  })
})

test.each([
  ['on a screen that is gone', { x: 2000 }],
  ['left of every screen', { x: -850 }],
  ['with its title bar above the screen', { y: 0 }],
  ['with its title bar below the screen', { y: 1060 }],
])('a place %s is not', (_what, patch) => {
  expect(placeOn([left], { ...bounds, ...patch })).toEqual(first)
})

test('hardly visible is visible enough to be taken hold of', () => {
  expect(placeOn([left], { ...bounds, x: 64 - 900 })).toMatchObject({ x: 64 - 900 })
  expect(placeOn([left], { ...bounds, x: 63 - 900 })).toEqual(first)
})

test('never larger than the screen and never smaller than usable', () => {
  expect(placeOn([left], { ...bounds, width: 5000, height: 5000 })).toMatchObject({ width: 1920, height: 1055 })
  expect(placeOn([left], { ...bounds, width: 100, height: 100 })).toMatchObject({ width: 380, height: 480 })
})
