import { join } from 'node:path'
import { Menu, Tray, nativeImage, nativeTheme } from 'electron'
import type { MenuItemConstructorOptions, NativeImage } from 'electron'
import { trayIconFiles, trayItems, trayTooltip } from '../system/closing/tray-items.ts'
import type { TrayAction, TrayItem, TrayState } from '../system/closing/tray-items.ts'

interface Deps {
  readonly resources: string
  readonly flavour: string
  readonly act: (action: TrayAction) => void
}

const mac = process.platform === 'darwin'
/** Pixels, where only the app's own icon is there. */
const size = 16

export interface TrayIcon {
  /** Null: no icon is wanted. */
  update(state: TrayState | null): void
  close(): void
}

export function createTrayIcon({ resources, flavour, act }: Deps): TrayIcon {
  let tray: Tray | null = null
  let last: TrayState | null = null

  const icon = (unread: boolean): NativeImage => {
    const darkPanel = nativeTheme.shouldUseDarkColors
    for (const file of trayIconFiles({ platform: process.platform, flavour, darkPanel, unread })) {
      const found = nativeImage.createFromPath(join(resources, file))
      if (found.isEmpty()) continue
      if (mac) found.setTemplateImage(true)
      return found
    }
    return nativeImage.createFromPath(join(resources, 'icon.png')).resize({ width: size, height: size })
  }
  const entry = (item: TrayItem): MenuItemConstructorOptions => {
    if (item.kind === 'separator') return { type: 'separator' }
    if (item.kind === 'menu') return { label: item.label, submenu: item.items.map(entry) }
    return { label: item.label, click: () => act(item.action) }
  }
  const drop = (): void => {
    tray?.destroy()
    tray = null
  }
  const draw = (): void => {
    if (last === null) return drop()
    const image = icon(last.unread > 0)
    if (tray === null) {
      tray = new Tray(image)
      // On macOS a click opens the menu, as with every other icon there.
      if (!mac) tray.on('click', () => act('open'))
    } else tray.setImage(image)
    tray.setToolTip(trayTooltip(last))
    tray.setContextMenu(Menu.buildFromTemplate(trayItems(last).map(entry)))
  }
  nativeTheme.on('updated', draw)

  return {
    update(state) {
      if (JSON.stringify(state) === JSON.stringify(last)) return
      last = state
      draw()
    },
    close() {
      nativeTheme.off('updated', draw)
      last = null
      drop()
    },
  }
}
