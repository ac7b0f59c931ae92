import type { Size } from '../librechat-double/files/pixels.ts'

/** What a picture is taken for whose size is not found in its head. */
const otherwise: Size = { width: 1024, height: 768 }

function jpegSize(bytes: Buffer): Size | null {
  // Segments follow each other; one of the frame headers (C0 to CF, without C4, C8 and CC) has the size.
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1]!
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
  }
  return null
}

const found = (bytes: Buffer): Size | null => {
  if (bytes.length > 24 && bytes.readUInt32BE(0) === 0x89_50_4e_47)
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  return bytes.length > 10 && bytes.readUInt16BE(0) === 0xff_d8 ? jpegSize(bytes) : null
}

/**
 * Stands in for ../librechat-double/files/pixels.ts where the double is a bundle of its own: no native library, and pictures are
 * stored as they come.
 */
export const sizeOf = async (bytes: Buffer): Promise<Size | null> => await Promise.resolve(found(bytes) ?? otherwise)

export const converted = async (bytes: Buffer): Promise<(Size & { readonly bytes: Buffer }) | null> =>
  await Promise.resolve(bytes.length === 0 ? null : { bytes, ...(found(bytes) ?? otherwise) })
