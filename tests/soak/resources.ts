import { setTimeout as pause } from 'node:timers/promises'

export interface Sample {
  /** MB. */
  readonly resident: number
  readonly heap: number
  /** Open file descriptors; NaN where the system does not tell. */
  readonly files: number
}

/** From the platform's own metrics; null: it does not answer. */
export async function takeSample(origin: string): Promise<Sample | null> {
  try {
    const response = await fetch(`${origin}/metrics`, { signal: AbortSignal.timeout(5000) })
    const text = await response.text()
    const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
    return {
      resident: value('process_resident_memory_bytes') / 1e6,
      heap: value('nodejs_heap_size_used_bytes') / 1e6,
      files: value('process_open_fds'),
    }
  } catch {
    return null
  }
}

export async function keepSampling(origin: string, samples: Sample[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const sample = await takeSample(origin)
    if (sample) samples.push(sample)
    await pause(500, undefined, { signal }).catch(() => undefined)
  }
}

/** Beyond these, in MB and descriptors, what is used counts as growing. */
const [heapGrowth, residentMost, fileGrowth] = [20, 600, 25]

/**
 * Whether a process uses as much at the end as at the beginning. Of the heap its lowest points count, right after garbage
 * was collected; the resident size alone says little, for Node.js keeps memory that it has once had.
 */
export function growth(samples: readonly Sample[]): { text: string; grows: boolean } {
  const third = Math.floor(samples.length / 3)
  if (third < 5) return { text: 'too few samples', grows: true }
  const [first, last] = [samples.slice(0, third), samples.slice(-third)]
  const lowest = (of: readonly Sample[], key: keyof Sample): number => Math.min(...of.map((sample) => sample[key]))
  const [heapFirst, heapLast] = [lowest(first, 'heap'), lowest(last, 'heap')]
  const [filesFirst, filesLast] = [lowest(first, 'files'), lowest(last, 'files')]
  const resident = Math.max(...last.map((sample) => sample.resident))
  return {
    text:
      `heap ${heapFirst.toFixed(0)} → ${heapLast.toFixed(0)} MB, files ${filesFirst} → ${filesLast}, ` +
      `resident at most ${resident.toFixed(0)} MB`,
    grows: heapLast > heapFirst + heapGrowth || filesLast > filesFirst + fileGrowth || resident > residentMost,
  }
}
