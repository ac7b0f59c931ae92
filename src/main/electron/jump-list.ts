import { Menu, app } from 'electron'
import type { JumpListCategory, JumpListItem, MenuItemConstructorOptions } from 'electron'
import type { Log } from '../host.ts'
import type { LaunchVerb } from '../system/start/arguments.ts'
import { jumpList, tasks } from '../system/notices/recents.ts'
import type { JumpItem, Recent } from '../system/notices/recents.ts'

interface Deps {
  readonly protocol: string
  readonly hasQuick: boolean
  readonly act: (verb: LaunchVerb) => void
  readonly open: (conversationId: string) => void
  readonly log: Log
}

/** The jump list of Windows and the Dock menu of macOS. On Linux the desktop entry has the same tasks. */
export interface SystemMenu {
  update(recent: readonly Recent[]): void
}

const item = ({ title, description, args }: JumpItem): JumpListItem => ({
  type: 'task',
  title,
  description,
  args,
  program: process.execPath,
  iconPath: process.execPath,
  iconIndex: 0,
})

export function createSystemMenu({ protocol, hasQuick, act, open, log }: Deps): SystemMenu {
  let last = ''

  const windows = (recent: readonly Recent[]): void => {
    const removed = app.getJumpListSettings().removedItems.map(({ args }) => args ?? '')
    const list = jumpList({ protocol, hasQuick, recent, removed })
    const asked: JumpListCategory = { type: 'tasks', items: list.tasks.map(item) }
    const own: JumpListCategory[] =
      list.recent.length === 0 ? [] : [{ type: 'custom', name: 'Recent chats', items: list.recent.map(item) }]
    const outcome = app.setJumpList([...own, asked])
    if (outcome === 'ok') return
    log({ level: 'warn', event: 'jump-list.refused', fields: { reason: outcome } })
    // Windows' privacy settings refuse lists of what was open: then the tasks alone.
    if (own.length > 0) app.setJumpList([asked])
  }
  const dock = (recent: readonly Recent[]): void => {
    const items: MenuItemConstructorOptions[] = recent.map(({ title, conversationId }) => ({
      label: title,
      click: () => open(conversationId),
    }))
    if (items.length > 0) items.push({ type: 'separator' })
    for (const { title, verb } of tasks(hasQuick)) items.push({ label: title, click: () => act(verb) })
    app.dock?.setMenu(Menu.buildFromTemplate(items))
  }

  return {
    update(recent) {
      const next = JSON.stringify(recent)
      if (next === last) return
      last = next
      if (process.platform === 'win32') windows(recent)
      else if (process.platform === 'darwin') dock(recent)
    },
  }
}
