import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { WriteStream } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../platform/src/main.ts', import.meta.url))
const collector = new URL('collect-garbage.ts', import.meta.url).href

/** A platform as it is deployed, kept running as a supervisor would: whenever it ends it is started again. */
export interface PlatformProcess {
  readonly origin: string
  readonly starts: number
  /** Starts that came to nothing: PostgreSQL was away. */
  readonly failedStarts: number
  /** Ended by itself while it served: must not be. */
  readonly crashes: number
  /** Without any chance to tidy up. */
  kill(): void
  /** Ends it as a supervisor does; resolves when it has ended. What comes up next has the environment of then. */
  restart(): Promise<void>
  /** Ends it for good; returns its exit code. */
  end(): Promise<number | null>
}

/** Milliseconds before a process that ended is started again. */
const restartPause = 500

export function keepRunning(parts: {
  readonly port: number
  /** Read at every start. */
  readonly env: Readonly<Record<string, string>>
  /** Takes all that it prints. */
  readonly log: WriteStream
}): PlatformProcess {
  const { port, env, log } = parts
  let [starts, failedStarts, crashes] = [0, 0, 0]
  let [ending, killed] = [false, false]
  let child: ChildProcess

  const start = (): void => {
    killed = false
    starts++
    const started = spawn(process.execPath, ['--expose-gc', '--import', collector, main], {
      env: { ...process.env, ...env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    let serves = false
    started.stdout.on('data', (text: Buffer) => {
      serves ||= text.includes('"platform.started"')
      log.write(text)
    })
    let said = ''
    started.stderr.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(0, 3000)
      log.write(text)
    })
    started.once('exit', (code, signal) => {
      if (ending) return
      if (!killed && serves) {
        crashes++
        console.log(`  a platform ended by itself with ${code ?? signal}: ${said.trim()}`)
      } else if (!killed) failedStarts++
      void pause(restartPause).then(() => {
        if (!ending) start()
      })
    })
  }
  start()
  process.once('exit', () => child.kill('SIGKILL'))

  const terminate = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await exit
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    get starts() {
      return starts
    },
    get failedStarts() {
      return failedStarts
    },
    get crashes() {
      return crashes
    },
    kill() {
      killed = true
      child.kill('SIGKILL')
    },
    async restart() {
      killed = true
      await terminate()
    },
    async end() {
      ending = true
      await terminate()
      return child.exitCode
    },
  }
}
