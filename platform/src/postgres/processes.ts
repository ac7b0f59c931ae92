import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { setTimeout as pause } from 'node:timers/promises'

const run = promisify(execFile)

/** What is known of a running process. `command` is empty for one that has ended but was not collected. */
export interface ProcessInfo {
  readonly parent: number
  readonly command: string
}

/** Null: no such process, or the system does not tell (Windows). */
export async function inspectProcess(pid: number): Promise<ProcessInfo | null> {
  try {
    if (process.platform === 'linux') {
      const [status, command] = await Promise.all([
        readFile(`/proc/${pid}/status`, 'utf8'),
        readFile(`/proc/${pid}/cmdline`, 'utf8'),
      ])
      const parent = /^PPid:\s*(\d+)$/m.exec(status)?.[1]
      return parent === undefined ? null : { parent: Number(parent), command: command.replaceAll('\0', ' ') }
    }
    if (process.platform === 'win32') return null
    const { stdout } = await run('ps', ['-ww', '-o', 'ppid=,command=', '-p', String(pid)])
    const [, parent, command] = /^\s*(\d+)\s+(.*)$/m.exec(stdout) ?? []
    return parent === undefined ? null : { parent: Number(parent), command: command ?? '' }
  } catch (error) {
    const code = (error as { code?: unknown }).code
    // Gone while being read; `ps` ends with 1 for a pid that is not there.
    if (code === 'ENOENT' || code === 'ESRCH' || code === 1) return null
    throw error
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Sends `signals` one after the other until the process is gone, waiting `eachMs` after each. False: it stays. */
export async function endProcess(pid: number, signals: readonly NodeJS.Signals[], eachMs: number): Promise<boolean> {
  for (const signal of signals) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true
      throw error
    }
    for (const until = Date.now() + eachMs; Date.now() < until; await pause(20)) {
      if (!isAlive(pid) || (await inspectProcess(pid))?.command === '') return true
    }
  }
  return false
}
