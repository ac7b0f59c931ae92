import type { EventPayload } from '../../contract/ipc.ts'
import type { EventName } from '../../contract/routes.ts'
import type { Cache } from '../cache/cache.ts'
import { eraseCache, openCache } from '../cache/open.ts'
import type { Host } from '../host.ts'
import type { LibreChat } from '../librechat/librechat.ts'
import type { Account, Session } from '../session/session.ts'
import type { SettingsStore } from '../settings/settings.ts'
import { createStayAwake } from '../system/window/stay-awake.ts'
import { createAttachments } from './attachments.ts'
import type { Attachments } from './attachments.ts'
import { createConversationList } from './conversations.ts'
import type { Conversations } from './conversations.ts'
import { createTurns } from './turns.ts'
import type { Turns } from './turns.ts'

interface Deps {
  readonly host: Host
  readonly librechat: LibreChat
  readonly session: Pick<Session, 'onAccount' | 'subscribe'>
  readonly settings: Pick<SettingsStore, 'get' | 'set'>
  readonly emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}

/** What an account has while it is signed in: its cache, conversations, attachments and turns. */
export interface Chat {
  readonly conversations: Conversations
  readonly attachments: Attachments
  readonly turns: Turns
  /** Null: nobody is signed in, or it could not be opened. */
  cache(): Cache | null
  /** False: somebody is signed in and the cache could not be opened. */
  storageOpen(): boolean
  close(): void
}

/** Follows the session: opens the account's cache, ends its turns when it leaves, and takes up unsent ones when it is online. */
export function createChat({ host, librechat, session, settings, emit }: Deps): Chat {
  let cache: Cache | null = null
  let owner: Account | null = null
  const current = (): Cache | null => cache

  const conversations = createConversationList({
    librechat,
    cache: current,
    emit: (change) => emit('conversations.changed', change),
    isBusy: (id) => turns.isBusy(id),
  })
  const attachments = createAttachments({
    librechat,
    cache: current,
    allowed: () => settings.get().uploads,
    emit: (change) => emit('attachments.changed', change),
  })
  const turns: Turns = createTurns({
    librechat,
    cache: current,
    conversations,
    takeFiles: attachments.take,
    giveBackFiles: attachments.giveBack,
    emit(event) {
      emit('chat.turn', event)
      if (event.kind === 'turn') stayAwake()
    },
    log: host.log,
  })
  // Asleep, the connection would end, and with it what such a server writes.
  const stayAwake = createStayAwake({
    needed: () => turns.running().stoppedByQuit > 0,
    keepAwake: (on) => host.power.keepAwake(on),
  })

  const leave = (): void => {
    turns.close()
    stayAwake()
    attachments.close()
    cache?.close()
    cache = null
  }
  session.onAccount((account) => {
    const left = owner
    leave()
    if (left !== null && account?.key !== left.key) {
      eraseCache(host.paths.data, left.key)
      settings.set({ lastConversationId: null, lastTarget: null })
    }
    owner = account
    if (account === null) return
    cache = openCache({ folder: host.paths.data, account: account.key, key: account.cacheKey, log: host.log })
    attachments.restore()
  })
  let resumed: Cache | null = null
  session.subscribe((state) => {
    if (state.phase !== 'signed-in' || !state.online || resumed === cache) return
    resumed = cache
    turns.resume()
  })

  return {
    conversations,
    attachments,
    turns,
    cache: current,
    storageOpen: () => owner === null || cache !== null,
    close: leave,
  }
}
