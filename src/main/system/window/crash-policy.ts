/** Why a window's process is gone, as Electron names it. */
export type GoneReason =
  | 'clean-exit'
  | 'abnormal-exit'
  | 'killed'
  | 'crashed'
  | 'oom'
  | 'launch-failed'
  | 'integrity-failure'
  | 'memory-eviction'

/** What the user is told when nothing of the app's own can be shown any more, or should not be. */
export type Trouble = 'crashing' | 'no-process' | 'changed-files' | 'nothing-drawn'

export type CrashStep =
  | { readonly do: 'nothing' }
  /** Milliseconds until the page is loaded again. */
  | { readonly do: 'reload'; readonly after: number }
  | { readonly do: 'safe-screen'; readonly memory: boolean }
  | { readonly do: 'tell'; readonly trouble: Trouble }

/** Milliseconds of a monotonic clock at which the window's process was gone, newest last. */
export type Crashes = readonly number[]

/** Within so many milliseconds … */
const span = 60_000
/** … this many crashes lead to the safe screen. */
const most = 3
/** Milliseconds before the page is loaded again, by how many crashes there were before. */
const pauses = [0, 2_000] as const

/**
 * What follows when the process of the main window is gone: loading again with a growing pause, then the safe screen; when that is
 * what ended, or no process can be had at all, a message of the system's own.
 */
export function afterCrash(
  before: Crashes,
  { reason, now, onSafeScreen }: { reason: GoneReason; now: number; onSafeScreen: boolean },
): { readonly crashes: Crashes; readonly step: CrashStep } {
  if (reason === 'clean-exit') return { crashes: before, step: { do: 'nothing' } }
  const recent = before.filter((at) => now - at < span)
  const crashes = [...recent, now]
  const tell = (trouble: Trouble): CrashStep => ({ do: 'tell', trouble })
  if (reason === 'launch-failed') return { crashes, step: tell('no-process') }
  if (reason === 'integrity-failure') return { crashes, step: tell('changed-files') }
  if (onSafeScreen) return { crashes, step: tell('crashing') }
  if (crashes.length >= most) return { crashes, step: { do: 'safe-screen', memory: reason === 'oom' } }
  return { crashes, step: { do: 'reload', after: pauses[recent.length] ?? 0 } }
}
