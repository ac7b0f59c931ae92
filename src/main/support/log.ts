import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Log, LogEvent } from '../host.ts'
import { redact } from './redact.ts'

/** Bytes of a log file before the next is begun, and how many old ones are kept. */
const defaultMaxBytes = 1024 * 1024
const kept = 3

interface Options {
  readonly maxBytes?: number
  readonly level?: LogEvent['level']
  /** Also told each line, already redacted: a terminal. */
  readonly echo?: (line: string) => void
}

const levels: readonly LogEvent['level'][] = ['debug', 'info', 'warn', 'error']

/** JSON lines in `<folder>/app.log`, redacted, rotated by size. A log that cannot be written is dropped, never thrown. */
export function createLog(folder: string, options: Options = {}): { log: Log; close(): void } {
  const { maxBytes = defaultMaxBytes, level = 'info', echo } = options
  const path = join(folder, 'app.log')
  let size = sizeOf(path)
  let closed = false

  const rotate = (): void => {
    rmSync(`${path}.${kept}`, { force: true })
    for (let index = kept - 1; index >= 1; index--) moveIfThere(`${path}.${index}`, `${path}.${index + 1}`)
    moveIfThere(path, `${path}.1`)
    size = 0
  }

  return {
    log(event) {
      if (closed || levels.indexOf(event.level) < levels.indexOf(level)) return
      const fields = Object.fromEntries(
        Object.entries(event.fields ?? {}).map(([name, value]) => [
          name,
          typeof value === 'string' ? redact(value) : value,
        ]),
      )
      const line = JSON.stringify({ at: new Date().toISOString(), level: event.level, event: event.event, ...fields })
      echo?.(line)
      try {
        if (size === 0) mkdirSync(folder, { recursive: true, mode: 0o700 })
        if (size + line.length > maxBytes) rotate()
        appendFileSync(path, `${line}\n`, { mode: 0o600 })
        size += line.length + 1
      } catch {
        // A full disk must not take the app down with it.
      }
    },
    close() {
      closed = true
    },
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
  }
}
