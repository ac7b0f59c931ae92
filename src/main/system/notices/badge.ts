/** Pixels of a Windows taskbar overlay. */
export const overlaySize = 16

/** A dot for the taskbar button, as BGRA rows: the one picture that needs no file. */
export function overlayDot(size = overlaySize): Uint8Array {
  const pixels = new Uint8Array(size * size * 4)
  const middle = (size - 1) / 2
  const radius = size * 0.375
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const distance = Math.hypot(x - middle, y - middle)
      // One pixel of soft edge. Electron takes colours multiplied by their opacity.
      const opacity = Math.min(1, Math.max(0, radius + 0.5 - distance))
      const [blue, green, red] = [0x1c, 0x4a, 0xd9]
      pixels.set([blue * opacity, green * opacity, red * opacity, 255 * opacity].map(Math.round), (y * size + x) * 4)
    }
  return pixels
}
