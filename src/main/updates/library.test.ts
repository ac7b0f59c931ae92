import { AppImageUpdater, NsisUpdater } from 'electron-updater'
import { expect, test } from 'vitest'
import { configure } from './library.ts'

const app = {
  version: '1.0.0-beta.1',
  name: 'test',
  isPackaged: true,
  appUpdateConfigPath: '',
  userDataPath: '',
  baseCachePath: '',
  whenReady: async () => await Promise.resolve(),
  relaunch: () => undefined,
  quit: () => undefined,
  onQuit: () => undefined,
}

test.each([AppImageUpdater, NsisUpdater])('%o is told everything that decides what is taken', (Updater) => {
  const updater = new Updater(undefined, app)
  expect(updater.allowPrerelease).toBe(true)
  configure(updater, 'stable')
  expect(updater).toMatchObject({
    channel: 'stable',
    allowDowngrade: false,
    allowPrerelease: false,
    autoDownload: false,
    autoInstallOnAppQuit: false,
    autoRunAppAfterInstall: true,
    disableWebInstaller: true,
    fullChangelog: false,
    forceDevUpdateConfig: false,
  })
  configure(updater, 'beta')
  expect([updater.channel, updater.allowPrerelease, updater.allowDowngrade]).toEqual(['beta', true, false])
})
