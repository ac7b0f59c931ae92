import { z } from 'zod'
import { defaultSettings } from '../src/contract/setting-defaults.ts'
import { settingNames, settingsTable } from '../src/contract/settings.ts'
import type { SettingName } from '../src/contract/settings.ts'

/** How a value is written down; null, which only texts may be, is written by leaving it out. */
export type SettingForm =
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'list'; readonly most: number }
  | { readonly kind: 'text'; readonly longest: number }

/** What a policy may decide, and how each template writes it. */
export interface PolicySetting {
  readonly name: SettingName
  readonly title: string
  readonly about: string
  /** A recommendation makes sense only where the user has a say. */
  readonly recommendable: boolean
  readonly form: SettingForm
  readonly schema: z.core.JSONSchema.JSONSchema
  /** What the examples say: the built-in default, or something to replace where there is none. */
  readonly example: boolean | number | string | readonly string[]
}

/** For the settings that are null by default. */
const examples: Readonly<Partial<Record<SettingName, string>>> = {
  quickShortcut: 'Control+Shift+Space',
  updateMirror: 'https://mirror.example.org/hestami-chat/',
  platformUrl: 'https://platform.example.org',
  librechatUrl: 'https://chat.example.org',
}

function formOf(name: SettingName, schema: z.core.JSONSchema.JSONSchema): SettingForm {
  const inner = schema.anyOf?.find((part) => typeof part === 'object' && part.type !== 'null')
  if (typeof inner === 'object') return formOf(name, inner)
  if (schema.type === 'boolean') return { kind: 'switch' }
  if (Array.isArray(schema.enum)) return { kind: 'choice', values: schema.enum as string[] }
  if (schema.type === 'number' && schema.minimum !== undefined && schema.maximum !== undefined)
    return { kind: 'number', min: schema.minimum, max: schema.maximum }
  if (schema.type === 'array' && schema.maxItems !== undefined) return { kind: 'list', most: schema.maxItems }
  if (schema.type === 'string' && schema.maxLength !== undefined) return { kind: 'text', longest: schema.maxLength }
  throw new Error(`the policy templates have no form for ${name}`)
}

function settingOf(name: SettingName): PolicySetting {
  const { owner, title, about, schema: parser } = settingsTable[name]
  const { $schema: _version, ...schema } = z.toJSONSchema(parser)
  const example = examples[name] ?? defaultSettings[name]
  if (example === null || (typeof example === 'object' && !Array.isArray(example)))
    throw new Error(`the policy templates have no example for ${name}`)
  return {
    name,
    title,
    about,
    recommendable: owner === 'user',
    form: formOf(name, schema),
    schema,
    example,
  }
}

/** In the order of the settings table. Throws when a setting cannot be written down in every template. */
export const policySettings = (): readonly PolicySetting[] =>
  settingNames.filter((name) => settingsTable[name].owner !== 'app').map(settingOf)

/** What both example files say: defaults as recommendations, the rest enforced. */
export interface ExamplePolicy {
  readonly enforced: Readonly<Record<string, PolicySetting['example']>>
  readonly recommended: Readonly<Record<string, PolicySetting['example']>>
}

export function examplePolicy(settings: readonly PolicySetting[]): ExamplePolicy {
  const pick = (recommendable: boolean): Record<string, PolicySetting['example']> =>
    Object.fromEntries(
      settings.filter((setting) => setting.recommendable === recommendable).map(({ name, example }) => [name, example]),
    )
  return { enforced: pick(false), recommended: pick(true) }
}
