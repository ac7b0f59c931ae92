import { execFile } from 'node:child_process'

/**
 * Whether a desktop shows tray icons at all. Linux desktops do so through a StatusNotifier host on the session bus, and stock GNOME has none:
 * a window that is hidden there would be gone for good.
 */
export type TrayHost = () => Promise<boolean>

const name = 'org.kde.StatusNotifierWatcher'
const path = '/StatusNotifierWatcher'
const property = 'IsStatusNotifierHostRegistered'
const get = 'org.freedesktop.DBus.Properties.Get'

/** Programs that can ask, in the order in which they are tried; at least one is on every desktop. None of them starts the service. */
const programs: readonly (readonly [string, readonly string[]])[] = [
  ['busctl', ['--user', '--auto-start=no', '--timeout=1', 'get-property', name, path, name, property]],
  [
    'gdbus',
    ['call', '--session', '--timeout', '1', '--dest', name, '--object-path', path, '--method', get, name, property],
  ],
  [
    'dbus-send',
    [
      '--session',
      '--print-reply',
      '--reply-timeout=1000',
      `--dest=${name}`,
      path,
      get,
      `string:${name}`,
      `string:${property}`,
    ],
  ],
]

/** `b true`, `(<true>,)` or `variant boolean true`. */
const saysYes = (output: string): boolean => /\btrue\b/.test(output)

type Answer = 'yes' | 'no' | 'cannot-ask'

async function ask(program: string, args: readonly string[], limit: number): Promise<Answer> {
  return await new Promise((resolve) => {
    execFile(program, [...args], { timeout: limit, killSignal: 'SIGKILL', maxBuffer: 4096 }, (error, stdout) => {
      if (error === null) resolve(saysYes(stdout) ? 'yes' : 'no')
      else resolve(error.code === 'ENOENT' || error.code === 'EACCES' ? 'cannot-ask' : 'no')
    })
  })
}

/** Asks the session bus. Nobody who can ask counts as no; `limit` is in milliseconds, for each program. */
export function createTrayHost({ limit = 1500 }: { limit?: number } = {}): TrayHost {
  return async () => {
    for (const [program, args] of programs) {
      const answer = await ask(program, args, limit)
      if (answer !== 'cannot-ask') return answer === 'yes'
    }
    return false
  }
}

/** Windows and macOS always show tray icons. */
export const trayHostOf = (platform: NodeJS.Platform): TrayHost =>
  platform === 'linux' ? createTrayHost() : async () => await Promise.resolve(true)
