import type { Bans } from './account/bans.ts'
import type { Limits } from './account/limits.ts'
import type { Tokens } from './account/tokens.ts'
import type { Users } from './account/users.ts'
import type { Scripts } from './chat/scripts.ts'
import type { Titles } from './conversations/titles.ts'
import type { Settings } from './options.ts'
import type { ImageBytes } from './state/image-bytes.ts'
import type { Store } from './state/store.ts'

/** What the routes share. */
export interface Context {
  readonly settings: Settings
  readonly store: Store
  readonly images: ImageBytes
  readonly users: Users
  readonly tokens: Tokens
  readonly bans: Bans
  readonly limits: Limits
  readonly titles: Titles
  readonly scripts: Scripts
  /** Aborted when the double closes. */
  readonly closing: AbortSignal
}
