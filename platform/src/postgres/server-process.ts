import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Account } from './account.ts'

/** A program that ended before it was to; `output` is the last of what it said, for people. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError'
  readonly output: string
  constructor(message: string, output: string) {
    super(output === '' ? message : `${message}: ${output}`)
    this.output = output
  }
}

const outputLimit = 2000
const startLimit = 60_000

/** Messages in English whatever the user's language: some of them are read. */
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C', LANG: 'C' })

function launch(
  program: string,
  args: readonly string[],
  account: Account,
): { child: ChildProcess; said: () => string } {
  const child = spawn(program, args, {
    ...account,
    cwd: '/',
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl+C in a terminal ends this process, which then ends the server after its clients.
    detached: process.platform !== 'win32',
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-outputLimit)
      child.emit('said', said)
    })
  return { child, said: () => said.trim() }
}

/** Runs a program to its end. Throws PostgresError when it fails. */
export async function runToEnd(program: string, args: readonly string[], account: Account): Promise<void> {
  const { child, said } = launch(program, args, account)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new PostgresError(`${program} failed (${code ?? 'killed'})`, said())
}

/** A port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

/** Resolves when the server accepts connections. Throws PostgresError when it ends instead, or takes over a minute. */
export async function launchServer(program: string, args: readonly string[], account: Account): Promise<ChildProcess> {
  const { child, said } = launch(program, args, account)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const failed = (why: string) => () => reject(new PostgresError(`the database server ${why}`, said()))
  const timer = setTimeout(failed('did not start in time'), startLimit)
  child.once('error', reject).once('exit', failed('did not start'))
  child.on('said', (text: string) => text.includes('is ready to accept connections') && resolve())
  try {
    await promise
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    clearTimeout(timer)
    child.removeAllListeners('said')
  }
  return child
}

/** Fast shutdown (clients are cut, everything is written); harsher ways after ten seconds each. */
export async function shutDown(child: ChildProcess): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    const timer = new AbortController()
    const late = setTimeout(() => timer.abort(), 10_000)
    await once(child, 'exit', { signal: timer.signal }).catch(() => undefined)
    clearTimeout(late)
  }
}

/**
 * Sees to it that the server ends with this process, however that ends (Windows: unless it is killed). Returns what takes
 * the watch away again.
 */
export async function watchOver(server: ChildProcess, account: Account): Promise<() => void> {
  if (process.platform === 'win32') {
    const end = (): void => void server.kill()
    process.once('exit', end)
    return () => void process.removeListener('exit', end)
  }
  // The shell reads from us: its input ends when we do.
  const watch = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$0"', String(server.pid)], {
    ...account,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  await once(watch, 'spawn')
  watch.unref()
  return () => void watch.kill('SIGKILL')
}
