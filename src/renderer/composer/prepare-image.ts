import type { AttachmentLimits } from '../../contract/chat.ts'
import { CallError } from '../lib/api.ts'

/** Pixels of the longer side; models see no more, and LibreChat scales larger ones down anyway. */
const longestSide = 2048
const quality = 0.9
/** Bytes that are read of a file at most, before it is scaled. */
const readLimit = 100 * 1024 * 1024

export interface PreparedImage {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly width: number
  readonly height: number
  readonly preview: Blob
}

const isGif = (head: Uint8Array): boolean => head[0] === 0x47 && head[1] === 0x49 && head[2] === 0x46

const targetType = (type: string): string => (type === 'image/jpeg' || type === 'image/webp' ? type : 'image/png')

/**
 * Decodes an image, turns it upright, scales it down and encodes it anew, which also leaves its metadata (place, camera)
 * behind. GIFs go as they are, to keep moving. Throws a CallError `file-rejected`.
 */
export async function prepareImage(file: Blob, limits: AttachmentLimits | null): Promise<PreparedImage> {
  if (file.size === 0) throw new CallError({ code: 'file-rejected', reason: 'empty', limit: null })
  if (file.size > readLimit) throw new CallError({ code: 'file-rejected', reason: 'too-large', limit: readLimit })
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => {
    throw new CallError({ code: 'file-rejected', reason: 'not-an-image', limit: null })
  })
  try {
    const { width, height } = bitmap
    if (isGif(new Uint8Array(await file.slice(0, 3).arrayBuffer()))) {
      const bytes = new Uint8Array(await file.arrayBuffer())
      return { bytes, type: 'image/gif', width, height, preview: file }
    }
    const first = await encode(bitmap, longestSide, targetType(file.type))
    const limit = limits?.maxFileBytes ?? Infinity
    // A photo saved as PNG can be too heavy for the server: as JPEG it is not.
    return first.preview.size <= limit ? first : await encode(bitmap, longestSide, 'image/jpeg')
  } finally {
    bitmap.close()
  }
}

async function encode(bitmap: ImageBitmap, side: number, type: string): Promise<PreparedImage> {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height))
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new CallError({ code: 'internal', id: 'canvas' })
  if (type === 'image/jpeg') {
    // JPEG has no transparency: what shines through is paper.
    context.fillStyle = '#fff'
    context.fillRect(0, 0, width, height)
  }
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  const blob = await canvas.convertToBlob({ type, quality })
  return { bytes: new Uint8Array(await blob.arrayBuffer()), type: blob.type, width, height, preview: blob }
}
