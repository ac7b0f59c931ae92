import type { AppCommand } from '../../contract/app.ts'
import type { Api } from '../lib/api.ts'
import type { PanelsStore } from './panels.ts'
import type { Printing } from './printing.ts'
import type { UpdatesStore } from './updates.ts'

/** What is asked of the chat itself. */
export type ChatCommand = Extract<AppCommand, { name: 'new-chat' | 'new-chat-with' | 'open-conversation' }>

interface ObeyDeps {
  readonly chat: (command: ChatCommand) => void
  readonly printing: Printing
  readonly panels: PanelsStore
  readonly updates: Pick<UpdatesStore, 'check'>
}

/** Who does what menus, links and notifications ask for. */
export function createObey({ chat, printing, panels, updates }: ObeyDeps): (command: AppCommand) => void {
  return (command) => {
    switch (command.name) {
      case 'new-chat':
      case 'new-chat-with':
      case 'open-conversation':
        return chat(command)
      case 'focus-composer':
        return printing.focusComposer()
      case 'print':
        return printing.print()
      case 'save-pdf':
        return void printing.savePdf()
      case 'check-for-updates':
        panels.open('settings', 'updates')
        return void updates.check()
      default:
        return panels.open(command.name)
    }
  }
}

/** Resolves when the page has been painted; at once when it cannot be seen, for then nothing is. */
async function painted(): Promise<void> {
  await new Promise<void>((resolve) => {
    const hidden = (): void => {
      if (!document.hidden) return
      document.removeEventListener('visibilitychange', hidden)
      resolve()
    }
    document.addEventListener('visibilitychange', hidden)
    hidden()
    // The first frame is asked for, the second one comes after it was painted.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        document.removeEventListener('visibilitychange', hidden)
        resolve()
      }),
    )
  })
}

/** Tells main that the window is there, and does what was and is asked of it. Returns its end. */
export function followCommands(api: Api, obey: (command: AppCommand) => void): () => void {
  const stop = api.on['app.command'](obey)
  const ready = async (): Promise<void> => {
    await painted()
    const waiting = await api.app.ready()
    if (waiting.ok) for (const command of waiting.value) obey(command)
  }
  void ready()
  return stop
}
