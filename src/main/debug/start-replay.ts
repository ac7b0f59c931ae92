import { z } from 'zod'
import type { Config } from '../config.ts'
import type { WorkerPort } from '../keychain/child-keychain.ts'
import type { Keychain } from '../keychain/keychain.ts'
import { readBundle } from './read-bundle.ts'
import { createReplayKeychain } from './replay-keychain.ts'
import { replayPlan, splitRules } from './replay-plan.ts'

/** Milliseconds that the servers have to be there. */
const patience = 20_000

/** On this computer: a replay talks to nobody else. */
const origin = z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ })
const started = z.strictObject({ platformOrigin: origin, librechatOrigin: origin })

/** What an app is to be started with, so that it meets what the bundle tells of. */
export interface Replay {
  readonly config: Config
  readonly keychain: Keychain
  /** Ends the servers. */
  close(): void
}

/** Starts the servers of a replay (`spawn`: dev/replay/main.ts). Rejects when the text is no bundle, or the servers do not start. */
export async function startReplay(text: string, spawn: () => WorkerPort): Promise<Replay> {
  const { rules, style, keychain, version } = replayPlan(readBundle(text))
  const { app, servers } = splitRules(rules)
  const worker = spawn()
  const { promise: answer, resolve, reject } = Promise.withResolvers<unknown>()
  const timer = setTimeout(() => reject(new Error('the servers of the replay do not start')), patience)
  try {
    worker.onExit(() => reject(new Error('the servers of the replay ended')))
    worker.onMessage(resolve)
    worker.post({ style, rules: servers })
    const origins = started.parse(await answer)
    return {
      config: { ...origins, replay: { version, rules: app } },
      keychain: createReplayKeychain(keychain),
      close: () => worker.kill(),
    }
  } catch (thrown) {
    worker.kill()
    throw thrown
  } finally {
    clearTimeout(timer)
  }
}
