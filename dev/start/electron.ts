import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Milliseconds that getting Electron's binary may take (about 110 MB at the first start). */
const downloadTime = 5 * 60_000

/** Electron's executable, or why there is none to use here. */
export function findElectron(): { path: string } | { reason: string } {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return { reason: 'there is no display' }
  if (process.getuid?.() === 0) return { reason: 'Electron does not run as root' }
  const script = 'process.stdout.write(require("electron"))'
  const found = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: downloadTime })
  const path = found.stdout.trim().split('\n').at(-1) ?? ''
  return found.status === 0 && existsSync(path) ? { path } : { reason: 'its binary could not be downloaded' }
}

/** Runs the built app in Electron; `data` is where it keeps its files. */
export const runElectron = (
  path: string,
  root: string,
  data: string,
  env: NodeJS.ProcessEnv,
  more: readonly string[] = [],
): ChildProcess => spawn(path, [root, `--user-data-dir=${data}`, ...more], { stdio: 'inherit', env })
