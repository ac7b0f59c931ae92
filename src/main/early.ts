/** Milliseconds that something that was fetched ahead may be used. */
const usefulFor = 10_000

export interface Early<T> {
  /** Begins now what will be asked for soon. */
  begin(): void
  /** What was begun, if it is recent; else begins it. */
  get(): Promise<T>
  clear(): void
}

/** Fetches ahead of the question. `once`: each fetch answers one question; a failed one answers none that comes after it. */
export function createEarly<T>(load: () => Promise<T>, { life = usefulFor, once = true } = {}): Early<T> {
  let begun: { readonly at: number; readonly value: Promise<T> } | null = null

  const start = (): Promise<T> => {
    const value = load()
    const mine = { at: performance.now(), value }
    begun = mine
    value.catch(() => {
      if (begun === mine) begun = null
    })
    return value
  }
  return {
    begin: () => void start(),
    async get() {
      const ready = begun !== null && performance.now() - begun.at < life ? begun.value : null
      if (ready === null && once) return await load()
      const value = ready ?? start()
      if (once) begun = null
      return await value
    },
    clear() {
      begun = null
    },
  }
}
