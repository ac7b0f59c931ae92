import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import { frontCalls, spellingOf } from './front.ts'
import { options } from './options.ts'
import { record } from './record.ts'
import { systemCalls } from './system.ts'
import type { click } from './system.ts'
import type { WindowRecord } from './record.ts'

export { dialog, nativeTheme, powerSaveBlocker, screen } from './front.ts'
export { globalShortcut } from './shortcut.ts'
export { Notification, Tray, autoUpdater, clipboard, nativeImage } from './system.ts'

/** Stands in for the module `electron` in plain Node: records what it is told and plays the events Electron would. */

export const preventable = (more: object = {}): { defaultPrevented: boolean; preventDefault(): void } => ({
  ...more,
  defaultPrevented: false,
  preventDefault() {
    this.defaultPrevented = true
  },
})

const paths = new Map([
  ['appData', options.folder],
  ['home', options.folder],
  ['userData', join(options.folder, 'default')],
  ['exe', join(options.folder, 'program/hestami-chat')],
  ['downloads', join(options.folder, 'Downloads')],
])
let ready = false

export const app = Object.assign(new EventEmitter(), {
  isPackaged: options.packaged,
  commandLine: { hasSwitch: (name: string): boolean => options.switches.includes(name) },
  getName: () => 'Hestami Chat',
  getVersion: () => options.version,
  getAppPath: () => options.folder,
  getPath: (name: string) => paths.get(name),
  setPath: (name: string, path: string) => void paths.set(name, path),
  setAppUserModelId: (id: string) => void record.app.push(`user model id ${id}`),
  ...systemCalls,
  ...frontCalls,
  enableSandbox: () => {
    if (ready) throw new Error('app.enableSandbox() can only be called before app is ready')
    record.sandboxed = true
  },
  requestSingleInstanceLock: (data: unknown) => {
    record.app.push(`lock ${paths.get('userData')}`)
    record.handedOver = structuredClone(data)
    return options.lock
  },
  whenReady: async () => {
    if (ready) return
    if (options.openUrlEarly !== null) app.emit('open-url', preventable(), options.openUrlEarly)
    await new Promise((resolve) => setImmediate(resolve))
    ready = true
    app.emit('ready', preventable(), options.launchedBy === null ? {} : { identifier: options.launchedBy })
  },
  quit: () => {
    record.app.push('quit')
    const before = preventable()
    app.emit('before-quit', before)
    if (before.defaultPrevented) return
    for (const window of BrowserWindow.all.toReversed()) window.close()
    // A window that does not close keeps the app running.
    if (BrowserWindow.all.length > 0) return
    const event = preventable()
    app.emit('will-quit', event)
    if (!event.defaultPrevented) app.exit(0)
  },
  exit: (code: number) => {
    record.app.push(`exit ${code}`)
    process.send?.({ kind: 'exit', record }, () => process.exit(code))
  },
})

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown[]) => {
    if (ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    record.schemes.push(...schemes)
  },
}

type Handler = (...args: never[]) => unknown

export interface SessionDouble {
  readonly name: string
  readonly handlers: Record<string, Handler>
}

const sessions = new Map<string, SessionDouble>()

function createSession(name: string): SessionDouble {
  const handlers: Record<string, Handler> = {}
  const keep = (slot: string) => (handler: Handler) => void (handlers[slot] = handler)
  return Object.assign(spellingOf(name), {
    name,
    handlers,
    protocol: { handle: (scheme: string, handler: Handler) => keep(`protocol ${scheme}`)(handler) },
    webRequest: { onBeforeRequest: keep('request') },
    setPermissionRequestHandler: keep('permission-request'),
    setPermissionCheckHandler: keep('permission-check'),
    setDevicePermissionHandler: keep('device'),
    setDisplayMediaRequestHandler: keep('display-media'),
    resolveProxy: async (url: string) => {
      record.proxied.push({ session: name, url })
      return await Promise.resolve(options.proxy)
    },
  })
}

export const session = {
  get defaultSession() {
    if (!ready) throw new Error('Session can only be received when app is ready')
    return session.fromPartition('')
  },
  fromPartition: (name: string): SessionDouble => {
    if (!ready) throw new Error('Session can only be received when app is ready')
    if (!sessions.has(name)) sessions.set(name, createSession(name))
    return sessions.get(name)!
  },
}

export interface FrameDouble {
  readonly parent: FrameDouble | null
  readonly processId: number
  readonly routingId: number
  readonly origin: string
  readonly detached: boolean
}

let contentsMade = 0

export class WebContents extends EventEmitter {
  readonly id = ++contentsMade
  readonly mainFrame: FrameDouble
  readonly session: SessionDouble
  readonly kept: WindowRecord
  openHandler: ((details: { url: string }) => { action: string }) | null = null
  constructor(kept: WindowRecord, session: SessionDouble) {
    super()
    this.kept = kept
    this.session = session
    this.mainFrame = { parent: null, processId: 7, routingId: this.id, origin: 'app://bundle', detached: false }
    app.emit('web-contents-created', preventable(), this)
  }
  isDestroyed(): boolean {
    return this.kept.destroyed
  }
  send(...args: unknown[]): void {
    if (this.kept.destroyed) throw new TypeError('Object has been destroyed')
    record.sent.push(structuredClone(args))
  }
  setWindowOpenHandler(handler: WebContents['openHandler']): void {
    this.openHandler = handler
  }
  crashed = false
  isCrashed(): boolean {
    return this.crashed
  }
  getURL(): string {
    return this.kept.url
  }
  setZoomFactor(factor: number): void {
    this.kept.zooms.push(factor)
  }
  async printToPDF(given: unknown): Promise<Buffer> {
    this.kept.calls.push('pdf')
    return await Promise.resolve(Buffer.from(`%PDF ${JSON.stringify(given)}`))
  }
  copyImageAt(x: number, y: number): void {
    this.kept.calls.push(`copy image ${x},${y}`)
  }
  forcefullyCrashRenderer(): void {
    this.kept.calls.push('kill')
    this.crashed = true
    this.emit('render-process-gone', preventable(), { reason: 'killed', exitCode: 9 })
  }
  replaceMisspelling(word: string): void {
    this.kept.calls.push(`replace ${word}`)
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = []
  static focused: BrowserWindow | null = null
  static getAllWindows(): BrowserWindow[] {
    return [...BrowserWindow.all]
  }
  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.focused
  }
  readonly webContents: WebContents
  readonly kept: WindowRecord
  constructor(given: Record<string, unknown>) {
    super()
    this.kept = {
      options: describe(given),
      calls: [],
      loads: [],
      zooms: [],
      workspaces: [],
      backgrounds: [],
      url: '',
      destroyed: false,
    }
    this.bounds = { ...this.bounds, ...(given as object) }
    record.windows.push(this.kept)
    const { session: own } = given.webPreferences as { session: SessionDouble }
    this.webContents = new WebContents(this.kept, own)
    BrowserWindow.all.push(this)
  }
  async loadURL(url: string): Promise<void> {
    this.kept.url = url
    this.kept.loads.push(url)
    this.webContents.crashed = false
    this.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false, url })
    await Promise.resolve()
    this.webContents.emit('did-finish-load')
  }
  isDestroyed(): boolean {
    return this.kept.destroyed
  }
  visible = false
  fullScreen = false
  overlay = ''
  isVisible(): boolean {
    return this.visible
  }
  isFocused(): boolean {
    return BrowserWindow.focused === this
  }
  isFullScreen(): boolean {
    return this.fullScreen
  }
  setFullScreen(on: boolean): void {
    this.kept.calls.push(`full screen ${on}`)
    this.fullScreen = on
    // The animation of macOS takes its time.
    setTimeout(() => this.emit(on ? 'enter-full-screen' : 'leave-full-screen'), 20)
  }
  setVisibleOnAllWorkspaces(on: boolean): void {
    this.kept.workspaces.push(on)
  }
  setOverlayIcon(icon: unknown, description: string): void {
    this.kept.calls.push(icon === null ? 'no overlay' : `overlay ${description}`)
  }
  hide(): void {
    this.kept.calls.push('hide')
    this.visible = false
    this.emit('hide')
  }
  show(): void {
    this.kept.calls.push('show')
    if (options.wedged) return
    this.visible = true
    this.emit('show')
  }
  showInactive(): void {
    this.kept.calls.push('show inactive')
    this.visible = true
    this.emit('show')
  }
  minimize(): void {
    this.kept.calls.push('minimize')
    this.visible = false
    this.emit('minimize')
  }
  restore(): void {
    this.kept.calls.push('restore')
    this.emit('restore')
  }
  isMinimized(): boolean {
    return this.kept.calls.findLast((call) => ['minimize', 'restore', 'show'].includes(call)) === 'minimize'
  }
  isMaximized(): boolean {
    return this.kept.calls.includes('maximize')
  }
  bounds = { x: 40, y: 50, width: 900, height: 700 }
  getNormalBounds(): object {
    const { x, y, width, height } = this.bounds
    return { x, y, width, height }
  }
  getBounds(): object {
    return this.getNormalBounds()
  }
  setBounds(bounds: { x: number; y: number; width: number; height: number }): void {
    this.bounds = { ...this.bounds, ...bounds }
    this.kept.calls.push(`bounds ${bounds.x},${bounds.y} ${bounds.width}×${bounds.height}`)
  }
  menuBar = false
  isMenuBarVisible(): boolean {
    return this.menuBar
  }
  setMenuBarVisibility(visible: boolean): void {
    this.menuBar = visible
    this.kept.calls.push(`menu bar ${visible}`)
  }
  setBackgroundColor(color: string): void {
    this.kept.backgrounds.push(color)
  }
  close(): void {
    if (this.kept.destroyed) return
    const event = preventable()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }
  destroy(): void {
    if (this.kept.destroyed) return
    this.kept.destroyed = true
    if (BrowserWindow.focused === this) BrowserWindow.focused = null
    BrowserWindow.all.splice(BrowserWindow.all.indexOf(this), 1)
    this.emit('closed')
    if (BrowserWindow.all.length === 0 && !record.app.includes('quit')) app.emit('window-all-closed')
  }
}
for (const name of ['focus', 'maximize'])
  Object.defineProperty(BrowserWindow.prototype, name, {
    value(this: BrowserWindow) {
      this.kept.calls.push(name)
    },
  })

/** The options as data: a session by its name. */
function describe(given: Record<string, unknown>): Record<string, unknown> {
  const preferences = given.webPreferences as Record<string, unknown>
  return { ...given, webPreferences: { ...preferences, session: (preferences.session as SessionDouble).name } }
}

const handlers = new Map<string, (...args: unknown[]) => unknown>()
export const ipcMain = {
  handlers,
  handle: (channel: string, handler: (...args: unknown[]) => unknown) => {
    record.channels.push(channel)
    handlers.set(channel, handler)
  },
  removeHandler: (channel: string) => void handlers.delete(channel),
}

export const utilityProcess = {
  fork: (path: string, args: string[], forkOptions: unknown) => {
    const kept = { path, args, options: forkOptions, received: [] as unknown[], killed: false }
    record.forks.push(kept)
    // The servers of a replay are what they are: they run.
    if (path.includes('/replay/')) {
      const real = fork(path, args, { stdio: 'ignore', execArgv: [] })
      process.once('exit', () => real.kill('SIGKILL'))
      return Object.assign(real, { postMessage: (message: object) => void real.send(message) })
    }
    const child = Object.assign(new EventEmitter(), {
      postMessage: (message: { id: number; op: string }) => {
        kept.received.push(message)
        const value = message.op === 'delete' ? false : null
        if (options.keychain === 'empty') setImmediate(() => child.emit('message', { id: message.id, value }))
      },
      kill: () => {
        kept.killed = true
        setImmediate(() => child.emit('exit', 0))
        return true
      },
    })
    return child
  },
}

type Entry = Parameters<typeof click>[0][number]
/** What can be clicked on. */
export const menus = { application: [] as readonly Entry[], popup: [] as readonly Entry[] }
export const Menu = {
  buildFromTemplate: (template: unknown) => ({
    template,
    popup: ({ window: _window, ...place }: { window?: unknown } = {}) => {
      record.popups.push(JSON.parse(JSON.stringify(template)))
      record.popupPlaces.push(place)
      menus.popup = template as readonly Entry[]
    },
  }),
  setApplicationMenu: (menu: { template: unknown }) => {
    record.menu = JSON.parse(JSON.stringify(menu.template))
    menus.application = menu.template as readonly Entry[]
  },
}

export const shell = {
  openExternal: async (url: string) => {
    record.opened.push(url)
    await Promise.resolve()
  },
}
export const powerMonitor = new EventEmitter()

/** For the preload. */
export const exposed: { name: string; api: unknown }[] = []
export const invoked: unknown[][] = []
export const contextBridge = {
  exposeInMainWorld: (name: string, api: unknown) => void exposed.push({ name, api }),
}
export const ipcRenderer = Object.assign(new EventEmitter(), {
  invoke: async (...args: unknown[]) => {
    invoked.push(structuredClone(args))
    return await Promise.resolve({ ok: true, value: args[1] })
  },
})
