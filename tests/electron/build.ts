import { execFile } from 'node:child_process'
import { mkdir, readdir, rmdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '../..')
const lock = resolve(root, 'node_modules/.cache/electron-build.lock')

/** What is built from what. */
const bundles = [
  { bundle: 'out/main/index.js', sources: ['src/main', 'src/contract'] },
  { bundle: 'out/preload/index.cjs', sources: ['src/preload', 'src/contract'] },
  // Only its being there matters here.
  { bundle: 'out/renderer/index.html', sources: [] },
  { bundle: 'out/replay/index.js', sources: ['dev/replay', 'dev/librechat-double', 'src/main/debug', 'src/main/http'] },
]

async function newestIn(folder: string): Promise<number> {
  const names = await readdir(resolve(root, folder), { recursive: true, withFileTypes: true }).catch(() => [])
  const times = names
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs)
  return Math.max(0, ...(await Promise.all(times)))
}

async function isStale(): Promise<boolean> {
  for (const { bundle, sources } of bundles) {
    const built = await stat(resolve(root, bundle)).catch(() => null)
    if (built === null) return true
    for (const source of sources) if ((await newestIn(source)) > built.mtimeMs) return true
  }
  return false
}

/** Builds `out/` when a source is newer than its bundle. Test files run side by side: one builds, the others wait. */
export async function ensureBuilt(): Promise<void> {
  await mkdir(resolve(lock, '..'), { recursive: true })
  for (;;) {
    try {
      await mkdir(lock)
      break
    } catch {
      const held = await stat(lock).catch(() => null)
      if (held !== null && Date.now() - held.mtimeMs > 60_000) await rmdir(lock).catch(() => undefined)
      await sleep(100)
    }
  }
  try {
    if (!(await isStale())) return
    const run = async (command: string, ...args: string[]): Promise<void> => {
      const path = resolve(root, 'node_modules', command)
      await promisify(execFile)(process.execPath, [path, 'build', '--logLevel', 'warn', ...args], { cwd: root })
    }
    await run('electron-vite/bin/electron-vite.js')
    await run('vite/bin/vite.js', '--config', 'dev/replay/vite.config.ts')
  } finally {
    await rmdir(lock)
  }
}
