import { BrowserWindow, app, clipboard } from 'electron'
import type { EventPayload } from '../../contract/ipc.ts'
import type { Settings } from '../../contract/settings.ts'
import type { App } from '../app.ts'
import type { DesktopPaths } from '../config.ts'
import type { Flavour } from '../flavour.ts'
import type { Log } from '../host.ts'
import { createAnswerNotices } from '../system/notices/answer-notices.ts'
import { createClosing } from '../system/closing/closing.ts'
import type { Closing } from '../system/closing/closing.ts'
import { linkTo } from '../system/start/deep-link.ts'
import { createLauncher } from '../system/start/launcher.ts'
import type { Launcher } from '../system/start/launcher.ts'
import { recents } from '../system/notices/recents.ts'
import { trayHostOf } from '../system/closing/tray-host.ts'
import { createTrayControl } from '../system/closing/tray-control.ts'
import { showBadge } from './badge.ts'
import { askClose, askStop, followQuitting, followWindow } from './closing.ts'
import { createSystemMenu } from './jump-list.ts'
import { createLoginItem } from './login-item.ts'
import { createMainWindow } from './main-window.ts'
import type { MainWindow } from './main-window.ts'
import { createNotifier } from './notifications.ts'
import { createTrayIcon } from './tray.ts'

interface Deps {
  readonly hosted: App
  readonly flavour: Flavour
  /** The folder of the icons. */
  readonly resources: string
  readonly paths: DesktopPaths
  readonly openWindow: () => BrowserWindow
  readonly log: Log
}

/** The system around the app: one main window, tray, links, notifications, menus of the system, start at login. */
export interface Desktop {
  readonly window: MainWindow
  readonly launcher: Launcher
  readonly closing: Closing
  /** The first start: shows the window, or does not, as it asks. */
  start(args: readonly string[]): void
  close(): void
}

const { platform } = process

export function connectDesktop({ hosted, flavour, resources, paths, openWindow, log }: Deps): Desktop {
  const { settings, commands, quick } = hosted
  const appName = app.getName()

  const window = createMainWindow({
    open: openWindow,
    onOpened(opened) {
      followWindow(opened, closing)
      showBadge(notices.unread(), opened)
    },
    onShow: () => closing.shown(),
    onLeft: () => commands.windowLeft(),
    log,
  })
  const closing = createClosing({
    platform,
    settings: settings.get,
    remember: (closeAction) => void settings.set({ closeAction }),
    stoppedByQuit: () => hosted.turns.running().stoppedByQuit,
    trayHost: trayHostOf(platform),
    window,
    quit: () => app.quit(),
    askClose: async () => await askClose(window.current()),
    askStop: async (answers) => await askStop(window.current(), answers),
    onHidden: (hidden) => tray.hidden(hidden),
    log,
  })
  const launcher = createLauncher({
    protocol: flavour.protocol,
    show: () => window.show(),
    stayHidden: () => void closing.startHidden().then((can) => can || window.showMinimized()),
    quick: quick === null ? null : () => quick.toggle(),
    give: (command) => commands.give(command),
    clipboard: async () => await clipboard.readText(),
    log,
  })
  const notifier = createNotifier({
    onClick: (id) => (id === null ? window.show() : launcher.openConversation(id)),
    link: (id) => (app.isPackaged ? linkTo(flavour.protocol, id) : null),
    log,
  })
  const notices = createAnswerNotices({
    appName,
    settings: settings.get,
    titleOf: (id) => hosted.conversations.cached().find((row) => row.id === id)?.title ?? null,
    show: (notice) => notifier.show(notice),
    withdraw: (key) => notifier.withdraw(key),
    onUnread(unread) {
      showBadge(unread, window.current())
      tray.update()
    },
  })

  const icon = createTrayIcon({ resources, flavour: flavour.name, act: (action) => tray.act(action) })
  const tray = createTrayControl({
    platform,
    appName,
    hasQuick: quick !== null,
    settings,
    unread: () => notices.unread(),
    draw: (state) => icon.update(state),
    open: () => window.show(),
    launch: (verb) => launcher.verb(verb),
    quit: () => app.quit(),
  })

  const menu = createSystemMenu({
    protocol: flavour.protocol,
    hasQuick: quick !== null,
    act: (verb) => launcher.verb(verb),
    open: (id) => launcher.openConversation(id),
    log,
  })
  const listRecent = (): void => {
    const wanted = settings.get().recentInSystemMenus
    menu.update(recents(wanted ? hosted.conversations.cached() : [], wanted))
  }

  const look = (focused: BrowserWindow | null): void => {
    if (focused === null) notices.looksAt('elsewhere')
    else if (focused === window.current()) notices.looksAt({ conversationId: settings.get().lastConversationId })
    else notices.looksAt('quick')
  }
  app.on('browser-window-focus', (_event, focused) => look(focused))
  app.on('browser-window-blur', () => {
    look(null)
    // Before somebody opens a menu of the system, the window lost the focus.
    listRecent()
  })
  // macOS: a click on the Dock.
  app.on('activate', (_event, hasVisibleWindows) => {
    if (!hasVisibleWindows) window.show()
  })
  app.on('window-all-closed', () => {
    if (platform !== 'darwin') app.quit()
  })
  followQuitting(closing)

  const applyLogin = createLoginItem({ flavour, paths, log })
  let login = ''
  const apply = (chosen: Settings): void => {
    tray.update()
    look(BrowserWindow.getFocusedWindow())
    listRecent()
    const { startAtLogin, startMinimized } = chosen
    const next = `${startAtLogin} ${startMinimized}`
    if (next !== login) applyLogin(chosen, login !== '')
    login = next
  }
  const unsubscribe = hosted.subscribe(({ name, payload }) => {
    if (name === 'chat.turn') notices.turn(payload as EventPayload<'chat.turn'>)
    else if (name === 'settings.changed') apply(payload as Settings)
    else if (name === 'conversations.changed') {
      notices.removed((payload as EventPayload<'conversations.changed'>).removed)
      listRecent()
    } else if (name === 'session.changed') {
      if ((payload as EventPayload<'session.changed'>).phase === 'signed-out') notices.forget()
      listRecent()
    }
  })

  return {
    window,
    launcher,
    closing,
    start(args) {
      // In development the program is Electron itself; Linux has the desktop entry.
      if (app.isPackaged && platform === 'win32')
        app.setAsDefaultProtocolClient(flavour.protocol, process.execPath, ['--'])
      else if (app.isPackaged && platform === 'darwin') app.setAsDefaultProtocolClient(flavour.protocol)
      apply(settings.get())
      const atLogin = platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin
      launcher.first(args, atLogin && settings.get().startMinimized)
    },
    close() {
      unsubscribe()
      closing.close()
      notifier.close()
      tray.close()
      icon.close()
    },
  }
}
