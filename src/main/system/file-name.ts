/** Names that Windows keeps for devices, with any ending. */
const devices = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$/i
/** Bytes of a name, so that every file system takes it with its ending. */
const mostBytes = 120

/**
 * A file name out of what people or answers wrote, for every system: no folders, no device names, nothing that hides or turns around
 * how it ends. `extension` without its dot.
 */
export function fileName(wanted: string, otherwise: string, extension: string): string {
  const plain = wanted
    .normalize('NFC')
    .toWellFormed()
    // Control and format characters, among them the ones that write right to left.
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/[<>:"/\\|?*]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  let cut = ''
  for (const letter of plain) {
    if (Buffer.byteLength(cut + letter) > mostBytes) break
    cut += letter
  }
  const trimmed = cut.replace(/^[. ]+|[. ]+$/g, '')
  const name = trimmed === '' || devices.test(trimmed.split('.')[0]!.trim()) ? otherwise : trimmed
  return `${name}.${extension}`
}

const endings: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
}

/** The name to save an image under: `wanted` may already end as its type does. */
export function imageName(wanted: string, type: string): string {
  const extension = endings[type] ?? 'bin'
  const bare = wanted.replace(/\.(png|jpe?g|webp|gif)$/i, '')
  return fileName(bare, 'Image', extension)
}
