/** One server-sent event as LibreChat writes it: an event name and one line of JSON. */
export const frame = (event: 'message' | 'error' | 'attachment', data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** Headers of a chat stream. */
export const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  connection: 'keep-alive',
  'x-accel-buffering': 'no',
} as const
