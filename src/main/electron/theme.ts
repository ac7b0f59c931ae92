import { nativeTheme } from 'electron'
import { settings } from '../../contract/settings.ts'
import type { App } from '../app.ts'

/** Menus, scroll bars, dialogs and the ground behind the page follow the theme in the settings. Returns its end. */
export function followTheme(app: Pick<App, 'dispatch' | 'subscribe'>): () => void {
  const follow = (value: unknown): void => {
    const read = settings.safeParse(value)
    if (read.success) nativeTheme.themeSource = read.data.theme
  }
  const unsubscribe = app.subscribe(({ name, payload }) => {
    if (name === 'settings.changed') follow(payload)
  })
  void app.dispatch('settings.get', undefined).then((result) => {
    if (result.ok) follow(result.value)
  })
  return unsubscribe
}
