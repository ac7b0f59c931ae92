import type { Settings } from '../../../contract/settings.ts'
import type { Log } from '../../host.ts'
import { asksBeforeQuitting, hidesMinimized, onClose } from './close-rules.ts'
import type { Leaving } from './close-rules.ts'
import type { TrayHost } from './tray-host.ts'

/** Milliseconds between two looks whether the icon of a hidden window can still be seen. */
const lookEvery = 30_000
/** At login the desktop may still be starting: how often, and after how many milliseconds each, it is looked for. */
const startLooks = 5
const startPause = 2000

interface Deps {
  readonly platform: NodeJS.Platform
  readonly settings: () => Pick<Settings, 'closeAction' | 'minimizeToTray'>
  /** Keeps the answer to the question. May throw when an administrator decided meanwhile. */
  readonly remember: (closeAction: 'quit' | 'keep-running') => void
  /** Answers that quitting now would end at the server. */
  readonly stoppedByQuit: () => number
  readonly trayHost: TrayHost
  /** `reveal`: to be seen again, without taking the focus from who works elsewhere. */
  readonly window: { hide(): void; reveal(): void }
  readonly quit: () => void
  readonly askClose: () => Promise<'quit' | 'keep-running' | 'cancel'>
  /** Resolves to whether to quit all the same. */
  readonly askStop: (answers: number) => Promise<boolean>
  /** The window went into the tray, or came back. */
  readonly onHidden: (hidden: boolean) => void
  readonly log: Log
}

/** What closing, minimising and quitting lead to. */
export interface Closing {
  /** The window is asked to close. False: it must stay, what is done instead is under way. */
  closing(visible: boolean): boolean
  /** The window was minimised. */
  minimized(): void
  /** Quitting begins. False: it must not go on; a person is asked first. */
  quitting(): boolean
  /** An update or the system ends the app: from now on nothing is asked and nothing hides. */
  leave(why: 'update' | 'system'): void
  leaving(): Leaving
  /** The window is to be seen again. */
  shown(): void
  /** Starts without a window, where one can be had back. Resolves to whether it can. */
  startHidden(): Promise<boolean>
  close(): void
}

export function createClosing(deps: Deps): Closing {
  const { platform, settings, remember, stoppedByQuit, trayHost, window, quit, askClose, askStop, onHidden, log } = deps
  let leaving: Leaving = 'no'
  let confirmed = false
  let asking = false
  let hidden = false
  let wanted = true
  let timer: NodeJS.Timeout | null = null

  const stopLooking = (): void => {
    if (timer !== null) clearInterval(timer)
    timer = null
  }
  const shown = (): void => {
    wanted = true
    stopLooking()
    if (!hidden) return
    hidden = false
    onHidden(false)
  }
  const look = async (): Promise<void> => {
    if ((await trayHost()) || !hidden) return
    log({ level: 'warn', event: 'tray.host-gone' })
    shown()
    window.reveal()
  }
  const hideNow = (): void => {
    hidden = true
    onHidden(true)
    window.hide()
    stopLooking()
    if (platform !== 'linux') return
    timer = setInterval(() => void look(), lookEvery)
    timer.unref()
  }
  /** Hides when the window can be had back; false when it cannot. */
  const hide = async (): Promise<boolean> => {
    if (leaving !== 'no' || !(await trayHost())) return false
    if (leaving === 'no') hideNow()
    return true
  }

  const askAndDo = async (): Promise<void> => {
    // Where nothing could bring the window back there is no choice to offer.
    if (!(await trayHost())) return quit()
    const answer = await askClose()
    if (answer === 'cancel' || leaving !== 'no') return
    try {
      remember(answer)
    } catch (thrown) {
      log({ level: 'info', event: 'closing.not-remembered', fields: { name: (thrown as Error).name } })
    }
    if (answer === 'quit' || !(await hide())) quit()
  }
  /** One question at a time. */
  const once = async (work: () => Promise<void>): Promise<void> => {
    if (asking) return
    asking = true
    try {
      await work()
    } finally {
      asking = false
    }
  }

  return {
    closing(visible) {
      const step = onClose({ platform, leaving, visible, closeAction: settings().closeAction })
      if (step === 'close') return true
      if (step === 'quit') quit()
      else if (platform === 'darwin') hideNow()
      else if (step === 'ask') void once(askAndDo)
      else
        void once(async () => {
          if (!(await hide())) quit()
        })
      return false
    },
    minimized() {
      if (leaving === 'no' && hidesMinimized(platform, settings())) void hide()
    },
    quitting() {
      const answers = stoppedByQuit()
      if (!asksBeforeQuitting(leaving, confirmed, answers)) {
        if (leaving === 'no') leaving = 'person'
        stopLooking()
        return true
      }
      void once(async () => {
        confirmed = await askStop(answers)
        if (confirmed) quit()
      })
      return false
    },
    leave(why) {
      leaving = why
      stopLooking()
    },
    leaving: () => leaving,
    shown,
    async startHidden() {
      if (platform === 'darwin') return true
      wanted = false
      for (let attempt = 0; attempt < startLooks; attempt++) {
        if (attempt > 0) await new Promise((resolve) => void setTimeout(resolve, startPause).unref())
        if (wanted || leaving !== 'no' || (await hide())) return true
      }
      return wanted
    },
    close: stopLooking,
  }
}
