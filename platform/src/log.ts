const levels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof levels)[number]
export const logLevels: readonly LogLevel[] = levels

/** Structured and by allow-list: no bodies, tokens, passwords, e-mails or full URLs ever go into `fields`. */
export interface LogEvent {
  readonly level: LogLevel
  readonly event: string
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>
}
export type Log = (event: LogEvent) => void

/** Lets through what has this level or a higher one, and the audit lines always. */
export function atLeast(lowest: LogLevel, log: Log): Log {
  const rank = levels.indexOf(lowest)
  return (event) => {
    if (levels.indexOf(event.level) >= rank || event.event.startsWith('audit.')) log(event)
  }
}

/** What may be told of a failure: its name, code and place, never its message (drivers quote values in theirs). */
export function errorFields(error: unknown): Readonly<Record<string, string | null>> {
  if (!(error instanceof Error)) return { name: typeof error, code: null, where: null }
  const code = (error as { code?: unknown }).code
  const where = /^\s+at .*?([^/\\(]+:\d+):\d+\)?$/m.exec(error.stack ?? '')?.[1]
  return { name: error.name, code: typeof code === 'string' ? code : null, where: where ?? null }
}

/** A failure in a sentence for whoever started the program. */
export function errorSentence(error: unknown): string {
  const { name, code } = errorFields(error)
  // Node's "connection refused" has no message of its own.
  return error instanceof Error && error.message !== '' ? error.message : `${name} ${code ?? ''}`
}
