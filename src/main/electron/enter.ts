import { app, dialog } from 'electron'
import { errorCode, errorName } from '../support/codes.ts'
import { createLog, logOptions } from '../support/log.ts'
import { placeOf } from '../support/place.ts'
import { registerAppScheme } from './app-scheme.ts'
import { takeInstance } from './instance.ts'
import { openProfile } from './profile.ts'
import type { Profile } from './profile.ts'
import { refusedStart } from './switches.ts'

type First = Extract<ReturnType<typeof takeInstance>, { kind: 'first' }>

/** What a start has that is the first one of its profile. */
export interface Start {
  readonly profile: Profile
  readonly instance: First
  readonly logFile: ReturnType<typeof createLog>
}

/** Nothing of the app can be shown, so the only way to tell is a box of the system's. */
function giveUp(message: string): void {
  dialog.showErrorBox(app.getName(), message)
  app.exit(1)
}

function begin(run: (start: Start) => Promise<void>, profile: Profile, instance: First): void {
  const logFile = createLog(profile.logs, logOptions(profile.flavour))
  const { log } = logFile
  if (instance.staleLock) log({ level: 'warn', event: 'app.stale-lock-removed' })
  process.on('uncaughtExceptionMonitor', (thrown) =>
    log({ level: 'error', event: 'app.uncaught', fields: { name: errorName(thrown), where: placeOf(thrown) } }),
  )
  run({ profile, instance, logFile }).catch((thrown: unknown) => {
    const fields = { name: errorName(thrown), code: errorCode(thrown), where: placeOf(thrown) }
    log({ level: 'error', event: 'app.start-failed', fields })
    giveUp(thrown instanceof Error ? thrown.message : 'It could not start.')
  })
}

/**
 * Runs the app when this start may go on: not with the switches of a debugger, and not beside another one of the same profile. All of
 * this has to be before Electron is ready.
 */
export function enter(run: (start: Start) => Promise<void>): void {
  registerAppScheme()
  app.enableSandbox()
  const profile = openProfile()
  if (process.platform === 'win32') app.setAppUserModelId(profile.flavour.appId)
  const refused = refusedStart()
  if (refused !== null) giveUp(refused)
  else {
    const instance = takeInstance(profile.root)
    if (instance.kind === 'first') begin(run, profile, instance)
    else if (instance.kind === 'second') app.quit()
    else {
      const where = `${app.getName()} is running on ${instance.host}, which shares this home folder. Quit it there first.`
      // Before that Linux has no boxes.
      void app.whenReady().then(() => giveUp(where))
    }
  }
}
