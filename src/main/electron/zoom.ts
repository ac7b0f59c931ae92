import type { BrowserWindow } from 'electron'
import type { App } from '../app.ts'
import { zoomAfter } from '../system/menu/zoom-steps.ts'
import type { ZoomStep } from '../system/menu/zoom-steps.ts'

export function zoomBy({ settings }: Pick<App, 'settings'>, step: ZoomStep): void {
  const { zoom } = settings.get()
  const next = zoomAfter(zoom, step)
  // The wheel knows nothing of administrators.
  if (next !== zoom && settings.origins().zoom.by !== 'policy') settings.set({ zoom: next })
}

/** Everything in the window is as large as the settings say; Ctrl and the wheel change them. */
export function followZoom(window: BrowserWindow, hosted: Pick<App, 'settings' | 'subscribe'>): void {
  const contents = window.webContents
  const apply = (): void => {
    if (!contents.isDestroyed()) contents.setZoomFactor(hosted.settings.get().zoom)
  }
  contents.on('zoom-changed', (_event, direction) => zoomBy(hosted, direction))
  // Chromium keeps sizes by page; the page of a new process has none yet.
  contents.on('did-finish-load', apply)
  const stop = hosted.subscribe(({ name }) => {
    if (name === 'settings.changed') apply()
  })
  window.once('closed', stop)
}
