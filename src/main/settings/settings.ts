import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSettings } from '../../contract/setting-defaults.ts'
import { settingNames, settingsTable } from '../../contract/settings.ts'
import type { SettingName, SettingOrigin, SettingOrigins, Settings } from '../../contract/settings.ts'
import { Fault } from '../fault.ts'
import type { Log } from '../host.ts'
import { noPolicy } from '../policy/policy.ts'
import type { Policy } from '../policy/policy.ts'

/**
 * The settings that apply: what a policy enforces, else what the user chose, else what a policy recommends, else the built-in default.
 * Only what the user (or the app itself) chose is in `settings.json`; no secrets.
 */
export interface SettingsStore {
  get(): Settings
  /** Throws a Fault `managed` that names a setting which is an administrator's; nothing of the patch is taken then. */
  set(patch: Partial<Settings>): Settings
  /** Forgets what the user chose. Faults as `set`. */
  reset(name: SettingName): Settings
  /** Who set each. */
  origins(): SettingOrigins
  /** The administrators decided anew. */
  applyPolicy(policy: Policy): void
}

/** What is in the file, as it is: entries of a newer version have to be there when that version is back. */
function readStored(path: string, log: Log): Readonly<Record<string, unknown>> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return {}
  }
  try {
    const found: unknown = JSON.parse(text)
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return { ...found }
  } catch {
    // Set aside below, like everything else that is not a settings file.
  }
  log({ level: 'warn', event: 'settings.damaged' })
  try {
    renameSync(path, path.replace(/\.json$/, '.damaged.json'))
  } catch {
    // It is written over at the next change.
  }
  return {}
}

function write(folder: string, path: string, stored: Readonly<Record<string, unknown>>): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(`${path}.tmp`, JSON.stringify(stored, null, 2), { mode: 0o600 })
  renameSync(`${path}.tmp`, path)
}

interface Deps {
  readonly folder: string
  readonly log: Log
  readonly policy?: Policy
  readonly onChange: (settings: Settings) => void
}

export function createSettings({ folder, log, policy: given = noPolicy, onChange }: Deps): SettingsStore {
  const path = join(folder, 'settings.json')
  let stored = readStored(path, log)
  let policy = given

  /** What the user chose, where it is still a value that this version knows. */
  const chosen = (name: SettingName): { readonly value: unknown } | null => {
    if (settingsTable[name].owner === 'administrator' || !Object.hasOwn(stored, name)) return null
    const parsed = settingsTable[name].schema.safeParse(stored[name])
    return parsed.success ? { value: parsed.data } : null
  }
  const effective = (name: SettingName): { readonly value: unknown; readonly origin: SettingOrigin } => {
    const enforced = policy.enforced[name]
    if (enforced !== undefined) return { value: enforced.value, origin: { by: 'policy', from: enforced.from } }
    const own = chosen(name)
    if (own !== null) return { value: own.value, origin: { by: 'user', from: null } }
    const recommended = policy.defaults[name]
    if (recommended !== undefined)
      return { value: recommended.value, origin: { by: 'policy-default', from: recommended.from } }
    return { value: defaultSettings[name], origin: { by: 'default', from: null } }
  }
  const work = (): Settings =>
    Object.fromEntries(settingNames.map((name) => [name, effective(name).value])) as unknown as Settings
  let current = work()

  const allow = (name: SettingName): void => {
    if (settingsTable[name].owner === 'administrator' || policy.enforced[name] !== undefined)
      throw new Fault({ code: 'managed', setting: name })
  }
  const keep = (next: Readonly<Record<string, unknown>>): Settings => {
    stored = next
    try {
      write(folder, path, stored)
    } catch (thrown) {
      log({ level: 'warn', event: 'settings.not-saved', fields: { code: String((thrown as { code?: unknown }).code) } })
    }
    current = work()
    onChange(current)
    return current
  }

  return {
    get: () => current,
    set(patch) {
      const names = Object.keys(patch) as SettingName[]
      names.forEach(allow)
      return keep({ ...stored, ...patch })
    },
    reset(name) {
      allow(name)
      const { [name]: _forgotten, ...rest } = stored
      return keep(rest)
    },
    origins: () =>
      Object.fromEntries(settingNames.map((name) => [name, effective(name).origin])) as unknown as SettingOrigins,
    applyPolicy(next) {
      policy = next
      current = work()
      onChange(current)
    },
  }
}
