import type { Result } from '../contract/errors.ts'
import { events } from '../contract/ipc.ts'
import type { EventPayload } from '../contract/ipc.ts'
import type { EventName } from '../contract/routes.ts'
import { createChat } from './chat/chat.ts'
import type { Conversations } from './chat/conversations.ts'
import type { Turns } from './chat/turns.ts'
import type { Config } from './config.ts'
import { createDebug } from './debug/debug.ts'
import { createEarly } from './early.ts'
import { createHandlers } from './handlers/handlers.ts'
import type { Host } from './host.ts'
import type { Proxies } from './http/proxies.ts'
import { createServers } from './http/servers.ts'
import { createDispatch } from './ipc/dispatch.ts'
import { createLibreChatAuth } from './librechat/auth.ts'
import { createLibreChat } from './librechat/client.ts'
import type { Authorizer } from './librechat/librechat.ts'
import { createSession } from './session/create-session.ts'
import { createPlatformClient } from './session/platform-client.ts'
import type { Session } from './session/session.ts'
import { createDiagnostics } from './diagnostics/diagnostics.ts'
import { createStreamTimes } from './diagnostics/stream-times.ts'
import { createSettings } from './settings/settings.ts'
import type { SettingsStore } from './settings/settings.ts'
import { createActivity } from './support/activity.ts'
import { createBundle } from './support/bundle.ts'
import { createCommands } from './system/commands.ts'
import type { Commands } from './system/commands.ts'
import { createQuick } from './system/quick/quick.ts'
import type { Quick } from './system/quick/quick.ts'
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
  readonly settings: Pick<SettingsStore, 'get' | 'set' | 'origins' | 'applyPolicy'>
  readonly conversations: Pick<Conversations, 'cached'>
  readonly turns: Pick<Turns, 'running'>
  readonly proxies: Pick<Proxies, 'userOf'>
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
    activity.note(name, payload)
    for (const listener of listeners) listener({ name, payload })
  }
  const activity = createActivity(host)

  const origins = { platform: config.platformOrigin, librechat: config.librechatOrigin }
  const debug = createDebug({ host, replay: config.replay, emit: (found) => emit('debug.exchange', found) })
  const servers = createServers({
    host,
    origins,
    debug,
    onReachable: (reachable) => session.reportReachable(reachable),
    onProxy: (login) => emit('proxy.changed', login),
    onProxySignedIn: () => void session.retry(),
  })
  const { librechat: http, proxies } = servers

  // The client needs the session's tokens and the session needs the client for the terms: the authorizer looks late.
  const authorizer: Authorizer = {
    accessToken: async (signal) => await session.authorizer.accessToken(signal),
    renew: async (stale, signal) => await session.authorizer.renew(stale, signal),
    refreshCookie: () => session.authorizer.refreshCookie(),
  }
  const streams = createStreamTimes()
  const librechat = streams.watch(createLibreChat({ http, authorizer, log: host.log }))
  const session: Session = createSession({
    host,
    platform: createPlatformClient({ http: servers.platform }),
    auth: createLibreChatAuth({ http }),
    terms: librechat.terms,
    origins,
    onConnected() {
      models.begin()
      conversations.begin()
    },
  })

  const models = createEarly(async () => await librechat.models.list())
  const settings = createSettings({
    folder: host.paths.data,
    log: host.log,
    policy: config.policy,
    onChange(changed) {
      emit('settings.changed', changed)
      quick?.setShortcut(changed.quickShortcut)
    },
  })
  const chat = createChat({ host, librechat, session, settings, emit })
  const { conversations, attachments, turns } = chat
  session.subscribe((state) => emit('session.changed', state))

  const quick =
    host.quick && createQuick({ host: host.quick, emit: (state) => emit('quick.changed', state), log: host.log })
  const commands = createCommands((command) => emit('app.command', command))
  const updates = createUpdates({
    host,
    settings,
    servers,
    turns,
    session,
    storageOpen: chat.storageOpen,
    emit: (state) => emit('updates.changed', state),
  })
  const diagnostics = createDiagnostics({
    host,
    origins,
    servers,
    session,
    librechat,
    streams,
    models,
    settings,
    turns,
    emit: (result) => emit('diagnostics.step', result),
  })
  const bundle = createBundle({
    host,
    origins,
    settings,
    activity,
    updates,
    diagnostics,
    cache: chat.cache,
    timeline: servers.timeline.list,
  })

  const stopPower = host.power.onResume(() => {
    proxies.askAgain()
    void session.retry()
  })

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
        cache: chat.cache,
        commands,
        updates,
        diagnostics,
        bundle,
        quick,
        proxies,
        debug,
      }),
      log: host.log,
      strict,
    }),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async image(fileId) {
      const file = chat.cache()?.file(fileId) ?? null
      return file === null ? null : await librechat.files.image(file.path)
    },
    commands,
    settings,
    conversations,
    turns,
    proxies,
    quick,
    async start() {
      activity.begin(settings.get())
      quick?.setShortcut(settings.get().quickShortcut)
      updates.start()
      await session.start()
    },
    async close() {
      stopPower()
      diagnostics.cancel()
      quick?.close()
      listeners.clear()
      chat.close()
      await session.close()
      servers.close()
      await host.keychain.close()
      // At the very end: it may put another version in the place of this one.
      await updates.close()
    },
  }
}
