import type { ModelList } from '../../contract/chat.ts'
import type { Cache } from '../cache/cache.ts'
import type { Attachments } from '../chat/attachments.ts'
import type { Conversations } from '../chat/conversations.ts'
import type { Turns } from '../chat/turns.ts'
import type { Early } from '../early.ts'
import type { Host } from '../host.ts'
import type { Proxies } from '../http/proxies.ts'
import type { Handlers } from '../ipc/dispatch.ts'
import type { Session } from '../session/session.ts'
import type { SettingsStore } from '../settings/settings.ts'
import type { Updates } from '../updates/updates.ts'
import type { Diagnostics } from '../diagnostics/diagnostics.ts'
import type { Debug } from '../debug/debug.ts'
import type { WriteBundle } from '../support/bundle.ts'
import type { Quick } from '../system/quick/quick.ts'
import type { Commands } from '../system/commands.ts'
import { Fault } from '../fault.ts'
import { appInfo } from './app-info.ts'
import { createLinks } from './links.ts'

interface Deps {
  readonly host: Host
  readonly session: Session
  readonly models: Early<ModelList>
  readonly conversations: Conversations
  readonly turns: Turns
  readonly attachments: Attachments
  readonly settings: SettingsStore
  readonly cache: () => Cache | null
  readonly commands: Commands
  readonly updates: Updates
  readonly diagnostics: Diagnostics
  readonly bundle: WriteBundle
  readonly quick: Quick | null
  readonly proxies: Proxies
  /** Null in builds that are not for developers. */
  readonly debug: Debug | null
}

/** One thin function per route: no decisions here. */
export function createHandlers(deps: Deps): Handlers {
  const { host, session, models, conversations, turns, attachments, settings, cache } = deps
  const { commands, updates, diagnostics, bundle, quick, proxies } = deps
  const debug = (): Debug => {
    if (deps.debug === null) throw new Fault({ code: 'forbidden' })
    return deps.debug
  }
  const openExternal = createLinks(host.shell)
  return {
    'app.info': () => appInfo(host, deps.debug?.replayOf ?? null),
    'app.ready': () => {
      updates.ready()
      host.window.painted()
      return commands.take()
    },
    'app.savePdf': async ({ title }) => await host.window.savePdf(title),
    'app.quit': () => host.quit(),
    'app.openExternal': async ({ url }) => await openExternal(url),

    'session.get': () => session.state(),
    'session.signIn': async (input) => await session.signIn(input),
    'session.register': async (input) => await session.register(input),
    'session.cancel': async () => await session.cancel(),
    'session.verifyCode': async ({ code }) => await session.verifyCode(code),
    'session.acceptTerms': async () => await session.acceptTerms(),
    'session.retry': async () => {
      proxies.askAgain()
      await session.retry()
    },
    'session.signOut': async () => await session.signOut(),

    'conversations.cached': () => conversations.cached(),
    'conversations.page': async ({ cursor }) => await conversations.page(cursor),
    'conversations.rename': async ({ conversationId, title }) => await conversations.rename(conversationId, title),
    'conversations.remove': async ({ conversationId }) => await conversations.remove(conversationId),

    'messages.cached': ({ conversationId }) => conversations.cachedMessages(conversationId),
    'messages.load': async ({ conversationId }) => await conversations.load(conversationId),

    'models.list': async () => await models.get(),

    'chat.send': (input) => turns.send(input),
    'chat.stop': async ({ turnId }) => await turns.stop(turnId),
    'chat.retry': async ({ turnId }) => await turns.retry(turnId),
    'chat.discard': ({ turnId }) => turns.discard(turnId),
    'chat.turns': () => turns.list(),

    'attachments.limits': async ({ target }) => await attachments.limits(target),
    'attachments.list': ({ draftKey }) => attachments.list(draftKey),
    'attachments.add': async (input) => await attachments.add(input),
    'attachments.retry': ({ id }) => attachments.retry(id),
    'attachments.remove': ({ id }) => attachments.remove(id),

    'drafts.get': ({ draftKey }) => cache()?.draft(draftKey) ?? null,
    'drafts.set': ({ draftKey, draft }) => void cache()?.saveDraft(draftKey, draft),

    'settings.get': () => settings.get(),
    'settings.set': (patch) => settings.set(patch),
    'settings.origins': () => settings.origins(),
    'settings.reset': ({ name }) => settings.reset(name),

    'updates.get': () => updates.state(),
    'updates.check': async () => await updates.check(),
    'updates.download': () => updates.download(),
    'updates.cancel': () => updates.cancel(),
    'updates.restart': async ({ force }) => await updates.restart(force),
    'updates.dismissOutcome': () => updates.dismissOutcome(),

    'diagnostics.run': async (input) => await diagnostics.run(input),
    'diagnostics.cancel': () => diagnostics.cancel(),
    'support.bundle': async () => await bundle(),

    'proxy.get': () => proxies.login(),
    'proxy.signIn': async (input) => await proxies.signIn(input),
    'proxy.dismiss': () => proxies.dismiss(),

    'quick.get': () => quick?.state() ?? { shortcut: null, registration: 'unsupported', firedAt: null, command: null },
    'quick.hide': () => quick?.hide(),
    'quick.openInMain': ({ conversationId }) => {
      quick?.hide()
      host.window.show()
      commands.give(conversationId === null ? { name: 'new-chat' } : { name: 'open-conversation', conversationId })
    },

    'debug.timeline': () => [...debug().timeline()],
    'debug.faults': () => [...debug().faults()],
    'debug.setFaults': ({ rules }) => debug().setFaults(rules),
    'debug.openBundle': ({ text }) => debug().openBundle(text),
    'debug.replay': async ({ text }) => await debug().replay(text),
  }
}
