import { app } from 'electron'
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron'
import type { App } from '../app.ts'
import type { Flavour } from '../flavour.ts'
import type { Log } from '../host.ts'
import type { Graphics } from '../system/window/graphics.ts'
import { openContextMenu } from './context-menu.ts'
import { createCrashWatch } from './crash.ts'
import { followMenu } from './menu.ts'
import { savePdf } from './print.ts'
import { answerProxies } from './proxy-auth.ts'
import { relaunch } from './relaunch.ts'
import { followSpelling } from './spelling.ts'
import { followTheme } from './theme.ts'
import { openWindowSession } from './window-session.ts'
import { makeWindow, openWindow } from './window.ts'
import { zoomBy } from './zoom.ts'

interface Deps {
  readonly hosted: App
  readonly flavour: Flavour
  /** The folder of the built window, and the preload of every window. */
  readonly renderer: string
  readonly preload: string
  readonly icon: string
  /** Where the window's size and place are kept. */
  readonly placeFile: string
  readonly graphics: Graphics
  /** The AppImage that this is, if it is one. */
  readonly appImage: string | null
  /** Brings the main window to the front, or makes it. */
  readonly show: () => void
  readonly log: Log
}

/** The main window with all that surrounds its page: menus, theme, zoom, spelling, printing, and what is done when it crashes. */
export interface Front {
  open(): BrowserWindow
  /** Another window of the app, locked down like the main one and with its context menus, without its place. */
  make(look: Omit<BrowserWindowConstructorOptions, 'webPreferences'>): BrowserWindow
  /** The page is there to be seen. */
  painted(): void
  savePdf(title: string): Promise<'saved' | 'cancelled' | 'unavailable'>
  close(): void
}

export function createFront(deps: Deps): Front {
  const { hosted, flavour, renderer, preload, icon, placeFile, graphics, appImage, show, log } = deps
  const devTools = flavour.developer
  const image = async (fileId: string): ReturnType<App['image']> => await hosted.image(fileId)
  const session = openWindowSession({ image, root: renderer, devTools, log })
  const page = { session, preload, devTools }
  let window: BrowserWindow | null = null
  const stops = [followTheme(hosted), followSpelling(session, hosted, log)]
  const menu = followMenu({ hosted, flavour, show, zoom: (step) => zoomBy(hosted, step) })
  const crashes = createCrashWatch({ hosted, graphics, show, relaunch: () => relaunch(appImage), log })
  answerProxies(hosted)
  app.on('will-quit', () => graphics.ended())

  return {
    open() {
      const opened = openWindow({ title: app.getName(), icon, page, placeFile, hosted, crashes, log })
      window = opened
      menu.windowIs(true)
      opened.once('closed', () => {
        if (window !== opened) return
        window = null
        menu.windowIs(false)
      })
      return opened
    },
    make(look) {
      const made = makeWindow(look, page)
      made.webContents.on('context-menu', (_event, params) => openContextMenu(made, params, { hosted, log }))
      return made
    },
    painted: () => crashes.painted(),
    savePdf: async (title) => (window === null ? 'unavailable' : await savePdf(window, title)),
    close() {
      menu.close()
      for (const stop of stops) stop()
    },
  }
}
