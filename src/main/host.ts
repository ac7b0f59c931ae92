import type { Flavour } from './flavour.ts'
import type { Keychain } from './keychain/keychain.ts'
import type { QuickHost } from './system/quick.ts'

/**
 * What the app runs in: Electron, or the browser host. A member exists because the app calls it; menus, tray and
 * protocol handlers stay wholly inside the host.
 */
export interface Host {
  readonly kind: 'electron' | 'browser'
  readonly name: string
  readonly version: string
  readonly flavour: Flavour
  /** Commit and date of the build, or `development`. */
  readonly build: string
  readonly paths: {
    /** Settings, vault and cache live here; mode 0700. */
    readonly data: string
    /** Where the log's files are. */
    readonly logs: string
  }
  readonly network: {
    /** The proxy for a URL (`http://host:port` or `https://host:port`), or null for a direct connection. */
    resolveProxy(url: string): Promise<string | null>
    /** PEM certificates that the operating system trusts, in addition to Node's own. */
    certificates(): Promise<readonly string[]>
  }
  readonly keychain: Keychain
  readonly shell: { openExternal(url: string): Promise<void> }
  readonly power: { /** After sleep; returns its unsubscribe. */ onResume(listener: () => void): () => void }
  readonly window: {
    /** Brings the main window to the front, on the user's wish only. */
    show(): void
    /** Asks where to and writes the page as it prints; `unavailable`: the print dialog has to do. */
    savePdf(title: string): Promise<'saved' | 'cancelled' | 'unavailable'>
  }
  /** Null where there is no such thing. */
  readonly quick: QuickHost | null
  /** Starts the app again on servers that behave as a support bundle says; null in builds that cannot. */
  readonly replay: ((bundle: string) => Promise<void>) | null
  readonly log: (event: LogEvent) => void
}

/** Structured and by allow-list: no bodies, tokens, e-mails or full URLs ever go into `fields`. */
export interface LogEvent {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly event: string
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>
}
export type Log = Host['log']
