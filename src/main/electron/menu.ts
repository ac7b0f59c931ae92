import { Menu, clipboard } from 'electron'
import type { AppInfo } from '../../contract/app.ts'
import type { SessionState } from '../../contract/session.ts'
import type { App } from '../app.ts'
import type { Flavour } from '../flavour.ts'
import { desktopSystem } from '../system/menu/menu-entry.ts'
import { menuItems } from '../system/menu/menu-items.ts'
import type { MenuAct } from '../system/menu/menu-items.ts'
import { menuTemplate } from './menu-template.ts'

type Hosted = Pick<App, 'commands' | 'dispatch' | 'settings' | 'subscribe'>

/** What build this is, in lines, onto the clipboard. */
export async function copyVersion(hosted: Pick<App, 'dispatch'>): Promise<void> {
  const info = await hosted.dispatch('app.info', undefined)
  if (info.ok) await clipboard.writeText((info.value as AppInfo).details)
}

interface Deps {
  readonly hosted: Hosted
  readonly flavour: Flavour
  /** Brings the main window to the front, or makes it. */
  readonly show: () => void
  readonly zoom: (act: Extract<MenuAct, { do: 'zoom' }>['step']) => void
}

export interface AppMenu {
  /** The main window came or went. */
  windowIs(there: boolean): void
  close(): void
}

/** The application menu, built again when what it says changes. */
export function followMenu({ hosted, flavour, show, zoom }: Deps): AppMenu {
  let window = false
  let chat = false
  let shown = ''

  const act = (chosen: MenuAct): void => {
    if (chosen.do === 'zoom') zoom(chosen.step)
    else if (chosen.do === 'copy-version') void copyVersion(hosted)
    else if (chosen.do === 'spellcheck') hosted.settings.set({ spellcheck: chosen.on })
    else {
      show()
      hosted.commands.give(chosen.command)
    }
  }
  const build = (): void => {
    const { spellcheck, updates, zoom: size } = hosted.settings.get()
    const origins = hosted.settings.origins()
    const items = menuItems({
      system: desktopSystem(process.platform),
      productName: flavour.productName,
      developer: flavour.developer,
      window,
      chat,
      zoom: size,
      spellcheck,
      fixed: { zoom: origins.zoom.by === 'policy', spellcheck: origins.spellcheck.by === 'policy' },
      updates,
    })
    const next = JSON.stringify(items)
    if (next === shown) return
    shown = next
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(items, act)))
  }
  const session = ({ phase }: SessionState): void => {
    chat = phase === 'signed-in' || phase === 'expired'
    build()
  }

  build()
  const close = hosted.subscribe(({ name, payload }) => {
    if (name === 'session.changed') session(payload as SessionState)
    else if (name === 'settings.changed') build()
  })
  return {
    windowIs(there) {
      window = there
      build()
    },
    close,
  }
}
