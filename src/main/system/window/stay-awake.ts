/** Keeps the computer awake while it is needed, and never longer. `update` may be called as often as anything changes. */
export function createStayAwake({
  needed,
  keepAwake,
}: {
  needed: () => boolean
  keepAwake: (on: boolean) => void
}): () => void {
  let awake = false
  return () => {
    const next = needed()
    if (next === awake) return
    awake = next
    keepAwake(next)
  }
}
