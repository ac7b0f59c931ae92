import { createStore } from 'zustand/vanilla'
import type { AppError, Result } from '../../contract/errors.ts'
import { defaultSettings } from '../../contract/setting-defaults.ts'
import type { SettingName, SettingOrigins, Settings } from '../../contract/settings.ts'
import type { Api } from '../lib/api.ts'

export interface SettingsTold {
  /** Who set each; null until somebody wants to know. */
  readonly origins: SettingOrigins | null
  /** Why the last change of a setting did not happen. */
  readonly errors: { readonly [N in SettingName]?: AppError }
}

export type SettingsStore = ReturnType<typeof createSettingsStore>

/** What applies now (`store`), and what main tells about it (`told`). */
export function createSettingsStore(api: Api) {
  const store = createStore<Settings>(() => defaultSettings)
  const told = createStore<SettingsTold>(() => ({ origins: null, errors: {} }))
  let wanted = false
  let asked = 0

  const loadOrigins = async (): Promise<void> => {
    wanted = true
    const question = ++asked
    const found = await api.settings.origins()
    // A later question has the newer answer.
    if (found.ok && question === asked) told.setState({ origins: found.value })
  }
  const stop = api.on['settings.changed']((settings) => {
    store.setState(settings, true)
    if (wanted) void loadOrigins()
  })
  const load = async (): Promise<void> => {
    const found = await api.settings.get()
    if (found.ok) store.setState(found.value, true)
  }
  const settle = (names: readonly SettingName[], result: Result<unknown>): void =>
    told.setState(({ errors }) => {
      const rest = Object.entries(errors).filter(([name]) => !names.includes(name as SettingName))
      const failed = result.ok ? [] : names.map((name) => [name, result.error] as const)
      return { errors: Object.fromEntries([...rest, ...failed]) }
    })

  return {
    store,
    told: { store: told },
    close: stop,
    load,
    loadOrigins,
    /** Applies at once; goes back to what it was when main does not take it. */
    async set(patch: Partial<Settings>): Promise<Result<Settings>> {
      const names = Object.keys(patch) as SettingName[]
      const before = store.getState()
      store.setState(patch)
      const result = await api.settings.set(patch)
      settle(names, result)
      if (result.ok) return result
      // What was changed once more since is not taken back.
      const now = store.getState()
      const ours = names.filter((name) => now[name] === patch[name])
      store.setState(Object.fromEntries(ours.map((name) => [name, before[name]])))
      await load()
      return result
    },
    /** Forgets what the user chose: the default, or what an administrator recommends, applies again. */
    async reset(name: SettingName): Promise<void> {
      const result = await api.settings.reset({ name })
      settle([name], result)
      if (result.ok) store.setState(result.value, true)
    },
    /** What was told of changes that did not happen has been read. */
    forgetErrors: () => told.setState({ errors: {} }),
  }
}
