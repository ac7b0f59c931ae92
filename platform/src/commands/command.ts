import type { ParseArgsConfig } from 'node:util'
import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'
import type { Settings } from '../settings.ts'

/** What a command line is written to and read from. */
export interface Terminal {
  stdout(text: string): void
  /** Resolves when standard output takes more: whoever writes a long list waits for it, or keeps all of it in memory. */
  drained(): Promise<void>
  stderr(text: string): void
  /** Somebody sits in front of it: output may be redrawn, questions may be asked. */
  readonly isTty: boolean
  /** The answer to a question, one line. */
  ask(question: string): Promise<string>
  /** Ctrl+C, the first time; the second ends the process. */
  readonly interrupted: AbortSignal
}

export interface CommandContext {
  /** Migrated. */
  readonly database: Database
  readonly databaseUrl: string
  readonly settings: Settings
  readonly log: Log
  readonly terminal: Terminal
}

export type CommandValues = Readonly<Record<string, string | boolean | undefined>>

interface Described {
  readonly name: string
  /** One line of the list of commands. */
  readonly summary: string
  /** What follows the name, and what it does; shown by `--help`. */
  readonly usage: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  /** Takes arguments that are no options. */
  readonly positionals?: boolean
}

/** `run` resolves with the exit code: 0 done, 1 something failed. It throws UsageError for wrong arguments (2). */
export type Command = Described &
  (
    | {
        readonly database: true
        run(context: CommandContext, values: CommandValues, positionals: readonly string[]): Promise<number>
      }
    | { readonly database: false; run(terminal: Terminal, values: CommandValues): Promise<number> }
  )

/** Wrong arguments, in a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A whole number of at least 1, or UsageError. */
export function count(value: string | boolean | undefined, name: string, otherwise: number): number {
  if (value === undefined) return otherwise
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`--${name} takes a whole number from 1`)
  return number
}
