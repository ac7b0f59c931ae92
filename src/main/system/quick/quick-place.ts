/** A rectangle in device-independent pixels. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Size of the quick window where there is room for it, in device-independent pixels. */
const size = { width: 640, height: 440 }
/** Distance to the edges of a screen that is smaller than that. */
const margin = 16

/** Where the quick window opens on a screen: in the middle, its top a fifth down, always whole. */
export function quickPlace(screen: Area): Area {
  const width = Math.min(size.width, screen.width - 2 * margin)
  const height = Math.min(size.height, screen.height - 2 * margin)
  const top = Math.min(screen.height / 5, screen.height - height - margin)
  return {
    x: Math.round(screen.x + (screen.width - width) / 2),
    y: Math.round(screen.y + top),
    width,
    height,
  }
}
