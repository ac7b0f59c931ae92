/**
 * Runs `work` once before the next frame, however often it is asked for. A hidden window paints no frames: it then runs soon
 * after, so that nothing piles up.
 */
export function oncePerFrame(work: () => void): { ask(): void; cancel(): void } {
  let cancel: (() => void) | null = null
  const run = (): void => {
    cancel?.()
    cancel = null
    work()
  }
  return {
    ask() {
      if (cancel !== null) return
      const frame = requestAnimationFrame(run)
      const timer = setTimeout(run, document.hidden ? 50 : 100)
      cancel = () => {
        cancelAnimationFrame(frame)
        clearTimeout(timer)
      }
    },
    cancel() {
      cancel?.()
      cancel = null
    },
  }
}
