import { bundleLine, bundleSections } from '../../contract/bundle-lines.ts'
import type { BundleLineOf, BundleSection } from '../../contract/bundle-lines.ts'
import { Fault } from '../fault.ts'

/** Characters of a line, and lines, that are looked at; what the app writes is far below. */
const longestLine = 20_000
const mostLines = 100_000
/** Exchanges that are looked at, the newest. */
const mostExchanges = 3000

/** What a support bundle tells, as far as it is understood. All of it comes from somewhere else: nothing in it is trusted. */
export interface ReadBundle {
  readonly header: BundleLineOf<'header'>
  readonly sessions: readonly BundleLineOf<'session'>[]
  readonly checks: readonly BundleLineOf<'check'>[]
  /** Oldest first. */
  readonly exchanges: readonly BundleLineOf<'exchange'>[]
  readonly crashes: readonly BundleLineOf<'crash'>[]
  readonly end: BundleLineOf<'end'> | null
  /** Lines that are not of a known form. */
  readonly unreadable: number
}

const known: ReadonlySet<unknown> = new Set(bundleSections)
/** Sections of which every line is read. The log is the largest part, and nothing here is derived from it. */
const read: ReadonlySet<unknown> = new Set<BundleSection>(['header', 'session', 'check', 'exchange', 'crash', 'end'])

const parsed = (line: string): unknown => {
  try {
    return line.length > longestLine ? null : (JSON.parse(line) as unknown)
  } catch {
    return null
  }
}
const sectionOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? (value as { section?: unknown }).section : null

/** Rejects as Fault invalid-input what has no header of a support bundle on its first line. */
export function readBundle(text: string): ReadBundle {
  const found: { [S in BundleSection]?: BundleLineOf<S>[] } = {}
  let unreadable = 0
  let lines = 0
  let at = text.charCodeAt(0) === 0xfe_ff ? 1 : 0
  while (at < text.length && lines < mostLines) {
    const next = text.indexOf('\n', at)
    const end = next === -1 ? text.length : next
    const line = text.slice(at, end).trim()
    at = end + 1
    if (line === '') continue
    lines++
    const value = parsed(line)
    const section = sectionOf(value)
    if (!known.has(section)) unreadable++
    else if (read.has(section)) {
      const checked = bundleLine.safeParse(value)
      if (checked.success) (found[checked.data.section] ??= [] as never[]).push(checked.data as never)
      else unreadable++
    }
    if (lines === 1 && found.header === undefined) break
  }
  const [header] = found.header ?? []
  if (header === undefined) throw new Fault({ code: 'invalid-input', field: 'text' })
  return {
    header,
    sessions: found.session ?? [],
    checks: found.check ?? [],
    exchanges: (found.exchange ?? []).sort((a, b) => a.startedAt - b.startedAt || a.id - b.id).slice(-mostExchanges),
    crashes: found.crash ?? [],
    end: found.end?.at(-1) ?? null,
    unreadable,
  }
}
