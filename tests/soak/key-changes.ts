import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Disturbances } from './disturbances.ts'
import type { Setting } from './setting.ts'

const cli = fileURLToPath(new URL('../../platform/src/cli.ts', import.meta.url))

/** Runs the command as an operator would; true: it says that the older keys are of no use any more. */
const reencrypt = ({ env }: Setting): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(process.execPath, [cli, 'reencrypt'], { env: { ...process.env, ...env }, timeout: 60_000 }, (error) =>
      resolve(error === null),
    )
  })

/**
 * Now and then a new encryption key takes the old one's place, as in a rolling restart: no platform may store under a key
 * that another one does not have yet. So the new key is added behind, then put in front, and only when nothing is left under
 * the old one is that taken out. Stops between two of these when `spared` says that the platforms are to live on.
 */
export async function keepChangingKeys(
  setting: Setting,
  done: Disturbances,
  spared: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  const wait = (milliseconds: number): Promise<void> =>
    pause(milliseconds, undefined, { signal }).catch(() => undefined)
  const over = (): boolean => signal.aborted || spared()

  const renewed = async (): Promise<boolean> => {
    while (!over()) {
      // Fails while PostgreSQL is away.
      if (await reencrypt(setting)) return true
      await wait(1000)
    }
    return false
  }
  const change = async (old: string, fresh: string): Promise<void> => {
    for (const keys of [
      [old, fresh],
      [fresh, old],
    ]) {
      if (over()) return
      await setting.useKeys(keys)
    }
    if (!(await renewed()) || over()) return
    await setting.useKeys([fresh])
    done.keyChanges++
  }

  while (!over()) {
    await wait(5000 + Math.random() * 10_000)
    const [newest] = setting.keys()
    if (!over() && newest !== undefined) await change(newest, randomBytes(32).toString('base64url'))
  }
}
