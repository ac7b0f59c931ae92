import type { Result } from '../contract/errors.ts'
import { events } from '../contract/ipc.ts'
import type { EventPayload } from '../contract/ipc.ts'
import type { EventName } from '../contract/routes.ts'
import type { Cache } from './cache/cache.ts'
import { eraseCache, openCache } from './cache/open.ts'
import { createAttachments } from './chat/attachments.ts'
import { createConversationList } from './chat/conversations.ts'
import { createTurns } from './chat/turns.ts'
import type { Turns } from './chat/turns.ts'
import type { Config } from './config.ts'
import { createEarly } from './early.ts'
import { createHandlers } from './handlers/handlers.ts'
import type { Host } from './host.ts'
import { createHttp } from './http/client.ts'
import { userAgent } from './http/user-agent.ts'
import { createDispatch } from './ipc/dispatch.ts'
import { createLibreChatAuth } from './librechat/auth.ts'
import { createLibreChat } from './librechat/client.ts'
import type { Authorizer } from './librechat/librechat.ts'
import { createSession } from './session/create-session.ts'
import { createPlatformClient } from './session/platform-client.ts'
import type { Account, Session } from './session/session.ts'
import { createDiagnostics } from './diagnostics/diagnostics.ts'
import { createSettings } from './settings/settings.ts'
import type { SettingsStore } from './settings/settings.ts'
import { createBundle } from './support/bundle.ts'
import { createCommands } from './system/commands.ts'
import type { Commands } from './system/commands.ts'
import { createQuick } from './system/quick.ts'
import type { Quick } from './system/quick.ts'
import { createUpdates } from './updates/updates.ts'

export interface AppEvent {
  readonly name: EventName
  readonly payload: unknown
}

/** The app, whatever it runs in. `dispatch` takes every request of a window, `subscribe` carries every event to it. */
export interface App {
  dispatch(route: string, input: unknown): Promise<Result<unknown>>
  subscribe(listener: (event: AppEvent) => void): () => void
  /** The bytes behind the window's `image/<fileId>`; null when there is no such image. */
  image(fileId: string): Promise<{ type: string; bytes: Uint8Array } | null>
  /** What menus, links and notifications ask of the main window. */
  readonly commands: Pick<Commands, 'give' | 'windowLeft'>
  readonly settings: Pick<SettingsStore, 'get' | 'set'>
  /** Null where there is no quick window. */
  readonly quick: Pick<Quick, 'toggle'> | null
  /** Restores the session; resolves when that is done. Never rejects. */
  start(): Promise<void>
  close(): Promise<void>
}

export function createApp(host: Host, config: Config): App {
  const strict = host.kind !== 'electron'
  const listeners = new Set<(event: AppEvent) => void>()
  const emit = <N extends EventName>(name: N, payload: EventPayload<N>): void => {
    if (strict) events[name].parse(payload)
    for (const listener of listeners) listener({ name, payload })
  }

  const shared = { userAgent: userAgent(host.version), network: host.network, log: host.log }
  const platformHttp = createHttp({ ...shared, origin: config.platformOrigin, server: 'platform' })
  const http = createHttp({
    ...shared,
    origin: config.librechatOrigin,
    server: 'librechat',
    onReachable: (reachable) => session.reportReachable(reachable),
  })

  // The client needs the session's tokens and the session needs the client for the terms: the authorizer looks late.
  const authorizer: Authorizer = {
    accessToken: async (signal) => await session.authorizer.accessToken(signal),
    renew: async (stale, signal) => await session.authorizer.renew(stale, signal),
    refreshCookie: () => session.authorizer.refreshCookie(),
  }
  const librechat = createLibreChat({ http, authorizer, log: host.log })
  const session: Session = createSession({
    host,
    platform: createPlatformClient({ http: platformHttp }),
    auth: createLibreChatAuth({ http }),
    terms: librechat.terms,
    origins: { platform: config.platformOrigin, librechat: config.librechatOrigin },
    onConnected() {
      models.begin()
      conversations.begin()
    },
  })

  const models = createEarly(async () => await librechat.models.list())
  let cache: Cache | null = null
  let owner: Account | null = null
  const current = (): Cache | null => cache
  const settings = createSettings({
    folder: host.paths.data,
    log: host.log,
    onChange(changed) {
      emit('settings.changed', changed)
      quick?.setShortcut(changed.quickShortcut)
    },
  })
  const conversations = createConversationList({
    librechat,
    cache: current,
    emit: (change) => emit('conversations.changed', change),
    isBusy: (id) => turns.isBusy(id),
  })
  const attachments = createAttachments({
    librechat,
    cache: current,
    emit: (change) => emit('attachments.changed', change),
  })
  const turns: Turns = createTurns({
    librechat,
    cache: current,
    conversations,
    takeFiles: attachments.take,
    giveBackFiles: attachments.giveBack,
    emit: (event) => emit('chat.turn', event),
    log: host.log,
  })

  const leave = (): void => {
    turns.close()
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
    emit('session.changed', state)
    if (state.phase !== 'signed-in' || !state.online || resumed === cache) return
    resumed = cache
    turns.resume()
  })

  const quick =
    host.quick && createQuick({ host: host.quick, emit: (state) => emit('quick.changed', state), log: host.log })
  const commands = createCommands((command) => emit('app.command', command))
  const updates = createUpdates()
  const diagnostics = createDiagnostics()
  const bundle = createBundle()

  const stopPower = host.power.onResume(() => void session.retry())

  return {
    dispatch: createDispatch({
      handlers: createHandlers({
        host,
        session,
        models,
        conversations,
        turns,
        attachments,
        settings,
        cache: current,
        commands,
        updates,
        diagnostics,
        bundle,
        quick,
        debug: null,
      }),
      log: host.log,
      strict,
    }),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async image(fileId) {
      const file = cache?.file(fileId) ?? null
      return file === null ? null : await librechat.files.image(file.path)
    },
    commands,
    settings,
    quick,
    async start() {
      quick?.setShortcut(settings.get().quickShortcut)
      await session.start()
    },
    async close() {
      stopPower()
      updates.close()
      quick?.close()
      listeners.clear()
      leave()
      await session.close()
      http.close()
      platformHttp.close()
      await host.keychain.close()
    },
  }
}
