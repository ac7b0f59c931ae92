import { ipcMain } from 'electron'
import type { IpcMainInvokeEvent, WebContents } from 'electron'
import { callChannel, eventChannel } from '../../contract/channels.ts'
import type { Result } from '../../contract/errors.ts'
import type { App } from '../app.ts'
import type { Log } from '../host.ts'
import { appOrigin } from './app-scheme.ts'

interface Deps {
  readonly app: Pick<App, 'dispatch' | 'subscribe'>
  /** The web contents of the app's own windows that are open now. */
  readonly contents: () => readonly WebContents[]
  readonly log: Log
}

/** Why a call is not from our page in the main frame of a window of ours, or null when it is. */
function forgery(event: IpcMainInvokeEvent, all: readonly WebContents[]): string | null {
  const own = all.find((contents) => contents.id === event.sender.id)
  if (own === undefined || own.isDestroyed()) return 'window'
  try {
    const frame = event.senderFrame
    if (frame === null || frame.detached) return 'gone'
    const main = own.mainFrame
    const isMain = frame.parent === null && frame.processId === main.processId && frame.routingId === main.routingId
    if (!isMain) return 'frame'
    return frame.origin === appOrigin ? null : 'origin'
  } catch {
    // Electron throws when a frame is disposed of while it is looked at.
    return 'gone'
  }
}

/** The only user of `ipcMain`: one channel in, one out. Returns its end. */
export function openBridge({ app, contents, log }: Deps): () => void {
  ipcMain.handle(callChannel, async (event, route: unknown, input: unknown): Promise<Result<unknown>> => {
    const reason = typeof route === 'string' ? forgery(event, contents()) : 'route'
    if (typeof route === 'string' && reason === null) return await app.dispatch(route, input)
    log({ level: 'warn', event: 'bridge.refused', fields: { reason } })
    return { ok: false, error: { code: 'forbidden' } }
  })
  const unsubscribe = app.subscribe(({ name, payload }) => {
    for (const own of contents()) if (!own.isDestroyed()) own.send(eventChannel, name, payload)
  })
  return () => {
    unsubscribe()
    ipcMain.removeHandler(callChannel)
  }
}
