import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import type { Command, Terminal } from './commands/command.ts'
import { UsageError } from './commands/command.ts'
import { newEnv } from './commands/new-env.ts'
import { importDjango } from './commands/import-django.ts'
import { reencrypt } from './commands/reencrypt.ts'
import { serveCommand } from './commands/serve.ts'
import { syncLegacy } from './commands/sync-legacy.ts'
import { syncStatus } from './commands/sync-status.ts'
import { createDatabase } from './database/database.ts'
import { migrate } from './database/migrations.ts'
import { joinDatabase } from './database/open.ts'
import type { Log } from './log.ts'
import { atLeast, errorSentence } from './log.ts'
import { readSettings } from './settings.ts'

const commands: readonly Command[] = [serveCommand, syncStatus, syncLegacy, reencrypt, newEnv, importDjango]
/** What a shell gives a program that Ctrl+C ended. */
const interruptedCode = 130

const overview = (): string =>
  `npm run platform -- <command> [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}\n`).join('')}
  <command> --help   what it does, and its options

Settings come from the environment (platform/.env.example). Exit codes: 0 done, 1 something failed, 2 wrong arguments.
`

function createTerminal(): Terminal {
  const interrupt = new AbortController()
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(interruptedCode)
    interrupt.abort()
    process.stderr.write('\nEnding… (once more to end at once)\n')
  })
  // Whoever read it has gone (`| head`): nothing is left to tell anybody.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(1))
  return {
    stdout: (text) => void process.stdout.write(text),
    async drained() {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
    },
    stderr: (text) => void process.stderr.write(text),
    isTty: [process.stdin, process.stderr].every(({ isTTY }) => isTTY),
    interrupted: interrupt.signal,
    async ask(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr })
      try {
        return await lines.question(question, { signal: interrupt.signal })
      } finally {
        lines.close()
      }
    },
  }
}

/** Commands say what happened themselves; the log is for whoever asks for it by LOG_LEVEL. */
const print: Log = (event) => void process.stderr.write(`${JSON.stringify(event)}\n`)

async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parse(command, args)
  if (values['help'] === true) {
    terminal.stdout(`npm run platform -- ${command.name} ${command.usage}\n`)
    return 0
  }
  if (!command.database) return command.run(terminal, values)
  const settings = readSettings(process.env)
  const log: Log = process.env['LOG_LEVEL']?.trim() ? atLeast(settings.logLevel, print) : () => undefined
  const opened = await joinDatabase(settings.database)
  const database = createDatabase(opened.url, log)
  try {
    await migrate(database)
    return await command.run({ database, databaseUrl: opened.url, settings, log, terminal }, values, positionals)
  } finally {
    await database.close()
    await opened.stop()
  }
}

function parse(
  command: Command,
  args: readonly string[],
): ReturnType<typeof parseArgs> & {
  values: Record<string, string | boolean | undefined>
} {
  try {
    const options = { ...command.options, help: { type: 'boolean', short: 'h', default: false } as const }
    const allowPositionals = command.positionals === true
    return parseArgs({ args: [...args], options, allowPositionals })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split('. ')[0] : 'wrong arguments')
  }
}

async function run([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.stdout(overview())
    return name === undefined ? 2 : 0
  }
  const command = commands.find((one) => one.name === name)
  if (!command) throw new UsageError(`there is no command ${name}; see --help`)
  return runCommand(command, args, terminal)
}

try {
  process.exitCode = await run(process.argv.slice(2), createTerminal())
} catch (error) {
  process.stderr.write(`${errorSentence(error)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
// Output that is a pipe is written behind our back: an exit now would cut it off.
process.stdout.write('', () => process.exit())
