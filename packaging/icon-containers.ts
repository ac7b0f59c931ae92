/** One picture of an icon file: width and height in pixels, and its PNG. */
export interface IconImage {
  readonly pixels: number
  readonly png: Buffer
}

/**
 * A Windows icon with PNG pictures (Windows Vista and later). Format: ICONDIR of 6 bytes, an ICONDIRENTRY of 16 bytes for each picture, the
 * pictures. A size of 256 is written as 0.
 */
export function icoOf(images: readonly IconImage[]): Buffer {
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let offset = head.length
  images.forEach(({ pixels, png }, index) => {
    const at = 6 + 16 * index
    head.writeUInt8(pixels % 256, at)
    head.writeUInt8(pixels % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  })
  return Buffer.concat([head, ...images.map(({ png }) => png)])
}

/** Apple's types for PNG pictures, by pixels; the ones for double density repeat a size. */
const icnsTypes: readonly (readonly [string, number])[] = [
  ['icp4', 16],
  ['ic11', 32],
  ['icp5', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
]
export const icnsSizes: readonly number[] = [...new Set(icnsTypes.map(([, pixels]) => pixels))]

/** An Apple icon: `icns`, the length of the file, and chunks of type, length and PNG; all lengths include their own head. */
export function icnsOf(images: readonly IconImage[]): Buffer {
  const chunks = icnsTypes.map(([type, pixels]) => {
    const png = images.find((image) => image.pixels === pixels)?.png
    if (png === undefined) throw new Error(`an icon of ${pixels} pixels is missing`)
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(png.length + 8, 4)
    return Buffer.concat([head, png])
  })
  const head = Buffer.alloc(8)
  head.write('icns', 'latin1')
  head.writeUInt32BE(8 + chunks.reduce((sum, chunk) => sum + chunk.length, 0), 4)
  return Buffer.concat([head, ...chunks])
}
