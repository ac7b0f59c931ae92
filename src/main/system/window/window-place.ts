import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Area } from '../quick/quick-place.ts'
import { writeWhole } from '../write-whole.ts'

/** A screen of now, in device-independent pixels, so that a place means the same at another scale: `area` is what task bars and docks leave of it. */
export interface Screen {
  readonly id: number
  readonly area: Area
}

export const minimumSize = { width: 380, height: 480 } as const
const firstSize = { width: 1080, height: 760 } as const
/** Pixels of the title bar, wide and high, that must be on a screen: so much can be taken hold of. */
const grip = 64
/** Screens whose places are kept: one at the desk, one at home, projectors. The oldest goes. */
const mostScreens = 12

const length = z.int().min(-100_000).max(100_000)
const size = z.int().min(1).max(100_000)
const place = z.object({
  screen: z.number(),
  /** From the corner of the screen's area: a screen may be somewhere else next time. */
  x: length,
  y: length,
  width: size,
  height: size,
  maximized: z.boolean(),
  fullScreen: z.boolean(),
})
/** Where the window was on one screen. */
export type Place = z.infer<typeof place>

const places = z.object({ places: z.array(place).max(mostScreens) })

/** One place a screen, the last one first; empty when there is no such file or it makes no sense. */
export function readPlaces(path: string): Place[] {
  try {
    return places.parse(JSON.parse(readFileSync(path, 'utf8'))).places
  } catch {
    return []
  }
}

/** Puts `place` first. Throws when the file cannot be written. */
export function writePlace(path: string, last: Place): void {
  const others = readPlaces(path).filter(({ screen }) => screen !== last.screen)
  const kept = [last, ...others].slice(0, mostScreens)
  writeWhole(path, new TextEncoder().encode(JSON.stringify({ places: kept })))
}

const overlap = (a: number, aSize: number, b: number, bSize: number): number =>
  Math.min(a + aSize, b + bSize) - Math.max(a, b)
const shared = (a: Area, b: Area): number =>
  Math.max(0, overlap(a.x, a.width, b.x, b.width)) * Math.max(0, overlap(a.y, a.height, b.y, b.height))
const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high))

/** Whether the window can be taken hold of by its title bar on one of the screens. */
const isReachable = (bounds: Area, screens: readonly Screen[]): boolean =>
  screens.some(
    ({ area }) =>
      overlap(bounds.x, bounds.width, area.x, area.width) >= grip &&
      bounds.y >= area.y &&
      bounds.y + grip <= area.y + area.height,
  )

/** The screen that most of `bounds` is on, else the nearest. */
export function screenOf(bounds: Area, screens: readonly Screen[]): Screen | null {
  const distance = ({ area }: Screen): number =>
    Math.hypot(
      area.x + area.width / 2 - (bounds.x + bounds.width / 2),
      area.y + area.height / 2 - (bounds.y + bounds.height / 2),
    )
  const [best] = [...screens].sort(
    (a, b) => shared(b.area, bounds) - shared(a.area, bounds) || distance(a) - distance(b),
  )
  return best ?? null
}

/** As large as it may be on `area`, and whole on it as far as the smallest usable size allows. */
const within = (bounds: Area, area: Area): Area => {
  const width = Math.max(minimumSize.width, Math.min(bounds.width, area.width))
  const height = Math.max(minimumSize.height, Math.min(bounds.height, area.height))
  return {
    x: clamp(bounds.x, area.x, Math.max(area.x, area.x + area.width - width)),
    y: clamp(bounds.y, area.y, Math.max(area.y, area.y + area.height - height)),
    width,
    height,
  }
}

/** Where a window has to go that cannot be taken hold of any more; null: it is fine where it is. */
export function rescued(bounds: Area, screens: readonly Screen[]): Area | null {
  const screen = screenOf(bounds, screens)
  return screen === null || isReachable(bounds, screens) ? null : within(bounds, screen.area)
}

export interface Opening {
  /** Missing: where the system puts it. */
  readonly x?: number
  readonly y?: number
  readonly width: number
  readonly height: number
  readonly maximized: boolean
  readonly fullScreen: boolean
}

/** Where to open: as it was left on the first of `known` whose screen is there now; never larger than that screen, always in reach. */
export function openingPlace(screens: readonly Screen[], known: readonly Place[]): Opening {
  for (const last of known) {
    const screen = screens.find(({ id }) => id === last.screen)
    if (!screen) continue
    const { area } = screen
    const { maximized, fullScreen } = last
    const asLeft = { x: area.x + last.x, y: area.y + last.y, width: last.width, height: last.height }
    const sized = {
      ...asLeft,
      width: Math.max(minimumSize.width, Math.min(asLeft.width, area.width)),
      height: Math.max(minimumSize.height, Math.min(asLeft.height, area.height)),
    }
    return { ...(rescued(sized, screens) ?? sized), maximized, fullScreen }
  }
  // The screen is gone: the size is still what was liked.
  const [last] = known
  const [screen] = screens
  const { width, height } = last ?? firstSize
  const fits = screen === undefined ? { width, height } : within({ x: 0, y: 0, width, height }, screen.area)
  return { width: fits.width, height: fits.height, maximized: last?.maximized ?? false, fullScreen: false }
}

/** What is to be kept of a window that is now at `bounds` (its size when neither maximised nor full screen). */
export function placeOf(
  bounds: Area,
  state: { readonly maximized: boolean; readonly fullScreen: boolean },
  screens: readonly Screen[],
): Place | null {
  const screen = screenOf(bounds, screens)
  if (screen === null) return null
  const { x, y, width, height } = bounds
  return { screen: screen.id, x: x - screen.area.x, y: y - screen.area.y, width, height, ...state }
}
