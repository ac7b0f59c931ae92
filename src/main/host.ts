import type { Flavour } from './flavour.ts'
import type { Keychain } from './keychain/keychain.ts'
import type { LogEventName, LogFields } from './support/log-table.ts'
import type { LogFile } from './support/log.ts'
import type { QuickHost } from './system/quick/quick.ts'
import type { UpdateHost } from './updates/update-host.ts'

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
    /** All that the system names for a URL, the preferred one first, where it can name several (PAC). */
    readonly proxies?: (url: string) => Promise<readonly (string | null)[]>
    /** PEM certificates that the operating system trusts, in addition to Node's own. */
    certificates(): Promise<readonly string[]>
  }
  readonly keychain: Keychain
  readonly shell: { openExternal(url: string): Promise<void> }
  readonly power: {
    /** After sleep; returns its unsubscribe. */
    onResume(listener: () => void): () => void
    /** The computer does not fall asleep by itself while this is on. */
    keepAwake(on: boolean): void
  }
  readonly window: {
    /** Brings the main window to the front, on the user's wish only. */
    show(): void
    /** Its page is there to be seen. */
    painted(): void
    /** Asks where to and writes the page as it prints; `unavailable`: the print dialog has to do. */
    savePdf(title: string): Promise<'saved' | 'cancelled' | 'unavailable'>
  }
  /** Ends the app, as its menu does. */
  quit(): void
  /** Null where there is no such thing. */
  readonly quick: QuickHost | null
  /** Null where the app is not a program that could be replaced. */
  readonly updates: UpdateHost | null
  /** Starts the app again on servers that behave as a support bundle says; null in builds that cannot. */
  readonly replay: ((bundle: string) => Promise<void>) | null
  readonly log: (event: LogEvent) => void
  readonly logFile: LogFile
}

/** What may be logged: events and fields of the table in support/log-table.ts, and nothing else. */
export interface LogEvent {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly event: LogEventName
  readonly fields?: LogFields
}
export type Log = Host['log']
