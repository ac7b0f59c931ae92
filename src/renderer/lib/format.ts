/** Bytes as people read them: `3.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const units = ['KB', 'MB', 'GB']
  let value = bytes / 1024
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${units[unit]}`
}

/** The time of day, with the date when it is not today. `at` is in epoch milliseconds. */
export function formatClock(at: number, now = Date.now()): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString()
  return new Intl.DateTimeFormat(
    undefined,
    sameDay ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' },
  ).format(at)
}

export type Age = 'Today' | 'Yesterday' | 'Previous 7 days' | 'Previous 30 days' | 'Older'

/** The group of a conversation in the list, by calendar days before `now`. */
export function ageOf(at: number, now = Date.now()): Age {
  const midnight = new Date(now).setHours(0, 0, 0, 0)
  const day = 86_400_000
  if (at >= midnight) return 'Today'
  if (at >= midnight - day) return 'Yesterday'
  if (at >= midnight - 7 * day) return 'Previous 7 days'
  return at >= midnight - 30 * day ? 'Previous 30 days' : 'Older'
}
