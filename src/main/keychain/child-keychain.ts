import { KeychainFault } from './keychain.ts'
import type { Keychain } from './keychain.ts'

export interface WorkerPort {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onExit(listener: () => void): void
  kill(): void
}

/** Milliseconds for one keychain call; a prompt of the system may be on screen meanwhile. */
const defaultTimeout = 10_000

interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

/** "Locked" by the words of the keychains' own errors; whatever else fails means that there is none to use here. */
const problemOf = (message: string): 'locked' | 'unavailable' =>
  /locked collection|locked|not allowed|interaction|passphrase you entered/i.test(message) ? 'locked' : 'unavailable'

/** The OS keychain behind a worker process: one call at a time, each with a time-out that kills the worker. */
export function createKeychain({
  spawn,
  timeout = defaultTimeout,
}: {
  spawn: () => WorkerPort
  timeout?: number
}): Keychain {
  let worker: WorkerPort | null = null
  let waiting: { id: number; settle: (answer: Answer | 'exit') => void } | null = null
  let last: Promise<unknown> = Promise.resolve()
  let nextId = 1
  let closed = false
  /** The running worker has answered before: libsecret then holds on to that very service, even when it is gone. */
  let served = false

  const drop = (): void => {
    worker?.kill()
    worker = null
    served = false
  }

  const start = (): WorkerPort => {
    const started = spawn()
    started.onMessage((message) => {
      const answer = message as Answer
      if (waiting?.id === answer.id) waiting.settle(answer)
    })
    started.onExit(() => {
      if (worker !== started) return
      worker = null
      waiting?.settle('exit')
    })
    return started
  }

  const call = async (
    op: 'get' | 'set' | 'delete',
    service: string,
    account: string,
    value?: string,
  ): Promise<unknown> => {
    if (closed) throw new KeychainFault('unavailable')
    const id = nextId++
    worker ??= start()
    const port = worker
    return await new Promise<unknown>((resolve, reject) => {
      const settle = (answer: Answer | 'exit' | 'timeout'): void => {
        clearTimeout(timer)
        waiting = null
        if (answer === 'timeout') {
          drop()
          reject(new KeychainFault('hanging'))
        } else if (answer === 'exit') reject(new KeychainFault('unavailable'))
        else if (answer.error !== undefined) reject(new KeychainFault(problemOf(answer.error), new Error(answer.error)))
        else resolve(answer.value)
      }
      const timer = setTimeout(() => settle('timeout'), timeout)
      waiting = { id, settle }
      port.post({ id, op, service, account, value })
    })
  }

  const queued = async (
    op: 'get' | 'set' | 'delete',
    service: string,
    account: string,
    value?: string,
  ): Promise<unknown> => {
    const before = last
    const mine = (async () => {
      await before.catch(() => undefined)
      try {
        const found = await call(op, service, account, value)
        served = true
        return found
      } catch (thrown) {
        if (!served || !(thrown instanceof KeychainFault) || thrown.problem !== 'unavailable' || closed) throw thrown
        // The keychain's service may have been started anew: a new worker finds it.
        drop()
        return await call(op, service, account, value)
      }
    })()
    last = mine.catch(() => undefined)
    return await mine
  }

  return {
    async get(service, account) {
      const value = await queued('get', service, account)
      return typeof value === 'string' ? value : null
    },
    async set(service, account, value) {
      await queued('set', service, account, value)
    },
    async delete(service, account) {
      return (await queued('delete', service, account)) === true
    },
    async close() {
      closed = true
      waiting?.settle('exit')
      drop()
      await last.catch(() => undefined)
    },
  }
}
