/** How a run of the double is set up; passed to the child process as JSON. */
export interface DoubleOptions {
  readonly role: 'main' | 'preload'
  readonly packaged: boolean
  readonly version: string
  /** What `app.getPath('appData')` and `app.getPath('home')` are. */
  readonly folder: string
  /** Whether this is the first instance. */
  readonly lock: boolean
  /** What `process.platform` says; the paths stay this computer's. */
  readonly platform: NodeJS.Platform
  /** What follows the program on the command line. */
  readonly argv: readonly string[]
  /** What `readText` of the clipboard answers. */
  readonly clipboard: string
  /** Whether the system says that it started the app at login (macOS). */
  readonly openedAtLogin: boolean
  /** A link that macOS brings before the app is ready. */
  readonly openUrlEarly: string | null
  /** The notification whose click started the app (macOS). */
  readonly launchedBy: string | null
  /** A window that is told to show itself does not. */
  readonly wedged: boolean
  /** How many times faster timers and the monotonic clock run. */
  readonly speed: number
  /** Names of Chromium switches on the command line. */
  readonly switches: readonly string[]
  readonly dark: boolean
  /** What the system's proxy settings answer. */
  readonly proxy: string
  /** `silent`: the keychain's process never answers. */
  readonly keychain: 'empty' | 'silent'
  /** Where the bundles are; default: `out`. */
  readonly out?: string
  /** An accelerator that another program has. */
  readonly takenShortcut?: string
}

export const options = JSON.parse(process.env.ELECTRON_DOUBLE ?? '{}') as DoubleOptions
