import type { LogEvent } from '../host.ts'
import { logEvents, logFields } from './log-table.ts'
import type { LogEventName, LogFieldName } from './log-table.ts'
import { redact } from './redact.ts'

/** A line of the log: nothing in it but what the table allows. */
export interface LogLine {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly level: LogEvent['level']
  readonly event: LogEventName
  readonly fields: Readonly<Record<string, string | number | boolean | null>>
}

export const levels: readonly LogEvent['level'][] = ['debug', 'info', 'warn', 'error']

/** In place of a value that is not of its field's kind. */
export const unknownValue = '?'

const isIn = <T extends object>(table: T, name: unknown): name is keyof T & string =>
  typeof name === 'string' && Object.hasOwn(table, name)

/** Of what was to be logged, what the table allows. `refused` is told what it does not (`event.field`). Never throws. */
export function allowedLine(given: unknown, at: string, refused?: (what: string) => void): LogLine {
  const fields: Record<string, string | number | boolean | null> = {}
  let level: LogEvent['level'] = 'info'
  let event: LogEventName = 'unlisted'
  try {
    const asked = given as { level?: unknown; event?: unknown; fields?: unknown }
    const { level: askedLevel, event: askedEvent, fields: askedFields } = asked
    level = levels.find((one) => one === askedLevel) ?? 'info'
    if (isIn(logEvents, askedEvent)) event = askedEvent
    else refused?.(String(askedEvent))
    if (typeof askedFields === 'object' && askedFields !== null)
      for (const name of Object.keys(askedFields)) {
        if (!isIn(logFields, name)) {
          refused?.(`${event}.${name}`)
          continue
        }
        const value = allowedValue(name, (askedFields as Record<string, unknown>)[name])
        if (value === undefined) continue
        if (value === unknownValue) refused?.(`${event}.${name}`)
        fields[name] = value
      }
  } catch {
    // What throws while it is looked at has nothing for the log.
  }
  const safe = redact(fields) as LogLine['fields']
  return { at, level, event, fields: safe }
}

function allowedValue(name: LogFieldName, value: unknown): string | number | boolean | null | undefined {
  if (value === null || value === undefined) return value
  if (!logFields[name].takes(value)) return unknownValue
  return value as string | number | boolean
}

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)

export const writtenLine = ({ at, level, event, fields }: LogLine): string =>
  JSON.stringify({ at, level, event, ...fields })

/** A line of a log file, as far as the table allows it; null: it is none. The file may be of another version, or anybody's. */
export function readLine(text: string): LogLine | null {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof found !== 'object' || found === null) return null
  const { at, level, event, ...fields } = found as Record<string, unknown>
  if (!isTime(at) || !isIn(logEvents, event)) return null
  return allowedLine({ level, event, fields }, at)
}
