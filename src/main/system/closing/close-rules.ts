import type { Settings } from '../../../contract/settings.ts'

/** Why the app leaves. Only a person can be asked; everything else must not be held up. */
export type Leaving = 'no' | 'person' | 'update' | 'system'

interface CloseFacts {
  readonly platform: NodeJS.Platform
  readonly leaving: Leaving
  /** The window can be seen, minimised included. */
  readonly visible: boolean
  readonly closeAction: Settings['closeAction']
}

/** What closing the window means. `hide` and `ask` presume that a hidden window can be had back (on Linux: a tray host). */
export function onClose({ platform, leaving, visible, closeAction }: CloseFacts): 'close' | 'hide' | 'ask' | 'quit' {
  if (leaving !== 'no') return 'close'
  // Nobody can click on what is not to be seen: an uninstaller or a session manager asks.
  if (!visible) return 'quit'
  if (platform === 'darwin') return 'hide'
  return closeAction === 'keep-running' ? 'hide' : closeAction
}

export const hidesMinimized = (
  platform: NodeJS.Platform,
  { minimizeToTray }: Pick<Settings, 'minimizeToTray'>,
): boolean => minimizeToTray && platform !== 'darwin'

/** Whether quitting needs a word first: a person quits, and the server would end answers with the connection. */
export const asksBeforeQuitting = (leaving: Leaving, confirmed: boolean, stoppedByQuit: number): boolean =>
  leaving === 'no' && !confirmed && stoppedByQuit > 0

/** A window hidden outside of macOS, which has the Dock, needs the icon to be had back, whatever the setting says. */
export const showsTray = (
  platform: NodeJS.Platform,
  { trayIcon }: Pick<Settings, 'trayIcon'>,
  hidden: boolean,
): boolean => trayIcon || (hidden && platform !== 'darwin')
