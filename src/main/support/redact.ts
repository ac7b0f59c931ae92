import { isErrorCode, errorName } from './codes.ts'
import { redactText } from './redact-text.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** Deeper, wider and larger things are told by a placeholder. */
const mostDepth = 6
const mostEntries = 100
const mostNodes = 5000

/** Names under which nothing is ever shown. */
const secret =
  /pass(word|wd|phrase|code)|^pass$|pwd|secret|token|cookie|authori[sz]ation|api[-_]?key|private[-_]?key|credential|jwt|csrf|otp|bearer|signature/i

/** A copy that may be written anywhere: second net behind the allow-lists. Never throws. */
export function redact(value: unknown): Json {
  let nodes = 0
  const open = new Set<object>()

  const entry = (owner: object, name: string, depth: number): Json => {
    if (secret.test(name)) return '[secret]'
    const property = Object.getOwnPropertyDescriptor(owner, name)
    if (property === undefined) return null
    return 'value' in property ? walk(property.value, depth) : '[getter]'
  }
  const record = (owner: object, names: readonly string[], depth: number): Json => {
    const shown = names.slice(0, mostEntries).map((name) => [redactText(name), entry(owner, name, depth)] as const)
    const more = names.length > mostEntries ? [['[more]', true] as const] : []
    return Object.fromEntries([...shown, ...more])
  }
  const list = (items: Iterable<unknown>, depth: number): Json => {
    const shown: Json[] = []
    for (const item of items) {
      if (shown.length === mostEntries) return [...shown, '[more]']
      shown.push(walk(item, depth))
    }
    return shown
  }
  const pairs = function* (map: ReadonlyMap<unknown, unknown>): Generator {
    for (const [name, item] of map) yield typeof name === 'string' && secret.test(name) ? '[secret]' : [name, item]
  }
  const error = (thrown: Error, depth: number): Json => {
    const { code } = thrown as { code?: unknown }
    return {
      error: errorName(thrown),
      ...(isErrorCode(code) ? { code } : {}),
      ...(thrown.cause === undefined ? {} : { cause: walk(thrown.cause, depth) }),
    }
  }
  const inside = (given: object, depth: number): Json => {
    if (given instanceof Error) return error(given, depth)
    if (ArrayBuffer.isView(given) || given instanceof ArrayBuffer) return '[bytes]'
    if (given instanceof Date) return Number.isNaN(given.getTime()) ? null : given.toISOString()
    if (given instanceof RegExp) return '[pattern]'
    if (given instanceof URL) return '[url]'
    if (Array.isArray(given)) return list(given, depth)
    if (given instanceof Set) return list(given, depth)
    if (given instanceof Map) return list(pairs(given), depth)
    return record(given, Object.keys(given), depth)
  }

  function walk(given: unknown, depth: number): Json {
    if (typeof given === 'string') return redactText(given)
    if (typeof given === 'number') return Number.isFinite(given) ? given : null
    if (given === null || typeof given === 'boolean') return given
    if (typeof given === 'bigint') return redactText(String(given))
    if (typeof given !== 'object') return given === undefined ? null : `[${typeof given}]`
    if (open.has(given)) return '[circular]'
    if (depth >= mostDepth || ++nodes > mostNodes) return '[more]'
    open.add(given)
    try {
      return inside(given, depth + 1)
    } catch {
      return '[unreadable]'
    } finally {
      open.delete(given)
    }
  }

  try {
    return walk(value, 0)
  } catch {
    return '[unreadable]'
  }
}
