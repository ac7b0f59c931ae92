import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { flavourOf } from '../flavour.ts'
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
}

/**
 * Gives each flavour a folder of its own. Must run before the single instance lock, which belongs to the folder. Unpackaged,
 * `--user-data-dir` chooses the folder.
 */
export function openProfile(): Profile {
  const packaged = app.isPackaged
  const flavour = flavourOf({ packaged, version: app.getVersion() })
  if (packaged || !app.commandLine.hasSwitch('user-data-dir')) {
    // The local profile of Windows: a roaming one would carry the cache and the vault to other machines.
    const base = process.platform === 'win32' ? join(app.getPath('home'), 'AppData', 'Local') : app.getPath('appData')
    app.setPath('userData', join(base, flavour.dataFolder))
  }
  const root = app.getPath('userData')
  const profile = {
    flavour,
    root,
    data: join(root, 'data'),
    logs: join(root, 'logs'),
    windowFile: join(root, 'window.json'),
    graphicsFile: join(root, 'graphics.json'),
  }
  for (const folder of [root, profile.data, profile.logs]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  }
  return profile
}
