import { expect, test } from 'vitest'
import { quickPlace } from './quick-place.ts'

test('in the middle, a fifth down', () => {
  expect(quickPlace({ x: 0, y: 0, width: 1920, height: 1080 })).toEqual({ x: 640, y: 216, width: 640, height: 440 })
})

test('on the screen it is asked for, left of and above the first one too', () => {
  expect(quickPlace({ x: -1280, y: -200, width: 1280, height: 1024 })).toEqual({
    x: -960,
    y: 5,
    width: 640,
    height: 440,
  })
})

test.each([
  { x: 0, y: 0, width: 500, height: 400 },
  { x: 100, y: 50, width: 320, height: 480 },
  { x: 0, y: 0, width: 1280, height: 500 },
])('whole on a small screen: %o', (screen) => {
  const { x, y, width, height } = quickPlace(screen)
  expect(x).toBeGreaterThanOrEqual(screen.x)
  expect(y).toBeGreaterThanOrEqual(screen.y)
  expect(x + width).toBeLessThanOrEqual(screen.x + screen.width)
  expect(y + height).toBeLessThanOrEqual(screen.y + screen.height)
})
