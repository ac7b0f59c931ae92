/** What a menu is made of, in plain data; `act` says what choosing an entry does, for whoever shows the menu. */
export interface MenuEntry<Act> {
  /** With `&` before the letter that Alt chooses, outside of macOS. */
  readonly label?: string
  /** One of Electron's roles: the system binds it and does it. */
  readonly role?: string
  readonly type?: 'separator' | 'checkbox'
  readonly checked?: boolean
  readonly accelerator?: string
  readonly enabled?: boolean
  readonly visible?: boolean
  readonly act?: Act
  readonly submenu?: readonly MenuEntry<Act>[]
}

export type DesktopSystem = 'mac' | 'windows' | 'linux'

export const desktopSystem = (platform: string): DesktopSystem =>
  platform === 'darwin' ? 'mac' : platform === 'win32' ? 'windows' : 'linux'

export const separator = { type: 'separator' } as const

/** The groups that have entries, with lines between them. */
export const grouped = <Act>(groups: readonly (readonly MenuEntry<Act>[])[]): MenuEntry<Act>[] =>
  groups.filter((group) => group.length > 0).flatMap((group, index) => (index === 0 ? group : [separator, ...group]))
