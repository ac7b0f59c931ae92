import { screen } from 'electron'
import type { BrowserWindow } from 'electron'
import type { Log } from '../host.ts'
import { openingPlace, placeOf, readPlaces, rescued, writePlace } from '../system/window/window-place.ts'
import type { Opening, Screen } from '../system/window/window-place.ts'

/** Milliseconds after the last move before the place is written. */
const quiet = 1_000

const screens = (): Screen[] => {
  const primary = screen.getPrimaryDisplay().id
  return screen
    .getAllDisplays()
    .map(({ id, workArea }) => ({ id, area: workArea }))
    .sort((a, b) => Number(b.id === primary) - Number(a.id === primary))
}

export const placeToOpen = (file: string): Opening => openingPlace(screens(), readPlaces(file))

/** Keeps where the window is, and the window within reach when screens go or change. */
export function followPlace(window: BrowserWindow, file: string, log: Log): void {
  let timer: NodeJS.Timeout | undefined
  const keep = (): void => {
    clearTimeout(timer)
    const state = { maximized: window.isMaximized(), fullScreen: window.isFullScreen() }
    const place = placeOf(window.getNormalBounds(), state, screens())
    try {
      if (place !== null) writePlace(file, place)
    } catch (thrown) {
      const { code = '' } = thrown as NodeJS.ErrnoException
      log({ level: 'warn', event: 'window.place-not-kept', fields: { code } })
    }
  }
  const later = (): void => {
    clearTimeout(timer)
    timer = setTimeout(keep, quiet)
  }
  const rescue = (): void => {
    if (window.isFullScreen() || window.isMaximized() || window.isMinimized()) return
    const bounds = rescued(window.getBounds(), screens())
    if (bounds !== null) window.setBounds(bounds)
  }

  window.on('resize', later)
  window.on('move', later)
  window.on('hide', keep)
  window.on('close', keep)
  window.on('show', rescue)
  window.on('restore', rescue)
  window.on('unmaximize', rescue)
  screen.on('display-removed', rescue)
  screen.on('display-metrics-changed', rescue)
  window.once('closed', () => {
    clearTimeout(timer)
    screen.off('display-removed', rescue)
    screen.off('display-metrics-changed', rescue)
  })
}
