import sharp from 'sharp'

export interface Size {
  readonly width: number
  readonly height: number
}

/** Pixels of an image as it is stored; null when it is none. */
export async function sizeOf(bytes: Buffer): Promise<Size | null> {
  const found = await sharp(bytes)
    .metadata()
    .catch(() => null)
  return found?.width && found.height ? { width: found.width, height: found.height } : null
}

/**
 * An image as LibreChat keeps it: turned upright, the short side at most 768 px and the long side at most `longest` px, in the
 * server's own type. Null when the bytes are no image.
 */
export async function converted(
  bytes: Buffer,
  type: 'png' | 'webp' | 'jpeg',
  longest: number,
): Promise<(Size & { readonly bytes: Buffer }) | null> {
  try {
    const upright = await sharp(bytes).rotate().toBuffer({ resolveWithObject: true })
    const { width, height } = upright.info
    const scale = Math.min(1, 768 / Math.min(width, height), longest / Math.max(width, height))
    const { data, info } = await sharp(bytes)
      .rotate()
      .resize({
        width: Math.max(1, Math.round(width * scale)),
        height: Math.max(1, Math.round(height * scale)),
        fit: 'fill',
      })
      .toFormat(type)
      .toBuffer({ resolveWithObject: true })
    return { bytes: data, width: info.width, height: info.height }
  } catch {
    return null
  }
}
