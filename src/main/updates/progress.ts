/** How far a download is. */
export interface Progress {
  readonly receivedBytes: number
  readonly totalBytes: number
  /** Over the last seconds. */
  readonly bytesPerSecond: number
}

/** Milliseconds between two reports. */
const reportEvery = 250
/** How much of the rate is what it was before. */
const inertia = 0.7

/** Turns every piece that arrives into a few reports a second with a rate that can be read. */
export function createProgress(
  report: (progress: Progress) => void,
  now: () => number = () => performance.now(),
): { onProgress(received: number, total: number): void } {
  let last: { readonly at: number; readonly received: number } | null = null
  let rate = 0
  return {
    onProgress(received, total) {
      const at = now()
      if (last !== null && at - last.at < reportEvery && received < total) return
      if (last !== null && received >= last.received && at > last.at) {
        const current = ((received - last.received) / (at - last.at)) * 1000
        rate = rate === 0 ? current : rate * inertia + current * (1 - inertia)
      }
      last = { at, received }
      report({ receivedBytes: received, totalBytes: total, bytesPerSecond: Math.round(rate) })
    },
  }
}
