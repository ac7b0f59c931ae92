import { z } from 'zod'

const ms = z.number().min(0)

/** What a fault does to the request it meets. */
export const faultAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('delay'), ms }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.strictObject({ kind: z.literal('html'), status: z.int().min(200).max(599).optional() }),
  z.strictObject({ kind: z.literal('redirect'), to: z.string() }),
  /** Seconds. */
  z.strictObject({ kind: z.literal('rate-limit'), retryAfter: z.int().min(0) }),
  z.strictObject({ kind: z.literal('ban'), minutes: z.number().positive() }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('cut'), afterBytes: z.int().min(0) }),
  z.strictObject({ kind: z.literal('malformed') }),
  z.strictObject({ kind: z.literal('split'), bytes: z.int().min(1) }),
  z.strictObject({ kind: z.literal('hang') }),
  z.strictObject({
    kind: z.literal('denial'),
    reason: z.enum(['message_limit', 'moderation', 'convo_access', 'concurrent']),
  }),
  z.strictObject({ kind: z.literal('stream-error'), error: z.string() }),
])
export type FaultAction = z.infer<typeof faultAction>

export interface Fault {
  readonly method?: string
  /** A string is a prefix of path and query; a RegExp is tried on the path alone and with its query. */
  readonly path: RegExp | string
  /** Requests it is for; default 1, `Infinity` for all. */
  readonly times?: number
  readonly action: FaultAction
}

export interface Faults {
  /** Returns the fault's id. */
  add(fault: Fault): string
  remove(id: string): void
  clear(): void
}

/** A chat request or a chat stream: the only places where denials and stream errors have a form. */
const chatStart = (method: string, path: string): boolean =>
  method === 'POST' && /^\/api\/agents\/chat(\/(?!abort$)[^/]+)?$/.test(path)
const chatStream = (method: string, path: string): boolean =>
  method === 'GET' && path.startsWith('/api/agents/chat/stream/')

function applies(action: FaultAction, method: string, path: string): boolean {
  if (action.kind === 'denial') return chatStart(method, path)
  if (action.kind === 'stream-error') return chatStart(method, path) || chatStream(method, path)
  return true
}

/** Kinds after which the request goes on to its route. */
const passing = new Set<FaultAction['kind']>(['delay', 'cut', 'malformed', 'split', 'denial', 'stream-error'])

export function createFaults(): Faults & { take(method: string, path: string, query: string): FaultAction[] } {
  const list = new Map<string, Fault & { left: number }>()
  let next = 1

  const meets = ({ method, path }: Fault, givenMethod: string, givenPath: string, query: string): boolean => {
    if (method !== undefined && method.toUpperCase() !== givenMethod) return false
    if (typeof path === 'string') return `${givenPath}${query}`.startsWith(path)
    const pattern = new RegExp(path.source, path.flags.replace(/[gy]/g, ''))
    return pattern.test(givenPath) || pattern.test(`${givenPath}${query}`)
  }

  return {
    add(fault) {
      const id = `fault-${next++}`
      list.set(id, { ...fault, left: fault.times ?? 1 })
      return id
    },
    remove: (id) => void list.delete(id),
    clear: () => list.clear(),
    /** Uses up what this request meets: at most one of each kind, up to the first that answers in the route's place. */
    take(method, path, query) {
      const taken: FaultAction[] = []
      for (const [id, fault] of list) {
        const { action } = fault
        if (taken.some(({ kind }) => kind === action.kind)) continue
        if (!meets(fault, method, path, query) || !applies(action, method, path)) continue
        taken.push(action)
        fault.left--
        if (fault.left <= 0) list.delete(id)
        if (!passing.has(action.kind)) break
      }
      return taken
    },
  }
}
