import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import type { Sharp } from 'sharp'

/** A picture with something in it, so that encoders cannot shrink it to nothing. */
const noise = (width: number, height: number): Buffer => {
  const pixels = Buffer.alloc(width * height * 3)
  let seed = 7
  for (let at = 0; at < pixels.length; at++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    pixels[at] = seed >> 16
  }
  return pixels
}

const raw = (width: number, height: number): Sharp =>
  sharp(noise(width, height), { raw: { width, height, channels: 3 } })

export const png = async (width = 320, height = 200): Promise<Buffer> => await raw(width, height).png().toBuffer()
/** With a place in its metadata, which must not leave the computer. */
export const jpeg = async (width = 400, height = 300): Promise<Buffer> =>
  await raw(width, height)
    .withExif({ IFD0: { Artist: 'canary-artist' } })
    .jpeg()
    .toBuffer()

/** Starts like a PNG and is none. */
export const brokenPng = (): Buffer =>
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    deflateSync(Buffer.from('not an image')),
  ])
