import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import { options } from './options.ts'
import { record } from './record.ts'
import type { WindowRecord } from './record.ts'

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
])
let ready = false

export const app = Object.assign(new EventEmitter(), {
  isPackaged: options.packaged,
  commandLine: { hasSwitch: (name: string): boolean => options.switches.includes(name) },
  getName: () => 'Hestami Chat',
  getVersion: () => options.version,
  getPath: (name: string) => paths.get(name),
  setPath: (name: string, path: string) => void paths.set(name, path),
  setAppUserModelId: () => undefined,
  enableSandbox: () => {
    if (ready) throw new Error('app.enableSandbox() can only be called before app is ready')
    record.sandboxed = true
  },
  requestSingleInstanceLock: () => {
    record.app.push(`lock ${paths.get('userData')}`)
    return options.lock
  },
  whenReady: async () => {
    await new Promise((resolve) => setImmediate(resolve))
    ready = true
  },
  quit: () => {
    record.app.push('quit')
    app.emit('before-quit', preventable())
    for (const window of BrowserWindow.all) window.close()
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
  return {
    name,
    handlers,
    protocol: { handle: (scheme: string, handler: Handler) => keep(`protocol ${scheme}`)(handler) },
    webRequest: { onBeforeRequest: keep('request') },
    setPermissionRequestHandler: keep('permission-request'),
    setPermissionCheckHandler: keep('permission-check'),
    setDevicePermissionHandler: keep('device'),
    setDisplayMediaRequestHandler: keep('display-media'),
    setSpellCheckerEnabled: (on: boolean) => void (on || record.spellCheckOff.push(name)),
    resolveProxy: async (url: string) => {
      record.proxied.push({ session: name, url })
      return await Promise.resolve(options.proxy)
    },
  } as SessionDouble
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
  reload(): void {
    this.kept.calls.push('reload')
  }
  replaceMisspelling(word: string): void {
    this.kept.calls.push(`replace ${word}`)
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = []
  readonly webContents: WebContents
  readonly kept: WindowRecord
  constructor(given: Record<string, unknown>) {
    super()
    this.kept = { options: describe(given), calls: [], backgrounds: [], url: '', destroyed: false }
    record.windows.push(this.kept)
    const { session: own } = given.webPreferences as { session: SessionDouble }
    this.webContents = new WebContents(this.kept, own)
    BrowserWindow.all.push(this)
  }
  async loadURL(url: string): Promise<void> {
    this.kept.url = url
    await Promise.resolve()
  }
  isDestroyed(): boolean {
    return this.kept.destroyed
  }
  isMinimized(): boolean {
    return this.kept.calls.at(-1) === 'minimize'
  }
  isMaximized(): boolean {
    return this.kept.calls.includes('maximize')
  }
  getNormalBounds(): object {
    return { x: 40, y: 50, width: 900, height: 700 }
  }
  setBackgroundColor(color: string): void {
    this.kept.backgrounds.push(color)
  }
  close(): void {
    if (this.kept.destroyed) return
    this.emit('close', preventable())
    this.kept.destroyed = true
    BrowserWindow.all.splice(BrowserWindow.all.indexOf(this), 1)
    this.emit('closed')
    if (BrowserWindow.all.length === 0 && !record.app.includes('quit')) app.emit('window-all-closed')
  }
}
for (const name of ['show', 'focus', 'restore', 'minimize', 'maximize'])
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

export const Menu = {
  buildFromTemplate: (template: unknown) => ({
    template,
    popup: () => void record.popups.push(JSON.parse(JSON.stringify(template))),
  }),
  setApplicationMenu: (menu: { template: unknown }) => {
    record.menu = menu.template
  },
}

/** The next answer of `dialog.showMessageBox`. */
export const answers: number[] = []
export const dialog = {
  showErrorBox: (title: string, content: string) => void record.boxes.push({ title, content }),
  showMessageBox: async (box: unknown) => {
    record.boxes.push(box)
    return await Promise.resolve({ response: answers.shift() ?? 0 })
  },
}

let themeSource = 'system'
export const nativeTheme = Object.assign(new EventEmitter(), { dark: options.dark })
Object.defineProperties(nativeTheme, {
  shouldUseDarkColors: { get: () => (themeSource === 'system' ? nativeTheme.dark : themeSource === 'dark') },
  themeSource: {
    get: () => themeSource,
    set: (source: string) => {
      record.themeSources.push(source)
      themeSource = source
      nativeTheme.emit('updated')
    },
  },
})

export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
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
