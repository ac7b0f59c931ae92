import { Menu, clipboard, session } from 'electron'
import type { BrowserWindow, ContextMenuParams } from 'electron'
import type { App } from '../app.ts'
import { isOpenable } from '../handlers/links.ts'
import type { Log } from '../host.ts'
import { contextItems } from '../system/menu/context-items.ts'
import type { ContextAct } from '../system/menu/context-items.ts'
import { desktopSystem } from '../system/menu/menu-entry.ts'
import { imageIdOf } from './app-scheme.ts'
import { menuTemplate } from './menu-template.ts'
import { saveImage } from './print.ts'

/** What applies to what was clicked on, or to where the caret is; nothing where nothing applies. */
export function openContextMenu(
  window: BrowserWindow,
  params: ContextMenuParams,
  { hosted, log }: { hosted: Pick<App, 'dispatch' | 'image'>; log: Log },
): void {
  const contents = window.webContents
  const act = (chosen: ContextAct): void => {
    switch (chosen.do) {
      case 'replace':
        return contents.replaceMisspelling(chosen.word)
      case 'learn':
        // The window's own session keeps nothing on disk and takes no words; both read the same dictionary.
        return void session.defaultSession.addWordToSpellCheckerDictionary(chosen.word)
      case 'open-link':
        return void hosted.dispatch('app.openExternal', { url: chosen.url })
      case 'copy-text':
        return void clipboard.writeText(chosen.text)
      case 'copy-image':
        return contents.copyImageAt(params.x, params.y)
      case 'save-image':
        return void saveImage(window, { fileId: chosen.fileId, name: params.altText, hosted, log })
    }
  }
  const system = desktopSystem(process.platform)
  const items = contextItems(params, { system, canOpen: isOpenable, fileIdOf: imageIdOf })
  if (items.length === 0) return
  // By the keyboard it opens at the caret, not where the pointer happens to be.
  const place = params.menuSourceType === 'keyboard' ? { x: params.x, y: params.y } : {}
  Menu.buildFromTemplate(menuTemplate(items, act)).popup({
    window,
    ...place,
    sourceType: params.menuSourceType,
    ...(params.frame === null ? {} : { frame: params.frame }),
  })
}
