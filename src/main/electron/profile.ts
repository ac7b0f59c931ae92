import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'
import { replayFile, replaySwitch } from '../debug/replay-start.ts'
import { flavourOf, replayFlavour } from '../flavour.ts'
import type { Flavour } from '../flavour.ts'

export interface Profile {
  readonly flavour: Flavour
  /** Chromium's folder, to which the single instance lock belongs. */
  readonly root: string
  /** The app's own files; mode 0700. Chromium's lie beside it. */
  readonly data: string
  readonly logs: string
  readonly windowFile: string
  readonly graphicsFile: string
  /** Where a start that replays finds its support bundle: in the folder of ordinary starts. */
  readonly bundleFile: string
  /** This start replays: developer builds only, in a folder that is new and gone afterwards. */
  readonly replays: boolean
}

/**
 * Gives each flavour a folder of its own. Must run before the single instance lock, which belongs to the folder. Unpackaged,
 * `--user-data-dir` chooses the folder.
 */
export function openProfile(): Profile {
  const packaged = app.isPackaged
  const ordinary = flavourOf({ packaged, version: app.getVersion() })
  if (packaged || !app.commandLine.hasSwitch('user-data-dir')) {
    // The local profile of Windows: a roaming one would carry the cache and the vault to other machines.
    const base = process.platform === 'win32' ? join(app.getPath('home'), 'AppData', 'Local') : app.getPath('appData')
    app.setPath('userData', join(base, ordinary.dataFolder))
  }
  const bundleFile = join(app.getPath('userData'), replayFile)
  const replays = ordinary.developer && app.commandLine.hasSwitch(replaySwitch)
  if (replays) app.setPath('userData', mkdtempSync(join(tmpdir(), 'hestami-chat-replay-')))
  const root = app.getPath('userData')
  const profile = {
    flavour: replays ? replayFlavour(ordinary) : ordinary,
    root,
    data: join(root, 'data'),
    logs: join(root, 'logs'),
    windowFile: join(root, 'window.json'),
    graphicsFile: join(root, 'graphics.json'),
    bundleFile,
    replays,
  }
  for (const folder of [root, profile.data, profile.logs]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  }
  return profile
}
