import type { MenuItemConstructorOptions } from 'electron'
import type { MenuEntry } from '../system/menu/menu-entry.ts'

/** Entries as Electron takes them; `act` does what a chosen one says. */
export function menuTemplate<Act>(
  entries: readonly MenuEntry<Act>[],
  act: (chosen: Act) => void,
): MenuItemConstructorOptions[] {
  return entries.map(({ act: does, submenu, role, ...entry }) => ({
    ...entry,
    ...(role === undefined ? {} : { role: role as NonNullable<MenuItemConstructorOptions['role']> }),
    ...(does === undefined ? {} : { click: () => act(does) }),
    ...(submenu === undefined ? {} : { submenu: menuTemplate(submenu, act) }),
  }))
}
