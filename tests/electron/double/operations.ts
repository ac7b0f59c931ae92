import * as electron from './electron.ts'
import type { FrameDouble, WebContents } from './electron.ts'
import { answerHeld, answers, changeScreens, holdBoxes, saveTo } from './front.ts'
import { record } from './record.ts'
import { pressShortcut, shortcuts } from './shortcut.ts'
import { click, clickDock, removeFromJumpList } from './system.ts'

/** Who a call over IPC claims to be from. `page` is the only honest one. */
export type Sender =
  | 'page'
  | 'sub-frame'
  | 'other-frame-of-process'
  | 'other-process'
  | 'null-frame'
  | 'detached'
  | 'disposed'
  | 'other-window'
  | 'https'
  | 'file'
  | 'about:blank'
  | 'other-host'
  | 'look-alike'
  | 'null-origin'

const current = (): WebContents => {
  const window = electron.BrowserWindow.all[0]
  if (!window) throw new Error('there is no window')
  return window.webContents
}

const origins: Partial<Record<Sender, string>> = {
  https: 'https://bundle',
  file: 'file://',
  'about:blank': '',
  'other-host': 'app://other',
  'look-alike': 'app://bundle.example',
  'null-origin': 'null',
}

function frameOf(from: Sender, main: FrameDouble): FrameDouble | null {
  const origin = origins[from]
  if (origin !== undefined) return { ...main, origin }
  if (from === 'null-frame') return null
  if (from === 'sub-frame') return { ...main, routingId: 99, parent: main }
  if (from === 'other-frame-of-process') return { ...main, routingId: 99 }
  if (from === 'other-process') return { ...main, processId: 99 }
  if (from === 'detached') return { ...main, detached: true }
  if (from === 'disposed')
    return Object.defineProperty({ ...main }, 'origin', {
      get: () => {
        throw new Error('Render frame was disposed before WebFrameMain could be accessed')
      },
    })
  return main
}

type Check = (...args: unknown[]) => unknown
const handler = (session: string, slot: string): Check => {
  const found = electron.session.fromPartition(session).handlers[slot] as Check | undefined
  if (!found) throw new Error(`${slot} has no handler in session "${session}"`)
  return found
}
const called = async (run: (callback: (answer: unknown) => void) => unknown): Promise<unknown> =>
  await new Promise((resolve) => void run(resolve))

const api = (): Record<string, Record<string, Check>> => {
  const [first] = electron.exposed
  if (!first) throw new Error('the preload exposed nothing')
  return first.api as Record<string, Record<string, Check>>
}

const nth = (index: number): electron.BrowserWindow | undefined =>
  electron.BrowserWindow.all.find((window) => window.kept === record.windows[index])

/** What a test can do to the running bundle. */
export const operations = {
  record: () => record,
  /** Milliseconds of the monotonic clock, as fast as the options say. */
  clock: () => performance.now(),
  /** Resolves when the first window has its page. */
  async opened() {
    while (!record.windows[0]?.url) await new Promise((resolve) => void setTimeout(resolve, 5))
  },
  /** Resolves when the keychain's process has its first request. */
  async keychainAsked() {
    while (!record.forks[0]?.received.length) await new Promise((resolve) => void setTimeout(resolve, 5))
  },
  readyToShow: () => void electron.BrowserWindow.all[0]?.emit('ready-to-show'),
  closeWindow: () => electron.BrowserWindow.all[0]?.close(),
  minimize: () => electron.BrowserWindow.all[0]?.minimize(),
  /** The user goes to the window, or to another program. */
  focus(on: boolean) {
    const window = electron.BrowserWindow.all[0] ?? null
    electron.BrowserWindow.focused = on ? window : null
    electron.app.emit(on ? 'browser-window-focus' : 'browser-window-blur', electron.preventable(), window)
  },
  fullScreen: () => void (electron.BrowserWindow.all[0] && (electron.BrowserWindow.all[0].fullScreen = true)),
  emitWindow: (event: string) => electron.BrowserWindow.all[0]?.emit(event, electron.preventable()),
  /** The page crashes, and another start comes before anybody could do anything about it. */
  crashAndStart(data: unknown) {
    operations.crash('crashed')
    operations.secondInstance(data)
  },
  /** Another start hands over what it was started with. */
  secondInstance: (data: unknown) =>
    electron.app.emit('second-instance', electron.preventable(), ['/program', '--new-chat'], '/', data),
  openUrl: (url: string) => electron.app.emit('open-url', electron.preventable(), url),
  activate: (visible: boolean) => electron.app.emit('activate', electron.preventable(), visible),
  /** Moves the clock that code reads; timers run as before. */
  advance(ms: number) {
    const real = Date.now
    Date.now = () => real() + ms
  },
  beforeUpdate: () => electron.autoUpdater.emit('before-quit-for-update'),
  shutDown: () => electron.powerMonitor.emit('shutdown', electron.preventable()),
  clickTray: () => electron.Tray.all.at(-1)?.emit('click'),
  trayMenu: (label: string) => click(electron.Tray.all.at(-1)?.template ?? [], label),
  dockMenu: (label: string) => clickDock(label),
  removeFromJumpList,
  clickNotification: (index: number) => electron.Notification.all[index]?.emit('click'),
  shortcuts,
  pressShortcut,
  /** The user closes, or goes to, the window with this index in the record. */
  closeNth: (index: number) => nth(index)?.close(),
  focusNth(index: number) {
    const window = nth(index) ?? null
    electron.BrowserWindow.focused = window
    electron.app.emit('browser-window-focus', electron.preventable(), window)
  },
  async invokeNth(index: number, route: string, input: unknown) {
    const sender = nth(index)!.webContents
    return await electron.ipcMain.handlers.get('hestami:call')?.(
      { sender, senderFrame: sender.mainFrame },
      route,
      input,
    )
  },
  crashNth: (index: number) =>
    void nth(index)?.webContents.emit('render-process-gone', electron.preventable(), {
      reason: 'crashed',
      exitCode: 1,
    }),
  quit: () => electron.app.quit(),
  emitApp: (event: string) => electron.app.emit(event, electron.preventable(), [], '/', null),

  async request(url: string, method: string) {
    const response = (await handler('window', 'protocol app')({ url, method })) as Response
    const body = Buffer.from(await response.arrayBuffer()).toString('latin1')
    return { status: response.status, headers: Object.fromEntries(response.headers), body }
  },

  async invoke(from: Sender, route: unknown, input: unknown) {
    const call = electron.ipcMain.handlers.get('hestami:call')
    if (!call) throw new Error('hestami:call has no handler')
    const own = current()
    const sender = from === 'other-window' ? new electron.WebContents(own.kept, own.session) : own
    return await call({ sender, senderFrame: frameOf(from, sender.mainFrame) }, route, input)
  },

  /** Whether an event of the window (or of a web contents made later) that carries a URL was prevented. */
  navigate(event: string, url: string, isMainFrame: boolean, later: boolean) {
    const contents = later ? new electron.WebContents(current().kept, current().session) : current()
    const details = electron.preventable({ url, isMainFrame })
    contents.emit(event, details, url)
    return details.defaultPrevented
  },
  open: (url: string) => current().openHandler?.({ url }) ?? null,

  async permission(session: string, permission: string, url: string) {
    const asked = await called((decide) =>
      handler(session, 'permission-request')(null, permission, decide, { requestingUrl: url }),
    )
    const { protocol, host } = new URL(url)
    return { asked, checked: handler(session, 'permission-check')(null, permission, `${protocol}//${host}/`, {}) }
  },
  device: (session: string) => handler(session, 'device')({ deviceType: 'usb' }),
  displayMedia: async (session: string) => await called((decide) => handler(session, 'display-media')({}, decide)),
  async cancels(session: string, url: string) {
    const answer = await called((decide) => handler(session, 'request')({ url, resourceType: 'xhr' }, decide))
    return (answer as { cancel: boolean }).cancel
  },

  crash(reason: string) {
    current().crashed = reason !== 'clean-exit'
    current().emit('render-process-gone', electron.preventable(), { reason, exitCode: 1 })
  },
  answerNextBox: (response: number) => void answers.push(response),
  holdBoxes,
  answerHeld,
  saveTo,
  changeScreens,
  /** The process of the graphics card, or another helper, ends. */
  childGone: (type: string, reason: string) =>
    void electron.app.emit('child-process-gone', electron.preventable(), { type, reason, exitCode: 1 }),
  menu: (label: string) => click(electron.menus.application, label),
  popup: (label: string) => click(electron.menus.popup, label),
  /** The user turns the wheel with Ctrl held. */
  wheel: (direction: 'in' | 'out') => void current().emit('zoom-changed', electron.preventable(), direction),
  press: (input: object) => void current().emit('before-input-event', electron.preventable(), input),
  moveTo(x: number, y: number) {
    const window = electron.BrowserWindow.all[0]!
    window.bounds = { ...window.bounds, x, y }
    window.emit('move')
  },
  noDictionary: (language: string) =>
    (electron.session.fromPartition('window') as unknown as { emit(...args: unknown[]): void }).emit(
      'spellcheck-dictionary-download-failure',
      electron.preventable(),
      language,
    ),
  /** A proxy or a server asks who is there; answers what it was told, null when nothing. */
  login(firstAuthAttempt: boolean, info: object) {
    const event = electron.preventable()
    let told: unknown[] | null = null
    electron.app.emit('login', event, null, { firstAuthAttempt }, info, (...args: unknown[]) => void (told = args))
    return { told, prevented: event.defaultPrevented }
  },
  contextMenu: (params: object) => void current().emit('context-menu', electron.preventable(), params),
  setDark: (dark: boolean) => {
    electron.nativeTheme.dark = dark
    electron.nativeTheme.emit('updated')
  },
  resumeListeners: () => electron.powerMonitor.listenerCount('resume'),

  /** For the preload: the tree of what it exposed, and whether all of it is frozen. */
  exposed: () =>
    electron.exposed.map(({ name, api }) => ({
      name,
      tree: Object.fromEntries(
        Object.entries(api as object).map(([group, part]) => [
          group,
          Object.entries(part as object).map(([call, value]) => `${call}: ${typeof value}`),
        ]),
      ),
      frozen: [
        api,
        ...Object.values(api as object),
        ...Object.values(api as object).flatMap((part) => Object.values(part)),
      ].every((part) => Object.isFrozen(part)),
    })),
  async callApi(group: string, method: string, input: unknown) {
    return { answer: await api()[group]?.[method]?.(input), invoked: electron.invoked }
  },
  /** Two listeners, the first throws; then the second is unsubscribed. Answers what the second got, and what was reported. */
  listen(event: string, payload: unknown) {
    const reported: string[] = []
    Object.assign(globalThis, { reportError: (thrown: Error) => void reported.push(thrown.message) })
    const on = (api() as unknown as { on: Record<string, (listener: Check) => () => void> }).on
    const got: unknown[][] = []
    on[event]?.(() => {
      throw new Error('a listener fails')
    })
    const stop = on[event]?.((...args) => got.push(args))
    electron.ipcRenderer.emit('hestami:event', { sender: 'never to be seen' }, event, payload)
    electron.ipcRenderer.emit('hestami:event', {}, 'no.such-event', payload)
    stop?.()
    electron.ipcRenderer.emit('hestami:event', {}, event, payload)
    return { got, reported }
  },
}
export type Operations = typeof operations
