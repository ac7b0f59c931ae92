import { existsSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The app's own code: `src/main` of the sources, `out` of what is built. */
const own = join(import.meta.dirname, '..') + sep
/** Lines of a stack that are looked at. */
const most = 30

/** The file and line of the app in which an error was made (`turns.ts:111`), or null. Looks at nothing that a message could hold. */
export function placeOf(thrown: unknown): string | null {
  try {
    if (!(thrown instanceof Error) || typeof thrown.stack !== 'string') return null
    const { stack, message } = thrown
    const begin = message === '' ? -1 : stack.lastIndexOf(message)
    const frames = (begin === -1 ? stack : stack.slice(begin + message.length)).split('\n', most)
    for (const frame of frames) {
      const found = /^ {4}at (?:.*\()?(.+?):(\d{1,6}):\d{1,6}\)?$/.exec(frame)
      if (found === null) continue
      const path = found[1]!.startsWith('file:') ? fileURLToPath(found[1]!) : found[1]!
      const name = basename(path)
      if (path.startsWith(own) && /^[\w.-]{1,60}\.[cm]?[jt]s$/.test(name) && existsSync(path))
        return `${name}:${found[2]}`
    }
    return null
  } catch {
    return null
  }
}
