import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openingPlace, placeOf, readPlaces, rescued, writePlace } from './window-place.ts'
import type { Place } from './window-place.ts'

const folder = mkdtempSync(join(tmpdir(), 'window-place-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const left = { id: 1, area: { x: 0, y: 25, width: 1920, height: 1055 } }
const right = { id: 2, area: { x: 1920, y: 0, width: 2560, height: 1440 } }
const place: Place = { screen: 1, x: 100, y: 75, width: 900, height: 700, maximized: false, fullScreen: false }
const first = { width: 1080, height: 760, maximized: false, fullScreen: false }

describe('the file', () => {
  const path = join(folder, 'window.json')

  test('keeps a place a screen, the last one first, for its owner alone', () => {
    writePlace(path, place)
    writePlace(path, { ...place, screen: 2, maximized: true })
    writePlace(path, { ...place, x: 7 })
    expect(readPlaces(path)).toEqual([
      { ...place, x: 7 },
      { ...place, screen: 2, maximized: true },
    ])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['window.json'])
  })

  test('forgets the screens of long ago', () => {
    for (let screen = 100; screen < 120; screen++) writePlace(path, { ...place, screen })
    const kept = readPlaces(path).map(({ screen }) => screen)
    expect(kept).toHaveLength(12)
    expect(kept.slice(0, 2)).toEqual([119, 118])
  })

  const whole = JSON.stringify({ places: [place] })
  const damaged = [
    '',
    'null',
    '[]',
    '{',
    '\0\0\0\0',
    '{"places":{}}',
    '{"places":[{"screen":1}]}',
    whole.replace('900', '1e9'),
    whole.replace('900', '-1'),
    whole.replace('900', '0.5'),
    whole.replace('100', '"100"'),
    whole.replace('false', '0'),
    ...Array.from({ length: whole.length - 1 }, (_, at) => whole.slice(0, at)),
  ]
  test.each(damaged)('%j is none', (text) => {
    const broken = join(folder, 'broken.json')
    writeFileSync(broken, text)
    expect(readPlaces(broken)).toEqual([])
    writePlace(broken, place)
    expect(JSON.parse(readFileSync(broken, 'utf8'))).toEqual({ places: [place] })
    rmSync(broken)
  })

  test('that is missing is none', () => expect(readPlaces(join(folder, 'missing.json'))).toEqual([]))
  test('that cannot be written is told, and leaves nothing behind', () => {
    expect(() => writePlace(join(folder, 'no/such/folder.json'), place)).toThrow(/ENOENT/)
    expect(readdirSync(folder)).toEqual(['window.json'])
  })
})

describe('opening', () => {
  test('the first time the system chooses where', () => {
    expect(openingPlace([left], [])).toEqual(first)
    expect(openingPlace([], [])).toEqual(first)
  })

  test('on a small screen it fits, the first time too', () => {
    const small = { id: 9, area: { x: 0, y: 0, width: 800, height: 560 } }
    expect(openingPlace([small], [])).toMatchObject({ width: 800, height: 560 })
    expect(openingPlace([{ id: 9, area: { x: 0, y: 0, width: 320, height: 240 } }], [])).toMatchObject({
      width: 380,
      height: 480,
    })
  })

  test('where it was left, on whichever screen that was', () => {
    const { width, height, maximized, fullScreen } = place
    const state = { width, height, maximized, fullScreen }
    expect(openingPlace([left, right], [place])).toEqual({ ...state, x: 100, y: 100 })
    expect(openingPlace([left, right], [{ ...place, screen: 2, maximized: true }])).toEqual({
      ...state,
      x: 2020,
      y: 75,
      maximized: true,
    })
    expect(openingPlace([left], [{ ...place, fullScreen: true }])).toMatchObject({ fullScreen: true })
  })

  test('on a screen that stands elsewhere now, it is at the same place of that screen', () => {
    const moved = { id: 2, area: { x: -2560, y: -300, width: 2560, height: 1440 } }
    expect(openingPlace([left, moved], [{ ...place, screen: 2 }])).toMatchObject({ x: -2460, y: -225 })
  })

  test('when its screen is gone, as on the last one that is there', () => {
    const known = [
      { ...place, screen: 2, x: 50 },
      { ...place, x: 10, width: 700 },
    ]
    expect(openingPlace([left], known)).toMatchObject({ x: 10, y: 100, width: 700 })
    expect(openingPlace([right, left], known)).toMatchObject({ x: 1970, width: 900 })
  })

  test('when all its screens are gone, in its size, where the system puts it', () => {
    const gone = { ...place, screen: 3, width: 3000, fullScreen: true, maximized: true }
    expect(openingPlace([left], [gone])).toEqual({ width: 1920, height: 700, maximized: true, fullScreen: false })
  })

  test.each([
    ['left of the screen', { x: -850 }, { x: 0 }],
    ['right of the screen', { x: 1900 }, { x: 1020 }],
    ['above the screen', { y: -10 }, { y: 25 }],
    ['below the screen', { y: 1000 }, { y: 380 }],
  ])('with the title bar %s it is brought back whole', (_what, patch, expected) => {
    expect(openingPlace([left], [{ ...place, ...patch }])).toMatchObject(expected)
  })

  test('hardly in reach is in reach', () => {
    expect(openingPlace([left], [{ ...place, x: 64 - 900 }])).toMatchObject({ x: 64 - 900 })
    expect(openingPlace([left], [{ ...place, x: 63 - 900 }])).toMatchObject({ x: 0 })
    expect(openingPlace([left], [{ ...place, y: 1055 - 64 }])).toMatchObject({ y: 25 + 1055 - 64 })
    expect(openingPlace([left], [{ ...place, y: 1055 - 63 }])).toMatchObject({ y: 380 })
  })

  test('never larger than the screen, never smaller than usable', () => {
    const large = { ...place, x: 0, y: 0, width: 5000, height: 5000 }
    expect(openingPlace([left], [large])).toMatchObject({ width: 1920, height: 1055 })
    expect(openingPlace([left], [{ ...place, width: 100, height: 100 }])).toMatchObject({ width: 380, height: 480 })
  })
})

describe('when screens change', () => {
  const bounds = { x: 2000, y: 200, width: 900, height: 700 }
  test('a window in reach stays', () => {
    expect(rescued(bounds, [left, right])).toBeNull()
    expect(rescued({ ...bounds, x: 1856 }, [left])).toBeNull()
  })
  test('one out of reach goes to the nearest screen, whole', () => {
    expect(rescued(bounds, [left])).toEqual({ ...bounds, x: 1020 })
    expect(rescued({ x: -3000, y: -900, width: 2500, height: 2000 }, [left, right])).toEqual({
      x: 0,
      y: 25,
      width: 1920,
      height: 1055,
    })
  })
  test('without any screen there is nowhere to go', () => expect(rescued(bounds, [])).toBeNull())
})

describe('what is kept', () => {
  const state = { maximized: true, fullScreen: false }
  test('is measured from the screen that most of the window is on', () => {
    expect(placeOf({ x: 1800, y: 100, width: 900, height: 700 }, state, [left, right])).toEqual({
      screen: 2,
      x: -120,
      y: 100,
      width: 900,
      height: 700,
      ...state,
    })
  })
  test('opens again where it was, for every spot, or within reach', () => {
    const screens = [left, right]
    const spots = Array.from({ length: 400 }, (_, at) => ({ x: -300 + (at % 20) * 240, y: Math.floor(at / 20) * 65 }))
    const opened = spots.map((spot) => {
      const bounds = { ...spot, width: 900, height: 700 }
      return { bounds, again: openingPlace(screens, [placeOf(bounds, state, screens)!]) }
    })
    const kept = opened.filter(({ bounds }) => rescued(bounds, screens) === null)
    expect(kept.length).toBeGreaterThan(100)
    for (const { bounds, again } of kept) expect(again).toEqual({ ...bounds, ...state })
    for (const { bounds, again } of opened) expect(rescued({ ...bounds, ...again }, screens)).toBeNull()
  })
  test('is nothing without a screen', () =>
    expect(placeOf({ x: 0, y: 0, width: 900, height: 700 }, state, [])).toBeNull())
})
