import type { MenuItemConstructorOptions } from 'electron'

/** The application menu: roles only, so that each system words and binds them in its own way. */
export function menuTemplate({ mac, devTools }: { mac: boolean; devTools: boolean }): MenuItemConstructorOptions[] {
  const separator = { type: 'separator' } as const
  const developer: MenuItemConstructorOptions[] = devTools
    ? [separator, { role: 'forceReload' }, { role: 'toggleDevTools' }]
    : []
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    { label: '&File', submenu: [mac ? { role: 'close' } : { role: 'quit' }] },
    {
      label: '&Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        separator,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'pasteAndMatchStyle' },
        { role: 'delete' },
        { role: 'selectAll' },
      ],
    },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        ...developer,
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: mac ? [] : [{ role: 'about' }] },
  ]
}
