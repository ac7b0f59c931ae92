import { settingsTable } from '../../contract/settings.ts'
import type { SettingName } from '../../contract/settings.ts'
import type { PolicySource } from './parse-policy.ts'

/** The subkeys of a policy key: what is enforced, and what is a default. */
export const registryParts = { Enforced: 'enforced', Recommended: 'recommended' } as const

/** The registry has no booleans, fractions or null: what a value means follows from the setting's own schema. */
function meaning(name: string, type: string, text: string): unknown {
  const schema = Object.hasOwn(settingsTable, name) ? settingsTable[name as SettingName].schema : null
  const fits = (value: unknown): boolean => schema?.safeParse(value).success === true
  if (type === 'REG_DWORD') {
    const number = Number(text)
    if (fits(number === 1) && (number === 0 || number === 1)) return number === 1
    return number
  }
  // reg.exe prints the zeros between the strings of a list as \0.
  if (type === 'REG_MULTI_SZ') return text.split('\\0').filter((part) => part !== '')
  if (fits(text)) return text
  if (text.trim() !== '' && fits(Number(text))) return Number(text)
  if (text === '' && fits(null)) return null
  if (fits(text.split(',').map((part) => part.trim()))) return text.split(',').map((part) => part.trim())
  return text
}

/**
 * Reads what `reg.exe query <key> /s` printed. Lines of values begin with four blanks; name, type and data are four blanks apart, in
 * every language of Windows. `key`: the policy key that was asked for, in full.
 */
export function parseRegistry(printed: string, key: string): PolicySource {
  const found: Record<'enforced' | 'recommended', Record<string, unknown>> = { enforced: {}, recommended: {} }
  let part: 'enforced' | 'recommended' | null = null
  for (const line of printed.split(/\r?\n/)) {
    if (/^HKEY_/i.test(line)) {
      const rest = line.toLowerCase().startsWith(`${key.toLowerCase()}\\`) ? line.slice(key.length + 1).trim() : ''
      const name = Object.keys(registryParts).find((known) => known.toLowerCase() === rest.toLowerCase())
      part = name === undefined ? null : registryParts[name as keyof typeof registryParts]
      continue
    }
    const value = /^ {4}(\S+) {4}(REG_(?:SZ|EXPAND_SZ|DWORD|MULTI_SZ))(?: {4}(.*))?$/.exec(line)
    if (value === null || part === null) continue
    const [, name = '', type = '', text = ''] = value
    found[part][name] = meaning(name, type, text)
  }
  return { from: key, ...found }
}

/** The keys of a product, the computer's before the user's. */
export const registryKeys = (productName: string): readonly string[] =>
  ['HKEY_LOCAL_MACHINE', 'HKEY_CURRENT_USER'].map((hive) => `${hive}\\Software\\Policies\\Hestami\\${productName}`)
