import { buildBlockMap } from 'app-builder-lib/out/targets/blockmap/blockmap.js'

/** Writes `<path>.blockmap`, as electron-builder does: with it an update fetches only what changed. */
export async function writeBlockMap(path: string): Promise<void> {
  await buildBlockMap(path, 'gzip', `${path}.blockmap`)
}
