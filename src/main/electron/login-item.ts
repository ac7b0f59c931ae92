import { app } from 'electron'
import type { Settings } from '../../contract/settings.ts'
import type { DesktopPaths } from '../config.ts'
import type { Flavour } from '../flavour.ts'
import type { Log } from '../host.ts'
import { autostartEntry, autostartFile, loginItem, writeAutostart } from '../system/start/login-item.ts'

interface Deps {
  readonly flavour: Flavour
  readonly paths: DesktopPaths
  readonly log: Log
}

/** Makes the system start the app at login, or not, as the settings say. `decided`: somebody has just changed them. */
export function createLoginItem({
  flavour,
  paths,
  log,
}: Deps): (settings: Pick<Settings, 'startAtLogin' | 'startMinimized'>, decided: boolean) => void {
  const { appId, productName } = flavour
  return (settings, decided) => {
    // In development the program is Electron itself.
    if (!app.isPackaged) return
    const { openAtLogin, args } = loginItem(settings)
    if (process.platform === 'linux') {
      const program = paths.appImage ?? process.execPath
      const entry = openAtLogin ? autostartEntry({ name: productName, appId, program, args }) : null
      try {
        const outcome = writeAutostart(autostartFile(paths.configHome, appId), entry, decided)
        if (outcome !== 'kept') log({ level: 'info', event: 'login-item.changed', fields: { outcome } })
      } catch (thrown) {
        log({
          level: 'warn',
          event: 'login-item.failed',
          fields: { code: (thrown as NodeJS.ErrnoException).code ?? '' },
        })
      }
      return
    }
    const query = process.platform === 'win32' ? { path: process.execPath, args: [...args] } : undefined
    const now = app.getLoginItemSettings(query)
    // With other arguments it is another item to Windows, and must go all the same.
    const isSet = now.openAtLogin || (!openAtLogin && (decided || now.executableWillLaunchAtLogin))
    // Setting again what is set would undo what the user switched off in the system's own settings.
    if (isSet === openAtLogin) return
    app.setLoginItemSettings({ openAtLogin, ...(query === undefined ? {} : { ...query, name: appId }) })
    log({ level: 'info', event: 'login-item.changed', fields: { outcome: openAtLogin ? 'written' : 'removed' } })
  }
}
