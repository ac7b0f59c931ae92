import type { SettingName, Settings } from '../../contract/settings.ts'

/** One setting as an administrator decided it; `from` names the place for people: a registry key, a file. */
export interface PolicyEntry<N extends SettingName = SettingName> {
  readonly value: Settings[N]
  readonly from: string
}

/** What the administrators of this computer decided: `defaults` may be changed by the user, `enforced` may not. */
export interface Policy {
  readonly defaults: { readonly [N in SettingName]?: PolicyEntry<N> }
  readonly enforced: { readonly [N in SettingName]?: PolicyEntry<N> }
}

export const noPolicy: Policy = { defaults: {}, enforced: {} }
