/** The image types that LibreChat's endpoints take from a client. */
export type ImageType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif'

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.max(0, Math.min(length, bytes.length - at))).toString('latin1')

/** What the first bytes say the file is, whatever its name or declared type; null: none of the images taken here. */
export function sniffImage(bytes: Uint8Array): ImageType | null {
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png'
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'image/webp'
  if (/^GIF8[79]a/.test(ascii(bytes, 0, 6))) return 'image/gif'
  return null
}
