import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'

/** Milliseconds that fetching Electron's binary may take. */
const fetchTime = 5 * 60_000

/** The folder of Electron's program for this system, fetched if need be; null where it cannot be had. */
export function findDist(): string | null {
  const script = 'process.stdout.write(require("electron"))'
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: fetchTime })
  const path = stdout.trim().split('\n').at(-1) ?? ''
  return status === 0 && existsSync(path) ? dirname(path) : null
}
