import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Policy } from './policy.ts'

/** Milliseconds between two looks where the system does not tell of changes. */
const lookEvery = 60 * 60_000
/** Milliseconds of quiet before changed files are read: whoever writes them may not be done. */
const settle = 300

interface Deps {
  /** What applies already. */
  readonly current: Policy
  /** Must not reject. */
  readonly read: () => Promise<Policy>
  readonly apply: (policy: Policy) => void
  /** Folder of JSON policies to watch; null where policies are somewhere else. */
  readonly folder: string | null
  /** After sleep; returns its unsubscribe. */
  readonly onResume: (listener: () => void) => () => void
  /** Milliseconds, instead of an hour. */
  readonly every?: number
}

/** Calls back for everything that happens in a folder, as long as it is there; may be asked to begin anew at any time. */
function createWatch(folder: string, onChange: () => void): { begin(): void; close(): void } {
  const watchers: FSWatcher[] = []
  const close = (): void => {
    for (const watcher of watchers.splice(0)) watcher.close()
  }
  return {
    begin() {
      close()
      // The folder may be made, or made anew, later: so the one above is watched for its name.
      for (const [path, only] of [[folder], [dirname(folder), basename(folder)]] as const)
        try {
          const watcher = watch(path, { persistent: false }, (_event, name) => {
            if (only === undefined || name === only) onChange()
          })
          watchers.push(watcher.on('error', () => undefined))
        } catch {
          // There is none; the next look finds what is made until then.
        }
    },
    close,
  }
}

/** Reads the policy again when its files change, after sleep, and every hour; applies it when it is another one. Returns its end. */
export function followPolicy({ current, read, apply, folder, onResume, every = lookEvery }: Deps): () => void {
  let last = JSON.stringify(current)
  let looks = 0
  let closed = false
  let waiting: NodeJS.Timeout | undefined

  const look = async (): Promise<void> => {
    looks += 1
    const mine = looks
    // Before the reading: what changes meanwhile is seen then.
    watching?.begin()
    const policy = await read()
    const text = JSON.stringify(policy)
    // A later look may have been quicker, and knows better.
    if (closed || mine !== looks || text === last) return
    last = text
    apply(policy)
  }
  const soon = (): void => {
    if (closed) return
    clearTimeout(waiting)
    waiting = setTimeout(() => void look(), settle)
    waiting.unref()
  }
  const watching = folder === null ? null : createWatch(folder, soon)
  const timer = setInterval(() => void look(), every)
  timer.unref()
  const stopResume = onResume(() => void look())
  // With files something may have changed since the start; asking a tool of the system twice in a row is not worth it.
  if (folder !== null) void look()

  return () => {
    closed = true
    clearTimeout(waiting)
    clearInterval(timer)
    stopResume()
    watching?.close()
  }
}
