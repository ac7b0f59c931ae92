import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settings } from '../../contract/settings.ts'
import type { Settings } from '../../contract/settings.ts'
import type { Log } from '../host.ts'

const defaults: Settings = { theme: 'system', lastTarget: null, lastConversationId: null }

/** The settings file (`settings.json`, no secrets). Unknown or damaged entries fall back to their defaults, one by one. */
export interface SettingsStore {
  get(): Settings
  set(patch: Partial<Settings>): Settings
}

function read(path: string): Settings {
  let found: unknown
  try {
    found = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return defaults
  }
  if (typeof found !== 'object' || found === null) return defaults
  let kept = defaults
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
  }
}
