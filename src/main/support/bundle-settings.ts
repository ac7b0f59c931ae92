import type { z } from 'zod'
import type { BundleLineOf } from '../../contract/bundle-lines.ts'
import { settingNames, settingsTable } from '../../contract/settings.ts'
import type { SettingName, SettingOrigins, Settings } from '../../contract/settings.ts'

/** `enum`, `boolean`, `number`, `string`…, whether null is allowed or not. */
function typeOf(schema: z.ZodType): string {
  const { def } = schema as unknown as { def: { type: string; innerType?: z.ZodType } }
  return def.innerType === undefined ? def.type : typeOf(def.innerType)
}

/** What is set, where that is a switch, a number or one of a few words; else only whether something is. */
function shown(name: SettingName, value: Settings[SettingName]): boolean | number | string | null {
  if (value === null) return null
  const type = typeOf(settingsTable[name].schema)
  if (type === 'boolean' && typeof value === 'boolean') return value
  if (type === 'number' && typeof value === 'number') return value
  const { schema } = settingsTable[name]
  if (type === 'enum' && typeof value === 'string' && schema.safeParse(value).success) return value
  return Array.isArray(value) && value.length === 0 ? 'none' : 'set'
}

/** The kind of the place a policy is from; the place itself may hold names. */
function kindOf(from: string | null): BundleLineOf<'settings'>['from'] {
  if (from === null) return null
  if (/^(HK[A-Z_]+|Computer)\\/.test(from)) return 'registry'
  if (/\.plist$|managed preferences/i.test(from)) return 'managed-preferences'
  return /\.json$/i.test(from) ? 'file' : 'other'
}

export const settingLines = (settings: Settings, origins: SettingOrigins): BundleLineOf<'settings'>[] =>
  settingNames.map((name) => ({
    section: 'settings',
    name,
    value: shown(name, settings[name]),
    by: origins[name].by,
    from: kindOf(origins[name].from),
  }))
