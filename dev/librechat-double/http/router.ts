import type { Style } from '../options.ts'
import type { Exchange } from './exchange.ts'

export type Params = Readonly<Record<string, string>>
export type Handler = (exchange: Exchange, params: Params) => void | Promise<void>

export interface Route {
  readonly method: string
  /** Segments; `:name` takes any one. */
  readonly pattern: string
  readonly handler: Handler
  /** The one style that knows it; without, both do. */
  readonly style?: Style
}

export const route = (method: string, pattern: string, handler: Handler, style?: Style): Route => ({
  method,
  pattern,
  handler,
  ...(style === undefined ? {} : { style }),
})

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function match(pattern: string, path: string): Params | null {
  const wanted = pattern.split('/')
  const given = path.replace(/(?<=.)\/$/, '').split('/')
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [at, segment] of wanted.entries()) {
    const value = given[at] ?? ''
    if (segment.startsWith(':') && value !== '') params[segment.slice(1)] = decoded(value)
    else if (segment !== value) return null
  }
  return params
}

/** The first route that fits, in the order given; null when none does. */
export function findRoute(
  routes: readonly Route[],
  style: Style,
  method: string,
  path: string,
): { handler: Handler; params: Params } | null {
  for (const { method: wanted, pattern, handler, style: only = style } of routes) {
    const params = wanted === method && only === style ? match(pattern, path) : null
    if (params !== null) return { handler, params }
  }
  return null
}
