import { app } from 'electron'

/** Chromium's and Node's switches that would open the app to a debugger, other code or other servers. */
const refused: readonly string[] = [
  'inspect',
  'inspect-brk',
  'inspect-brk-node',
  'inspect-port',
  'inspect-publish-uid',
  'inspect-wait',
  'remote-debugging-address',
  'remote-debugging-pipe',
  'remote-debugging-port',
  'wait-for-debugger',
  'wait-for-debugger-children',
  'js-flags',
  'load-extension',
  'disable-extensions-except',
  'no-sandbox',
  'disable-web-security',
  'disable-site-isolation-trials',
  'allow-file-access-from-files',
  'ignore-certificate-errors',
  'ignore-certificate-errors-spki-list',
  'proxy-server',
  'proxy-pac-url',
  'host-rules',
  'host-resolver-rules',
  'gpu-launcher',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'ppapi-plugin-launcher',
]

/** The first switch on the command line that a packaged app does not start with, or null. */
export const refusedSwitch = (): string | null => refused.find((name) => app.commandLine.hasSwitch(name)) ?? null
