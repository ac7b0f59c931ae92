import { createStore } from 'zustand/vanilla'
import { defaultSettings } from '../../contract/setting-defaults.ts'
import type { Settings } from '../../contract/settings.ts'
import type { Api } from '../lib/api.ts'

export type SettingsStore = ReturnType<typeof createSettingsStore>

export function createSettingsStore(api: Api) {
  const store = createStore<Settings>(() => defaultSettings)
  const stop = api.on['settings.changed']((settings) => store.setState(settings, true))
  return {
    store,
    close: stop,
    async load() {
      const found = await api.settings.get()
      if (found.ok) store.setState(found.value, true)
    },
    set(patch: Partial<Settings>) {
      store.setState(patch)
      void api.settings.set(patch)
    },
  }
}
