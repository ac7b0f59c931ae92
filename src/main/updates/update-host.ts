import type { UpdateArch, UpdatePlatform } from './statement.ts'
import type { UpdateSupport } from './support.ts'

/** Null: the file has a good signature of one of the publishers. Else why not, as a code. */
export type VerifyCodeSignature = (publishers: readonly string[], path: string) => Promise<string | null>

/** Where updates come from and who may sign them. Fixed when the app is built: nothing that runs later can add a key. */
export interface UpdateBuild {
  /** Folder of the feeds; the channel's name is appended. Null: this build does not update itself. */
  readonly url: string | null
  /** Public keys (see publicKeyOf). More than one while keys change. Empty: every update is refused. */
  readonly keys: readonly string[]
  /** Whose code signature an installer for Windows must have: full distinguished names. Empty: every installer is refused. */
  readonly publishers: readonly string[]
  /** Page with full installers, for people whose version cannot help itself. */
  readonly downloadPage: string | null
}

/** What updates need of the program that the app runs in. */
export interface UpdateHost {
  readonly support: UpdateSupport
  readonly build: UpdateBuild
  readonly platform: UpdatePlatform
  readonly arch: Exclude<UpdateArch, 'universal'>
  /** Windows: the folder of `elevate.exe`, which starts installers of per-machine installations. */
  readonly resources: string
  readonly verifyCodeSignature: VerifyCodeSignature
  /** Whether there is a window, seen or not, that has to come up for this start to be a good one. */
  hasWindow(): boolean
  /** Ends the app in order and asks nobody. `App.close` is awaited on the way, and with it what is to be installed. */
  quit(): void
  /** Why the app is ending. `system`: the computer shuts down or the user logs off, and nothing may be begun. */
  leaving(): 'no' | 'person' | 'update' | 'system'
  /** When the app has ended it starts again: this file, or (null) the one that runs. */
  relaunch(file: string | null): void
}
