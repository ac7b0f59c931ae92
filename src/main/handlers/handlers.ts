import type { ModelList } from '../../contract/chat.ts'
import type { Cache } from '../cache/cache.ts'
import type { Attachments } from '../chat/attachments.ts'
import type { Conversations } from '../chat/conversations.ts'
import type { Turns } from '../chat/turns.ts'
import type { Early } from '../early.ts'
import type { Host } from '../host.ts'
import type { Handlers } from '../ipc/dispatch.ts'
import type { Session } from '../session/session.ts'
import type { SettingsStore } from '../settings/settings.ts'
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
}

/** One thin function per route: no decisions here. */
export function createHandlers(deps: Deps): Handlers {
  const { host, session, models, conversations, turns, attachments, settings, cache } = deps
  const openExternal = createLinks(host.shell)
  return {
    'app.info': () => ({ name: host.name, version: host.version, host: host.kind, platform: process.platform }),
    'app.openExternal': async ({ url }) => await openExternal(url),

    'session.get': () => session.state(),
    'session.signIn': async (input) => await session.signIn(input),
    'session.register': async (input) => await session.register(input),
    'session.cancel': async () => await session.cancel(),
    'session.verifyCode': async ({ code }) => await session.verifyCode(code),
    'session.acceptTerms': async () => await session.acceptTerms(),
    'session.retry': async () => await session.retry(),
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
  }
}
