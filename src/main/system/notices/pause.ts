/** Hour of the morning, local time, at which notifications paused "until tomorrow" come again. */
const morning = 8

export type PauseLength = 'hour' | 'tomorrow'

/** Epoch milliseconds at which a pause that begins now ends. */
export function pauseEnd(length: PauseLength, now: number): number {
  if (length === 'hour') return now + 3_600_000
  const date = new Date(now)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1, morning).getTime()
}
