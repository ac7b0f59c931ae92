import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What packing writes into the package.json of the app (packaging/flavour-config.ts). */
const packed = z.object({ source: z.object({ commit: z.string().max(40), date: z.string().max(20) }) })

/** Commit and day of the build whose package.json is in `folder`: `3f2a1c9 (2026-11-20)`; `development` where nothing was packed. */
export function buildInfo(folder: string): string {
  try {
    const { source } = packed.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
    return `${source.commit} (${source.date})`
  } catch {
    return 'development'
  }
}
