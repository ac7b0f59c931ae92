import type { AppError } from '../../contract/errors.ts'
import { isFault } from '../fault.ts'

/** Milliseconds between two looks for a server that is away; the last one repeats. */
const waits = [2000, 5000, 10_000, 20_000, 30_000]

/** Faults that say that a server is not to be had now, and nothing about the session. */
const isOutage = (error: AppError): boolean =>
  ['unreachable', 'server-error', 'unexpected-answer', 'rate-limited'].includes(error.code)

interface Deps {
  /** One exchange that proves the session alive. */
  readonly probe: () => Promise<unknown>
  readonly onChange: (online: boolean, error: AppError | null) => void
}

/** Knows whether LibreChat can be reached, and looks again by itself while it cannot. */
export function createReachability({ probe, onChange }: Deps): {
  check(): Promise<void>
  report(reachable: boolean, online: boolean): void
  stop(): void
} {
  let timer: NodeJS.Timeout | null = null
  let failures = 0
  let checking: Promise<void> | null = null
  let generation = 0

  const later = (): void => {
    timer ??= setTimeout(
      () => {
        timer = null
        void check()
      },
      waits[Math.min(failures, waits.length - 1)],
    )
    timer.unref()
  }

  const look = async (mine: number): Promise<void> => {
    try {
      await probe()
      if (mine !== generation) return
      failures = 0
      onChange(true, null)
    } catch (thrown) {
      if (mine !== generation || !isFault(thrown) || !isOutage(thrown.error)) return
      failures++
      onChange(false, thrown.error)
      later()
    }
  }

  async function check(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    checking ??= look(generation).finally(() => {
      checking = null
    })
    await checking
  }

  return {
    check,
    report(reachable, online) {
      if (reachable === online) return
      if (reachable) void check()
      else {
        onChange(false, { code: 'unreachable', server: 'librechat', reason: 'offline' })
        later()
      }
    },
    stop() {
      generation++
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}
