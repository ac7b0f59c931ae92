import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSettings } from '../../contract/setting-defaults.ts'
import { settingNames, settings } from '../../contract/settings.ts'
import type { SettingOrigins, Settings } from '../../contract/settings.ts'
import type { Log } from '../host.ts'

/** The settings file (`settings.json`, no secrets). Unknown or damaged entries fall back to their defaults, one by one. */
export interface SettingsStore {
  get(): Settings
  set(patch: Partial<Settings>): Settings
  /** Who set each. */
  origins(): SettingOrigins
}

function read(path: string): Settings {
  let found: unknown
  try {
    found = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return defaultSettings
  }
  if (typeof found !== 'object' || found === null) return defaultSettings
  let kept = defaultSettings
  for (const [name, value] of Object.entries(found)) {
    const candidate = settings.safeParse({ ...kept, [name]: value })
    if (candidate.success) kept = candidate.data
  }
  return kept
}

export function createSettings({
  folder,
  log,
  onChange,
}: {
  folder: string
  log: Log
  onChange: (settings: Settings) => void
}): SettingsStore {
  const path = join(folder, 'settings.json')
  let current = read(path)
  return {
    get: () => current,
    set(patch) {
      current = { ...current, ...patch }
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        writeFileSync(`${path}.tmp`, JSON.stringify(current, null, 2), { mode: 0o600 })
        renameSync(`${path}.tmp`, path)
      } catch (thrown) {
        log({
          level: 'warn',
          event: 'settings.not-saved',
          fields: { code: String((thrown as { code?: unknown }).code) },
        })
      }
      onChange(current)
      return current
    },
    origins: () =>
      Object.fromEntries(
        settingNames.map((name) => [name, { by: 'default', from: null }]),
      ) as unknown as SettingOrigins,
  }
}
