import { app, autoUpdater } from 'electron'

/** Starts the app again when it has quit, as it was started or with other arguments. An AppImage is started as the image, whose content is gone by then. */
export function relaunch(appImage: string | null, args?: readonly string[]): void {
  const given = args === undefined ? {} : { args: [...args] }
  app.relaunch(appImage === null ? given : { execPath: appImage, args: process.argv.slice(1), ...given })
  // As after an update: nobody is asked whether to quit, and nothing hides instead.
  autoUpdater.emit('before-quit-for-update')
  app.quit()
}
