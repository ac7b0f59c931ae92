import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { options } from './options.ts'
import { record } from './record.ts'
import type { NotificationRecord, TrayRecord } from './record.ts'

/** The parts of the double that stand for the desktop: tray, notifications, jump list, Dock, login item. */

/** Menus as data, and what each entry does by its label. */
const plain = (menu: { template: unknown } | null): unknown =>
  menu === null ? null : JSON.parse(JSON.stringify(menu.template))

interface Entry {
  readonly label?: string
  readonly submenu?: readonly Entry[]
  readonly click?: () => void
}
/** Clicks the entry with this label, in submenus too; false: there is none. */
export function click(menu: readonly Entry[], label: string): boolean {
  for (const entry of menu) {
    if (entry.label === label && entry.click !== undefined) {
      entry.click()
      return true
    }
    if (entry.submenu !== undefined && click(entry.submenu, label)) return true
  }
  return false
}

export const nativeImage = {
  createFromPath: (path: string) => ({
    path,
    isEmpty: () => !existsSync(path),
    setTemplateImage: () => undefined,
    resize: () => ({ path: `${path} resized` }),
  }),
  createFromBitmap: (bytes: Buffer, { width, height }: { width: number; height: number }) => {
    if (bytes.length !== width * height * 4) throw new Error('the bitmap has not the size that is said')
    return { path: 'bitmap' }
  },
}

export class Tray extends EventEmitter {
  static readonly all: Tray[] = []
  readonly kept: TrayRecord
  template: readonly Entry[] = []
  constructor(image: { path: string }) {
    super()
    this.kept = { images: [image.path], tooltip: '', menu: null, destroyed: false }
    record.trays.push(this.kept)
    Tray.all.push(this)
  }
  setImage(image: { path: string }): void {
    this.kept.images.push(image.path)
  }
  setToolTip(text: string): void {
    this.kept.tooltip = text
  }
  setContextMenu(menu: { template: unknown } | null): void {
    this.kept.menu = plain(menu)
    this.template = (menu?.template ?? []) as readonly Entry[]
  }
  destroy(): void {
    this.kept.destroyed = true
  }
}

export class Notification extends EventEmitter {
  static readonly all: Notification[] = []
  static isSupported(): boolean {
    return true
  }
  readonly kept: NotificationRecord
  constructor(given: Record<string, unknown>) {
    super()
    this.kept = { options: given, calls: [] }
    record.notifications.push(this.kept)
    Notification.all.push(this)
  }
  show(): void {
    this.kept.calls.push('show')
  }
  close(): void {
    this.kept.calls.push('close')
  }
}

export const clipboard = {
  readText: async () => await Promise.resolve(options.clipboard),
  writeText: async (text: string) => {
    record.copied.push(text)
    await Promise.resolve()
  },
}
export const autoUpdater = new EventEmitter()

let dock: readonly Entry[] = []
export const clickDock = (label: string): boolean => click(dock, label)
let removed: { args: string }[] = []
export const removeFromJumpList = (args: string): void => void (removed = [...removed, { args }])
let login: { openAtLogin?: boolean; args?: string[] } = {}

/** What `app` has of the desktop. */
export const systemCalls = {
  setBadgeCount: (count: number) => {
    record.badges.push(count)
    return true
  },
  setAsDefaultProtocolClient: (...given: unknown[]) => {
    record.protocols.push(given)
    return true
  },
  getJumpListSettings: () => ({ minItems: 10, removedItems: removed }),
  setJumpList: (categories: unknown) => {
    record.jumpLists.push(structuredClone(categories))
    return 'ok'
  },
  getLoginItemSettings: (query?: { args?: string[] }) => ({
    openAtLogin: login.openAtLogin === true && JSON.stringify(login.args) === JSON.stringify(query?.args),
    executableWillLaunchAtLogin: login.openAtLogin === true,
    wasOpenedAtLogin: options.openedAtLogin,
  }),
  setLoginItemSettings: (settings: typeof login) => {
    record.loginItems.push(structuredClone(settings))
    login = settings
  },
  focus: () => void record.app.push('focus'),
  dock: {
    setMenu: (menu: { template: unknown }) => {
      record.dockMenu = plain(menu)
      dock = menu.template as readonly Entry[]
    },
  },
}
