import { defaultSettings } from '../src/contract/setting-defaults.ts'
import { settingsTable } from '../src/contract/settings.ts'
import type { SettingName } from '../src/contract/settings.ts'
import type { PolicySetting } from './describe.ts'

export type Example = boolean | number | string | readonly string[]

/** For the settings that are null by default. */
const examples: Readonly<Partial<Record<SettingName, string>>> = {
  quickShortcut: 'Control+Shift+Space',
  updateMirror: 'https://mirror.example.org/hestami-chat/',
  platformUrl: 'https://platform.example.org',
  librechatUrl: 'https://chat.example.org',
}

/** What the examples say: the built-in default, or something to replace where there is none. */
export function exampleOf({ name }: Pick<PolicySetting, 'name'>): Example {
  const value = examples[name] ?? defaultSettings[name]
  if (value === null || (typeof value === 'object' && !Array.isArray(value)))
    throw new Error(`the policy templates have no example for ${name}`)
  return value as Example
}

/** A policy with every setting: what users may change as defaults, the rest enforced. */
export function examplePolicy(settings: readonly PolicySetting[]): Record<'enforced' | 'recommended', object> {
  const of = (users: boolean): Record<string, Example> =>
    Object.fromEntries(
      settings
        .filter(({ name }) => (settingsTable[name].owner === 'user') === users)
        .map((setting) => [setting.name, exampleOf(setting)]),
    )
  return { enforced: of(false), recommended: of(true) }
}
