import { app, autoUpdater } from 'electron'

/** Starts the app again when it has quit, as it was started. An AppImage is started as the image, whose content is gone by then. */
export function relaunch(appImage: string | null): void {
  app.relaunch(appImage === null ? {} : { execPath: appImage, args: process.argv.slice(1) })
  // As after an update: nobody is asked whether to quit, and nothing hides instead.
  autoUpdater.emit('before-quit-for-update')
  app.quit()
}
