import { readFileSync, rmSync } from 'node:fs'
import { z } from 'zod'
import type { Log } from '../../host.ts'
import { writeWhole } from '../write-whole.ts'

/** Milliseconds within which … */
const span = 5 * 60_000
/** … so many ends of the graphics process mean that this computer's graphics do not work for the app. */
const mostDeaths = 3
/** Milliseconds that a run with a painted window must last to be a good one. */
const goodRun = 60_000
/** After so many failures in a row the graphics card is not tried again until there is another version of the app. */
const mostTries = 2

const record = z.object({
  /** Draw without the graphics card. */
  software: z.boolean(),
  failures: z.int().min(0),
  version: z.string(),
})

function read(path: string, version: string): z.infer<typeof record> {
  const fresh = { software: false, failures: 0, version }
  try {
    const found = record.parse(JSON.parse(readFileSync(path, 'utf8')))
    // Another version has another Chromium, which may cope.
    return found.version === version ? found : fresh
  } catch {
    return fresh
  }
}

interface Deps {
  readonly path: string
  /** Of the app. */
  readonly version: string
  readonly log: Log
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number
}

/** Whether to draw with the graphics card: off for the next start when that fails, tried again after a good run. */
export interface Graphics {
  /** What this run draws without. */
  readonly software: boolean
  /** The graphics process ended. True: start again, which will draw without the card. */
  processGone(reason: string): boolean
  /** Nothing was painted in time. True: start again, which will draw without the card; false: it is not the card. */
  nothingDrawn(): boolean
  painted(): void
  /** The run ends as it should. */
  ended(): void
}

export function createGraphics({ path, version, log, now = () => performance.now() }: Deps): Graphics {
  const { software, failures } = read(path, version)
  let deaths: number[] = []
  let failed = false
  let paintedAt: number | null = null

  const keep = (next: { software: boolean; failures: number }): void => {
    try {
      if (next.software || next.failures > 0) writeWhole(path, Buffer.from(JSON.stringify({ ...next, version })))
      else rmSync(path, { force: true })
    } catch (thrown) {
      const { code = '' } = thrown as NodeJS.ErrnoException
      log({ level: 'warn', event: 'graphics.not-kept', fields: { code } })
    }
  }
  const fail = (why: string): boolean => {
    // Without the card already, or being started again: there is nothing more to switch off.
    if (software || failed) return false
    failed = true
    log({ level: 'error', event: 'graphics.off', fields: { why } })
    keep({ software: true, failures: failures + 1 })
    return true
  }

  return {
    software,
    processGone(reason) {
      if (reason === 'clean-exit') return false
      deaths = [...deaths.filter((at) => now() - at < span), now()]
      return deaths.length >= mostDeaths && fail('process')
    },
    nothingDrawn: () => fail('nothing-drawn'),
    painted() {
      paintedAt ??= now()
    },
    ended() {
      if (failed || paintedAt === null || now() - paintedAt < goodRun) return
      if (software) keep({ software: failures >= mostTries, failures })
      else keep({ software: false, failures: 0 })
    },
  }
}
