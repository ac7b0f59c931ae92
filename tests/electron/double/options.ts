/** How a run of the double is set up; passed to the child process as JSON. */
export interface DoubleOptions {
  readonly role: 'main' | 'preload'
  readonly packaged: boolean
  readonly version: string
  /** What `app.getPath('appData')` and `app.getPath('home')` are. */
  readonly folder: string
  /** Whether this is the first instance. */
  readonly lock: boolean
  /** Names of Chromium switches on the command line. */
  readonly switches: readonly string[]
  readonly dark: boolean
  /** What the system's proxy settings answer. */
  readonly proxy: string
  /** `silent`: the keychain's process never answers. */
  readonly keychain: 'empty' | 'silent'
}

export const options = JSON.parse(process.env.ELECTRON_DOUBLE ?? '{}') as DoubleOptions
