import { Menu } from 'electron'
import type { BrowserWindow, ContextMenuParams, MenuItemConstructorOptions } from 'electron'

/** Spelling and the clipboard, for what was clicked on; nothing where neither applies. */
export function openContextMenu(window: BrowserWindow, params: ContextMenuParams): void {
  const spelling: MenuItemConstructorOptions[] = params.dictionarySuggestions.map((word) => ({
    label: word,
    click: () => window.webContents.replaceMisspelling(word),
  }))
  if (params.misspelledWord !== '' && spelling.length === 0) spelling.push({ label: 'No suggestions', enabled: false })
  const { canCut, canCopy, canPaste, canSelectAll } = params.editFlags
  const editing: MenuItemConstructorOptions[] = [
    { role: 'cut', enabled: canCut },
    { role: 'copy', enabled: canCopy },
    { role: 'paste', enabled: canPaste },
    { role: 'pasteAndMatchStyle', enabled: canPaste },
    { type: 'separator' },
    { role: 'selectAll', enabled: canSelectAll },
  ]
  const selection: MenuItemConstructorOptions[] = params.selectionText.trim() === '' ? [] : [{ role: 'copy' }]
  const separator: MenuItemConstructorOptions[] = spelling.length > 0 ? [{ type: 'separator' }] : []
  const items = params.isEditable ? [...spelling, ...separator, ...editing] : selection
  if (items.length > 0) Menu.buildFromTemplate(items).popup({ window })
}
