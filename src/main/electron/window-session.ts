import { session } from 'electron'
import type { Session } from 'electron'
import type { Log } from '../host.ts'
import { createAppProtocol } from './app-scheme.ts'
import { guardSession } from './guard.ts'

interface Deps {
  readonly image: Parameters<typeof createAppProtocol>[0]['image']
  /** The folder of the built window. */
  readonly root: string
  readonly devTools: boolean
  readonly log: Log
}

/** The session of the app's windows, which serves them the app's own files. In memory: Chromium keeps nothing of them on disk. */
export function openWindowSession({ image, root, devTools, log }: Deps): Session {
  const windowSession = session.fromPartition('window')
  for (const one of [session.defaultSession, windowSession]) guardSession(one, { log, devTools })
  session.defaultSession.setSpellCheckerEnabled(false)
  windowSession.protocol.handle('app', createAppProtocol({ root, image, log }))
  return windowSession
}
