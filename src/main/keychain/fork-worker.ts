import { fork } from 'node:child_process'
import type { WorkerPort } from './child-keychain.ts'

/** The keychain worker as a plain Node child process. Its output is dropped: native libraries write there. */
export function forkWorker(path: string, env: NodeJS.ProcessEnv = process.env): WorkerPort {
  const child = fork(path, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [], env })
  child.on('error', () => undefined)
  return {
    post: (message) => void child.send(message as object, () => undefined),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', () => listener()),
    kill: () => void child.kill('SIGKILL'),
  }
}
