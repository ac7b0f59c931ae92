import { ipcMain } from 'electron'
import type { IpcMainInvokeEvent, WebContents } from 'electron'
import { callChannel, eventChannel } from '../../contract/channels.ts'
import type { Result } from '../../contract/errors.ts'
import type { App } from '../app.ts'
import type { Log } from '../host.ts'
import { appOrigin } from './app-scheme.ts'

interface Deps {
  readonly app: Pick<App, 'dispatch' | 'subscribe'>
  /** The web contents of the one window, or null while there is none. */
  readonly contents: () => WebContents | null
  readonly log: Log
}

/** Why a call is not from our page in the main frame of our window, or null when it is. */
function forgery(event: IpcMainInvokeEvent, own: WebContents | null): string | null {
  if (own === null || own.isDestroyed() || event.sender.id !== own.id) return 'window'
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
    const own = contents()
    if (own !== null && !own.isDestroyed()) own.send(eventChannel, name, payload)
  })
  return () => {
    unsubscribe()
    ipcMain.removeHandler(callChannel)
  }
}
