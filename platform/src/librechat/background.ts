import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import { ProvisioningFault } from './fault.ts'
import type { Provision } from './provision.ts'

export interface RetryDelays {
  /** Milliseconds before the second attempt; doubled each time up to `longest`. */
  readonly first: number
  readonly longest: number
}

/** Provisioning that nobody waits for. */
export interface BackgroundProvisioning {
  /** Tries until it is done or cannot be; what is running already is not started again. Never throws. */
  start(userId: string): void
  /** One attempt, joined when one is running. Throws ProvisioningFault. */
  once(userId: string): Promise<void>
  /** Cuts all attempts off; resolves when none runs any more. */
  close(): Promise<void>
}

/** LibreChat counts calls by address, and all of these come from one. */
const atOnce = 2

export function createBackgroundProvisioning({
  provision,
  log,
  delays = { first: 1000, longest: 300_000 },
}: {
  provision: Provision
  log: Log
  delays?: RetryDelays
}): BackgroundProvisioning {
  const closing = new AbortController()
  const attempts = new Map<string, Promise<void>>()
  const loops = new Map<string, Promise<void>>()
  const waiting: (() => void)[] = []
  let running = 0

  const attempt = async (userId: string): Promise<void> => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      closing.signal.throwIfAborted()
      await provision(userId, closing.signal)
      log({ level: 'info', event: 'librechat.provisioned', fields: { userId } })
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
  const once = (userId: string): Promise<void> => {
    const joined = attempts.get(userId)
    if (joined) return joined
    const begun = attempt(userId).finally(() => attempts.delete(userId))
    attempts.set(userId, begun)
    return begun
  }
  const untilDone = async (userId: string): Promise<void> => {
    for (let tries = 1; !closing.signal.aborted; tries++) {
      try {
        return await once(userId)
      } catch (error) {
        if (closing.signal.aborted) return
        const fault = error instanceof ProvisioningFault ? error : null
        const delay = Math.min(delays.longest, delays.first * 2 ** (tries - 1))
        const wait = fault?.lasting === true ? null : Math.max(delay, fault?.retryAfter ?? 0)
        const why = fault ? { problem: fault.problem, status: fault.status } : errorFields(error)
        const fields = { userId, tries, retryInMilliseconds: wait, ...why }
        log({ level: wait === null ? 'error' : 'warn', event: 'librechat.provisioning-failed', fields })
        if (wait === null) return
        await pause(wait, undefined, { signal: closing.signal, ref: false }).catch(() => undefined)
      }
    }
  }

  return {
    once,
    start(userId) {
      if (closing.signal.aborted || loops.has(userId)) return
      loops.set(
        userId,
        untilDone(userId).finally(() => loops.delete(userId)),
      )
    },
    async close() {
      closing.abort()
      await Promise.allSettled([...loops.values(), ...attempts.values()])
    },
  }
}
