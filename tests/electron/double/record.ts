/** What the double saw; plain data, so that it crosses to the test. */
export interface WindowRecord {
  readonly options: Record<string, unknown>
  readonly calls: string[]
  readonly backgrounds: string[]
  url: string
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
  themeSources: [] as string[],
}
