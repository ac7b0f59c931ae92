import type { Settings } from '../../../contract/settings.ts'
import { isPaused } from '../notices/answer-notices.ts'
import { showsTray } from './close-rules.ts'
import { pauseEnd } from '../notices/pause.ts'
import type { TrayAction, TrayState } from './tray-items.ts'

type TraySettings = Pick<Settings, 'trayIcon' | 'notificationsPausedUntil'>

interface Deps {
  readonly platform: NodeJS.Platform
  readonly appName: string
  readonly hasQuick: boolean
  readonly settings: { get(): TraySettings; set(patch: Partial<TraySettings>): unknown }
  readonly unread: () => number
  /** Null: no icon. */
  readonly draw: (state: TrayState | null) => void
  readonly open: () => void
  readonly launch: (verb: 'new-chat' | 'quick') => void
  readonly quit: () => void
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/** What the icon in the notification area shows, and what its menu does. */
export interface TrayControl {
  /** Something that it shows may have changed. */
  update(): void
  /** The main window went into the tray, or came back. */
  hidden(hidden: boolean): void
  act(action: TrayAction): void
  close(): void
}

export function createTrayControl(deps: Deps): TrayControl {
  const { platform, appName, hasQuick, settings, unread, draw, open, launch, quit, now = () => Date.now() } = deps
  let hidden = false
  let pauseTimer: NodeJS.Timeout | undefined

  const update = (): void => {
    const chosen = settings.get()
    const pausedUntil = isPaused(chosen, now()) ? chosen.notificationsPausedUntil : null
    clearTimeout(pauseTimer)
    // The menu says so when the pause is over.
    if (pausedUntil !== null) pauseTimer = setTimeout(update, pausedUntil - now() + 1).unref()
    draw(showsTray(platform, chosen, hidden) ? { appName, unread: unread(), pausedUntil, hasQuick } : null)
  }
  const pause = (until: number | null): void => void settings.set({ notificationsPausedUntil: until })

  return {
    update,
    hidden(next) {
      hidden = next
      update()
    },
    act(action) {
      switch (action) {
        case 'open':
          return open()
        case 'new-chat':
        case 'quick':
          return launch(action)
        case 'quit':
          return quit()
        case 'resume':
          return pause(null)
        case 'pause-hour':
          return pause(pauseEnd('hour', now()))
        case 'pause-tomorrow':
          return pause(pauseEnd('tomorrow', now()))
      }
    },
    close: () => clearTimeout(pauseTimer),
  }
}
