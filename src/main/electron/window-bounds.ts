import { readFileSync, writeFileSync } from 'node:fs'
import type { Rectangle } from 'electron'
import { z } from 'zod'

export const minimumSize = { width: 380, height: 480 } as const
const firstSize = { width: 1080, height: 760 } as const
/** Pixels of the title bar that must be on a screen, so that the window can be taken hold of. */
const grip = 64

const saved = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
  maximized: z.boolean(),
})
export type SavedBounds = z.infer<typeof saved>

export interface WindowPlace {
  readonly x?: number
  readonly y?: number
  readonly width: number
  readonly height: number
  readonly maximized: boolean
}

/** Null when there is no such file or it makes no sense: the window then opens where the system puts it. */
export function readBounds(path: string): SavedBounds | null {
  try {
    return saved.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

export function writeBounds(path: string, bounds: SavedBounds): void {
  writeFileSync(path, JSON.stringify(bounds), { mode: 0o600 })
}

const overlap = (a: number, aSize: number, b: number, bSize: number): number =>
  Math.min(a + aSize, b + bSize) - Math.max(a, b)

/** Where to open: as left, if a hold of the title bar is on one of the screens there are now; never larger than that screen. */
export function placeOn(areas: readonly Rectangle[], bounds: SavedBounds | null): WindowPlace {
  const smallest = minimumSize
  if (bounds === null) return { ...firstSize, maximized: false }
  const area = areas.find(
    (one) =>
      overlap(bounds.x, bounds.width, one.x, one.width) >= grip &&
      bounds.y >= one.y &&
      bounds.y + grip <= one.y + one.height,
  )
  const width = Math.max(smallest.width, area ? Math.min(bounds.width, area.width) : bounds.width)
  const height = Math.max(smallest.height, area ? Math.min(bounds.height, area.height) : bounds.height)
  return area
    ? { x: bounds.x, y: bounds.y, width, height, maximized: bounds.maximized }
    : { ...firstSize, maximized: bounds.maximized }
}
