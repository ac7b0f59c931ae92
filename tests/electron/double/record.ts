/** What the double saw; plain data, so that it crosses to the test. */
export interface WindowRecord {
  readonly options: Record<string, unknown>
  readonly calls: string[]
  readonly loads: string[]
  /** What `setZoomFactor` was given. */
  readonly zooms: number[]
  /** What `setVisibleOnAllWorkspaces` was given. */
  readonly workspaces: boolean[]
  readonly backgrounds: string[]
  url: string
  destroyed: boolean
}

export interface NotificationRecord {
  readonly options: Record<string, unknown>
  /** `show`, `close`. */
  readonly calls: string[]
}

export interface TrayRecord {
  /** Of the picture it was made with, and of those it was given since. */
  readonly images: string[]
  tooltip: string
  menu: unknown
  destroyed: boolean
}

export const record = {
  schemes: [] as unknown[],
  sandboxed: false,
  /** Calls on `app`, in order. */
  app: [] as string[],
  windows: [] as WindowRecord[],
  /** `webContents.send`: window index, channel, arguments. */
  sent: [] as unknown[][],
  channels: [] as string[],
  forks: [] as { path: string; options: unknown; received: unknown[]; killed: boolean }[],
  menu: null as unknown,
  popups: [] as unknown[],
  boxes: [] as unknown[],
  proxied: [] as { session: string; url: string }[],
  opened: [] as string[],
  spellCheckOff: [] as string[],
  /** Session, then what it was told about spelling: on or off, languages, or where dictionaries come from. */
  spelling: [] as unknown[][],
  learned: [] as string[],
  /** `powerSaveBlocker`: what was started, and what was stopped. */
  awake: [] as string[],
  saveDialogs: [] as unknown[],
  copied: [] as string[],
  /** What menus were given to pop up with, besides their entries. */
  popupPlaces: [] as unknown[],
  themeSources: [] as string[],
  notifications: [] as NotificationRecord[],
  trays: [] as TrayRecord[],
  badges: [] as number[],
  jumpLists: [] as unknown[],
  dockMenu: null as unknown,
  loginItems: [] as unknown[],
  protocols: [] as unknown[][],
  /** What `requestSingleInstanceLock` was given for the instance that has the lock. */
  handedOver: null as unknown,
}
