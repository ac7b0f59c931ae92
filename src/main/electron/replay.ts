import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { replayArguments } from '../debug/replay-start.ts'
import { startReplay } from '../debug/start-replay.ts'
import type { Replay } from '../debug/start-replay.ts'
import type { Host } from '../host.ts'
import type { Profile } from './profile.ts'
import { relaunch } from './relaunch.ts'
import { utilityWorker } from './utility-worker.ts'

/** What this start replays, or null in an ordinary one. To be called when Electron is ready. `worker`: the bundle of the servers. */
export async function openReplay({ replays, bundleFile, root }: Profile, worker: string): Promise<Replay | null> {
  if (!replays) return null
  const replay = await startReplay(readFileSync(bundleFile, 'utf8'), () => utilityWorker(worker, 'Replay')).catch(
    (thrown: unknown) => {
      throw new Error('The support bundle cannot be replayed.', { cause: thrown })
    },
  )
  return {
    ...replay,
    close() {
      replay.close()
      // Nothing of a replay outlives it.
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Starts the app again as a replay; null in builds that do not. */
export function replayStarter({ flavour, bundleFile }: Profile, appImage: string | null): Host['replay'] {
  if (!flavour.developer) return null
  return async (bundle) => {
    writeFileSync(bundleFile, bundle, { mode: 0o600 })
    relaunch(appImage, replayArguments(process.argv.slice(1)))
    await Promise.resolve()
  }
}
