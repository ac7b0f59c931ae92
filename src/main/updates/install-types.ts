import type { AcceptedUpdate } from './accept.ts'
import type { UpdateLibrary } from './library.ts'
import type { RecordStore } from './record.ts'
import type { UpdateHost } from './update-host.ts'

/** A downloaded, verified update. */
export interface Ready {
  readonly update: AcceptedUpdate
  /** The downloaded file. */
  readonly path: string
  readonly library: UpdateLibrary
}

/** How one system puts a version in the place of another. Everything rejects with an UpdateFault. */
export interface Installer {
  /** Looks at the file once more and does what takes its time, so that `apply` is quick. */
  prepare(ready: Ready): Promise<void>
  /** The last step before the app ends. `run`: it starts again after it. */
  apply(ready: Ready, run: boolean): Promise<void>
  /** The version that runs has proved itself: it is what is gone back to from now on. */
  proved(): Promise<void>
  /** Puts the version before into its place again, and has it started when the app ends. */
  goBack(): Promise<void>
}

/** One thing after the other: what tidies up must not meet what lays something down. */
export interface SerialInstaller extends Installer {
  /** Resolves when nothing is under way. Never rejects. */
  settled(): Promise<void>
}

export interface InstallerDeps {
  readonly host: UpdateHost
  readonly version: string
  /** The updates folder. */
  readonly folder: string
  readonly record: RecordStore
}

export const pendingOf = ({ update }: Ready, from: string): { from: string; to: string; notes: string } => ({
  from,
  to: update.info.version,
  notes: update.info.notes,
})
