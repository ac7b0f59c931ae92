import type { Result } from '../../src/contract/errors.ts'
import { eventNames, requestNames } from '../../src/contract/routes.ts'

/**
 * Runs in the page: makes `window.hestami` of the route names, over HTTP instead of Electron's IPC. Self-contained, since it
 * is sent as its own source text.
 */
function connect(requests: readonly string[], events: readonly string[]): void {
  const listeners = new Map<string, Set<(payload: unknown) => void>>(events.map((name) => [name, new Set()]))
  const source = new EventSource('/bridge/events')
  // Nothing is asked before events can arrive: a reply must not overtake the subscription.
  const open = new Promise<void>((resolve) => source.addEventListener('open', () => resolve(), { once: true }))
  source.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const { name, payload } = JSON.parse(data) as { name: string; payload: unknown }
    for (const listener of listeners.get(name) ?? []) listener(payload)
  })

  /** A body with bytes in it: the length of the JSON (4 bytes, big endian), the JSON without the bytes, the bytes. */
  const frame = (input: Record<string, unknown>, field: string, bytes: Uint8Array<ArrayBuffer>): Blob => {
    const { [field]: _bytes, ...rest } = input
    const json = new TextEncoder().encode(JSON.stringify({ field, input: rest }))
    const length = new DataView(new ArrayBuffer(4))
    length.setUint32(0, json.length)
    return new Blob([length.buffer, json, bytes], { type: 'application/octet-stream' })
  }
  const body = (input: unknown): { body: BodyInit; type: string } => {
    if (typeof input === 'object' && input !== null) {
      const found = Object.entries(input).find(([, value]) => value instanceof Uint8Array)
      if (found) {
        const [field, bytes] = found
        const framed = frame(input as Record<string, unknown>, field, bytes as Uint8Array<ArrayBuffer>)
        return { body: framed, type: 'application/octet-stream' }
      }
    }
    return { body: JSON.stringify({ input }), type: 'application/json' }
  }
  const call = async (name: string, input: unknown): Promise<Result<unknown>> => {
    try {
      await open
      const { body: sent, type } = body(input)
      const answer = await fetch(`/bridge/${name}`, { method: 'POST', headers: { 'content-type': type }, body: sent })
      if (!answer.ok) return { ok: false, error: { code: 'internal', id: `bridge-${answer.status}` } }
      const result = (await answer.json()) as Result<unknown>
      return result.ok ? { ok: true, value: result.value } : result
    } catch {
      return { ok: false, error: { code: 'internal', id: 'bridge' } }
    }
  }

  const api: Record<string, Record<string, unknown>> = { on: {} }
  for (const name of requests) {
    const [group = '', method = ''] = name.split('.')
    const methods = (api[group] ??= {})
    methods[method] = async (input: unknown) => await call(name, input)
  }
  for (const name of events) {
    const set = listeners.get(name)
    api['on']![name] = (listener: (payload: unknown) => void) => {
      set?.add(listener)
      return () => void set?.delete(listener)
    }
  }
  for (const group of Object.values(api)) Object.freeze(group)
  Object.defineProperty(window, 'hestami', { value: Object.freeze(api) })
}

/** The script that the page loads before the app's own. */
export const bridgeScript = (): string =>
  `(${connect.toString()})(${JSON.stringify(requestNames)}, ${JSON.stringify(eventNames)})\n`
