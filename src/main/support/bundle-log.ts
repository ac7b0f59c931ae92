import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { Host } from '../host.ts'
import { readLine } from './log-line.ts'
import type { LogLine } from './log-line.ts'
import type { LogEventName } from './log-table.ts'
import { logPaths } from './log.ts'

/** Lines that are looked at before something else may run. */
const atOnce = 1000
/** Crash lines that are kept, also of times whose other lines are not. */
const mostCrashes = 300

/** What a crash record is: the events that say that something ended which should not have. */
const crashes: ReadonlySet<LogEventName> = new Set<LogEventName>([
  'app.child-gone',
  'app.start-failed',
  'app.uncaught',
  'defect',
  'graphics.off',
  'turn.defect',
  'diagnostics.defect',
  'window.crashed',
  'window.load-failed',
  'window.not-painted',
  'window.trouble',
  'window.unresponsive',
  'window.wedged',
])

export interface LogExcerpt {
  /** Oldest first. */
  readonly lines: readonly string[]
  readonly crashes: readonly string[]
  /** Lines that did not fit. */
  readonly tooOld: number
  /** Lines that were none: cut by a crash, or of something else. */
  readonly unreadable: number
}

const asLine = (section: 'log' | 'crash', { at, level, event, fields }: LogLine): string =>
  JSON.stringify({ section, at, level, event, fields })

/**
 * The newest lines of the log, as the bundle shows them, up to `room` bytes in all. Everything in the files is held against the table
 * again: they can be of another version, or touched by anybody.
 */
export async function readLog({ paths, logFile }: Pick<Host, 'paths' | 'logFile'>, room: number): Promise<LogExcerpt> {
  const lines: string[] = []
  const crashed: string[] = []
  let left = room
  let tooOld = 0
  let unreadable = 0
  let seen = 0

  const take = (text: string): void => {
    if (text === '') return
    const line = readLine(text)
    if (line === null) {
      unreadable++
      return
    }
    if (crashes.has(line.event) && crashed.length < mostCrashes) {
      const shown = asLine('crash', line)
      crashed.push(shown)
      left -= shown.length + 1
    }
    const shown = asLine('log', line)
    left -= shown.length + 1
    if (left >= 0) lines.push(shown)
    else tooOld++
  }

  const texts = [
    logFile.lost().lines.join('\n'),
    ...(await Promise.all(logPaths(paths.logs).map(async (path) => await readFile(path, 'utf8').catch(() => '')))),
  ]
  for (const text of texts)
    for (const line of text.split('\n').toReversed()) {
      // Once nothing fits any more only crashes are looked for, and most lines tell at a glance that they are none.
      if (left < 0 && !line.includes('"error"') && !line.includes('unresponsive')) {
        if (line !== '') tooOld++
      } else take(line)
      if (++seen % atOnce === 0) await setImmediate()
    }
  return { lines: lines.toReversed(), crashes: crashed.toReversed(), tooOld, unreadable }
}
