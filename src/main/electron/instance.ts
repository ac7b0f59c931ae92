import { hostname } from 'node:os'
import { app } from 'electron'
import { handedOver, ownArguments } from '../system/start/arguments.ts'
import type { Launcher } from '../system/start/launcher.ts'
import { clearStaleLock, lockedElsewhere } from '../system/start/single-instance.ts'

/** The most starts and links that wait for the app to be ready. */
const mostWaiting = 20

type Instance =
  | {
      readonly kind: 'first'
      readonly args: readonly string[]
      /** A lock of a process that is no more was in the way. */
      readonly staleLock: boolean
      /** From now on other starts and links are obeyed; those that came before are, in order. */
      begin(launcher: Launcher): void
    }
  | { readonly kind: 'second' }
  /** The profile is in use on another computer that shares the home folder. */
  | { readonly kind: 'elsewhere'; readonly host: string }

/**
 * Takes the lock of the profile in `root`, or hands this start over to who has it. To be called before anything of the profile is
 * touched, and before Electron is ready: macOS brings the link that started the app early.
 */
export function takeInstance(root: string): Instance {
  const linux = process.platform === 'linux'
  const args = ownArguments(process.argv, app.isPackaged)
  const staleLock = linux && clearStaleLock(root, { host: hostname() }) === 'removed'
  if (!app.requestSingleInstanceLock({ args })) {
    const host = linux ? lockedElsewhere(root, hostname()) : null
    return host === null ? { kind: 'second' } : { kind: 'elsewhere', host }
  }
  let launcher: Launcher | null = null
  let waiting: ((to: Launcher) => void)[] = []
  const bring = (what: (to: Launcher) => void): void => {
    if (launcher !== null) what(launcher)
    else if (waiting.length < mostWaiting) waiting.push(what)
  }
  // The event's own arguments are not what was typed: Chromium sorts and adds to them.
  app.on('second-instance', (_event, _argv, _folder, data) => bring((to) => to.second(handedOver(data))))
  app.on('open-url', (event, url) => {
    event.preventDefault()
    bring((to) => to.link(url))
  })
  // macOS: the notification that was clicked while the app did not run.
  app.once('ready', (_event, info) => {
    const identifier: unknown = (info as { identifier?: unknown } | undefined)?.identifier
    if (typeof identifier === 'string') bring((to) => to.notification(identifier))
  })
  return {
    kind: 'first',
    args,
    staleLock,
    begin(to) {
      launcher = to
      for (const what of waiting) what(to)
      waiting = []
    },
  }
}
