import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LogEvent } from '../log.ts'
import type { WorkerSettings } from './worker.ts'

/** A process that does provisioning and nothing else, to be ended in every way there is. */
export interface WorkerProcess {
  readonly child: ChildProcess
  readonly log: LogEvent[]
  /** All that it printed, also what is no log line. */
  output(): string
  /** Resolves when its log has had such an event. */
  saw(wanted: (event: LogEvent) => boolean): Promise<void>
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

export function startWorkerProcess(settings: WorkerSettings): WorkerProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL('worker.ts', import.meta.url))], {
    env: { ...process.env, WORKER: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log: LogEvent[] = []
  const waiting = new Set<() => void>()
  let [output, rest] = ['', '']
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.startsWith('{')) log.push(JSON.parse(line) as LogEvent)
    for (const look of waiting) look()
  })
  const gone = once(child, 'exit')
  void gone.then(() => waiting.forEach((look) => look()))

  return {
    child,
    log,
    output: () => output,
    saw: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const over = child.exitCode !== null || child.signalCode !== null
          if (!log.some(wanted) && !over) return
          waiting.delete(look)
          if (log.some(wanted)) resolve()
          else reject(new Error(`the worker ended: ${output.slice(-2000)}`))
        }
        waiting.add(look)
        look()
      }),
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await gone
    },
  }
}
