import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { dirname } from 'node:path'
import type { Policy } from './policy.ts'

/** Milliseconds between two looks where the system does not tell of changes. */
const lookEvery = 60 * 60_000
/** Milliseconds of quiet before changed files are read: whoever writes them may not be done. */
const settle = 300

interface Deps {
  readonly read: () => Promise<Policy>
  readonly apply: (policy: Policy) => void
  /** Folder of JSON policies to watch; null where policies are somewhere else. */
  readonly folder: string | null
  /** After sleep; returns its unsubscribe. */
  readonly onResume: (listener: () => void) => () => void
  readonly every?: number
}

/** Reads the policy again when its files change, after sleep, and every hour; applies it when it is another one. Returns its end. */
export function followPolicy({ read, apply, folder, onResume, every = lookEvery }: Deps): () => void {
  let last: string | null = null
  let closed = false
  let waiting: NodeJS.Timeout | undefined

  const look = async (): Promise<void> => {
    const policy = await read()
    const text = JSON.stringify(policy)
    if (closed || text === last) return
    const first = last === null
    last = text
    // The first look only learns what applies already.
    if (!first) apply(policy)
  }
  const soon = (): void => {
    clearTimeout(waiting)
    waiting = setTimeout(() => void look(), settle)
    waiting.unref()
  }
  const watchers: FSWatcher[] = []
  // The folder may be made later: its parent is watched as well.
  for (const path of folder === null ? [] : [folder, dirname(folder)])
    try {
      watchers.push(watch(path, { persistent: false }, soon).on('error', () => undefined))
    } catch {
      // There is none; the hourly look finds what is made later.
    }
  const timer = setInterval(() => void look(), every)
  timer.unref()
  const stopResume = onResume(() => void look())
  void look()

  return () => {
    closed = true
    clearTimeout(waiting)
    clearInterval(timer)
    stopResume()
    for (const watcher of watchers) watcher.close()
  }
}
