import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Flavour } from '../flavour.ts'
import type { Log } from '../host.ts'
import { allowedLine, levels, writtenLine } from './log-line.ts'

/** Files that are kept, the one that is being written among them, and bytes of each. */
export const logFileCount = 5
const defaultMaxBytes = 2 * 1024 * 1024

/** Milliseconds that the detailed log may be on before it has to be asked for again. */
const longestDetail = 24 * 60 * 60_000
/** Lines that are kept in memory while the disk does not take them. */
const mostWaiting = 500

const newline = 0x0a

export const logPaths = (folder: string): readonly string[] =>
  Array.from({ length: logFileCount }, (_none, index) => join(folder, index === 0 ? 'app.log' : `app.log.${index}`))

interface Options {
  readonly maxBytes?: number
  /** Debug lines are always written: developer builds. */
  readonly debug?: boolean
  /** Also told each line: a terminal. */
  readonly echo?: (line: string) => void
  /** Told what the table of the log does not allow (`event.field`): for developers, who are to add it or to leave it. */
  readonly refused?: (what: string) => void
  /** Tests put a full disk in its place. */
  readonly append?: (path: string, text: string) => void
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/** Developer builds say all they do, also in the terminal. */
export const logOptions = ({ developer }: Flavour): Options =>
  developer
    ? {
        debug: true,
        echo: (line) => console.error(line),
        refused: (what) => console.error(`not logged: ${what}. src/main/support/log-table.ts says what may be`),
      }
    : {}

/** The log's files, beside writing to them. */
export interface LogFile {
  /** Debug lines are written until then (epoch milliseconds, at most a day ahead); null: no longer. */
  setDetailedUntil(at: number | null): void
  /** What the disk did not take: the newest of these lines, and how many there were since the start. */
  lost(): { readonly lines: readonly string[]; readonly count: number }
}

const appendPrivately = (path: string, text: string): void => appendFileSync(path, text, { mode: 0o600 })

/**
 * JSON lines in `<folder>/app.log`, rotated by size to `app.log.1` and so on. What is written is what the table in log-table.ts allows.
 * A log that cannot be written loses lines and counts them; it never throws.
 */
export function createLog(folder: string, options: Options = {}): LogFile & { log: Log; close(): void } {
  const { maxBytes = defaultMaxBytes, debug = false, echo, refused, append = appendPrivately, now = Date.now } = options
  const paths = logPaths(folder)
  const [path = ''] = paths
  let size: number | null = null
  let detailedUntil: number | null = null
  let waiting: string[] = []
  let unwritten = 0
  let lost = 0
  let closed = false

  const open = (): number => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
    const found = sizeOf(path)
    if (found === 0) return 0
    chmodSync(path, 0o600)
    // What the last run did not finish must not swallow the next line.
    if (lastByte(path, found) === newline) return found
    append(path, '\n')
    return found + 1
  }
  const rotate = (): void => {
    rmSync(paths.at(-1)!, { force: true })
    for (let index = paths.length - 1; index >= 1; index--) moveIfThere(paths[index - 1]!, paths[index]!)
    size = 0
  }
  const write = (line: string): void => {
    size ??= open()
    const text = `${line}\n`
    if (size > 0 && size + text.length > maxBytes) rotate()
    append(path, text)
    size += text.length
  }
  const tell = (event: 'log.lost' | 'log.detailed', fields: { lines?: number; on?: boolean }): string =>
    writtenLine(allowedLine({ level: 'info', event, fields }, new Date(now()).toISOString()))

  const isDetailed = (): boolean => {
    if (debug) return true
    const left = detailedUntil === null ? 0 : detailedUntil - now()
    return left > 0 && left <= longestDetail
  }
  const put = (line: string): void => {
    echo?.(line)
    try {
      if (unwritten > 0) write(tell('log.lost', { lines: unwritten }))
      unwritten = 0
      waiting = []
      write(line)
    } catch {
      // A full disk must not take the app down with it. The folder may be another one when there is room again.
      size = null
      unwritten++
      lost++
      waiting = [...waiting.slice(1 - mostWaiting), line]
    }
  }

  return {
    log(event) {
      if (closed) return
      try {
        const line = allowedLine(event, new Date(now()).toISOString(), refused)
        if (levels.indexOf(line.level) < levels.indexOf(isDetailed() ? 'debug' : 'info')) return
        put(writtenLine(line))
      } catch {
        // Nobody who logs has to expect anything.
      }
    },
    setDetailedUntil(at) {
      const before = isDetailed()
      detailedUntil = at
      if (isDetailed() !== before && !closed) put(tell('log.detailed', { on: !before }))
    },
    lost: () => ({ lines: waiting, count: lost }),
    close() {
      closed = true
    },
  }
}

function lastByte(path: string, size: number): number | undefined {
  const file = openSync(path, 'r')
  try {
    const byte = Buffer.alloc(1)
    readSync(file, byte, 0, 1, size - 1)
    return byte[0]
  } finally {
    closeSync(file)
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
