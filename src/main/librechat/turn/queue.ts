/** A push-fed async iterable with one reader; `end` lets the reader drain what is there. */
export function createQueue<T>(): { push(item: T): void; end(): void; readonly items: AsyncIterable<T> } {
  const waiting: T[] = []
  let ended = false
  let wake: (() => void) | null = null
  const ring = (): void => {
    wake?.()
    wake = null
  }
  async function* read(): AsyncGenerator<T> {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift() as T
      if (ended) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  return {
    push(item) {
      if (ended) return
      waiting.push(item)
      ring()
    },
    end() {
      ended = true
      ring()
    },
    items: read(),
  }
}
