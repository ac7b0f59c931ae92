/** Chromium's and Node's switches that would open the app to a debugger, other code, other servers or a look at its traffic. */
const refused: ReadonlySet<string> = new Set([
  'inspect',
  'inspect-brk',
  'inspect-brk-node',
  'inspect-port',
  'inspect-publish-uid',
  'inspect-wait',
  'debug-port',
  'remote-allow-origins',
  'remote-debugging-address',
  'remote-debugging-pipe',
  'remote-debugging-port',
  'remote-debugging-socket-name',
  'wait-for-debugger',
  'wait-for-debugger-children',
  'js-flags',
  'load-extension',
  'disable-extensions-except',
  'no-sandbox',
  'disable-gpu-sandbox',
  'disable-namespace-sandbox',
  'disable-seccomp-filter-sandbox',
  'disable-setuid-sandbox',
  'single-process',
  'disable-web-security',
  'disable-site-isolation-trials',
  'allow-file-access-from-files',
  'allow-insecure-localhost',
  'allow-running-insecure-content',
  'unsafely-treat-insecure-origin-as-secure',
  'ignore-certificate-errors',
  'ignore-certificate-errors-spki-list',
  'log-net-log',
  'net-log-capture-mode',
  'ssl-key-log-file',
  'proxy-server',
  'proxy-pac-url',
  'proxy-bypass-list',
  'host-rules',
  'host-resolver-rules',
  'browser-subprocess-path',
  'gpu-launcher',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'ppapi-plugin-launcher',
])

/** Chromium takes two dashes, one, and on Windows a slash, in any case there; Node takes `_` for `-`. */
const spelled = (argument: string, windows: boolean): string | null => {
  const found = (windows ? /^(?:--?|\/)([^=]+)/ : /^--?([^=]+)/).exec(argument.trim())
  return found === null ? null : found[1]!.trim().toLowerCase().replaceAll('_', '-')
}

/**
 * The first switch that a packaged app does not start with, or null. `has` is what Chromium read of the command line (desktop files
 * and scripts can add to it); `args` are looked at besides, for what Chromium spells otherwise than Node. After a bare `--` there are
 * no switches.
 */
export function refusedSwitch(
  args: readonly string[],
  has: (name: string) => boolean,
  platform: NodeJS.Platform,
): string | null {
  const seen = [...refused].find(has)
  if (seen !== undefined) return seen
  const end = args.indexOf('--')
  const names = (end === -1 ? args : args.slice(0, end)).map((one) => spelled(one, platform === 'win32'))
  return names.find((name) => name !== null && refused.has(name)) ?? null
}

/** What the person reads instead of the app. */
export const refusalOf = (name: string): string =>
  name === 'no-sandbox'
    ? 'This app does not start with --no-sandbox. If you did not ask for that, this system keeps the AppImage from protecting itself: install the deb or rpm package instead.'
    : `This app does not start with --${name}.`
