import { utilityProcess } from 'electron'
import type { WorkerPort } from '../keychain/child-keychain.ts'

/** A bundle as a process of its own. Its output is dropped: native libraries write there. */
export function utilityWorker(path: string, serviceName: string): WorkerPort {
  const child = utilityProcess.fork(path, [], { serviceName, stdio: 'ignore' })
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', () => listener()),
    kill: () => void child.kill(),
  }
}
