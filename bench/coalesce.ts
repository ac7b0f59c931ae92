import { createCoalescer } from '../src/main/chat/coalesce.ts'
import type { Row } from './report.ts'

/** Events that cross to the window for two seconds of 500 deltas a second, against one each. */
export async function benchCoalescing(): Promise<Row[]> {
  let sent = 0
  const coalescer = createCoalescer(() => {
    sent++
  })
  const total = 1000
  const began = performance.now()
  for (let given = 0; given < total;) {
    const due = Math.min(total, Math.floor((performance.now() - began) / 2))
    for (; given < due; given++) coalescer.deltas([{ index: 0, type: 'text', text: 'x' }])
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  coalescer.flush()
  return [
    {
      what: `events to the window for ${total} deltas at 500 a second`,
      value: sent,
      baseline: total,
      unit: 'events',
      against: 'one each',
    },
  ]
}
