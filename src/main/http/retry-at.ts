/** `Retry-After` (seconds or a date) or `X-RateLimit-Reset` (epoch seconds) as epoch milliseconds. */
export function retryAt(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  now: number,
): number | null {
  const after = headers['retry-after']
  if (typeof after === 'string') {
    if (/^\d+$/.test(after)) return now + Number(after) * 1000
    const date = Date.parse(after)
    if (!Number.isNaN(date)) return date
  }
  const reset = headers['x-ratelimit-reset']
  return typeof reset === 'string' && /^\d+$/.test(reset) ? Number(reset) * 1000 : null
}
