import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The LibreChat double in a process of its own, so that its work is not counted as anybody else's. */
export interface LibreChatProcess {
  readonly url: string
  close(): Promise<void>
}

/** `latency`: milliseconds before each answer, about what LibreChat's bcrypt takes. */
export async function startLibreChatProcess(latency: number): Promise<LibreChatProcess> {
  const child = fork(fileURLToPath(new URL('platform-librechat-process.ts', import.meta.url)), [String(latency)])
  const [url] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the LibreChat double ended'))),
  ])) as [string]
  return {
    url,
    async close() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
