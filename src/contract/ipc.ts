import { z } from 'zod'
import { appCommand, appInfo, quickState } from './app.ts'
import {
  addAttachmentInput,
  attachment,
  attachmentLimits,
  conversation,
  conversationPage,
  conversationsChanged,
  draft,
  draftKey,
  message,
  modelList,
  sendInput,
  target,
  turnEvent,
  turnSnapshot,
} from './chat.ts'
import { checkResult } from './diagnostics.ts'
import type { Result } from './errors.ts'
import type { EventName, RequestName } from './routes.ts'
import { proxyLogin, proxySignInInput } from './proxy.ts'
import { registerInput, sessionState, signInInput, twoFactorInput } from './session.ts'
import { settingNames, settingOrigins, settings, settingsPatch } from './settings.ts'
import { bundleSummary, exchange, faultRule, supportBundle } from './support.ts'
import { restartAnswer, updateState } from './updates.ts'

const nothing = z.undefined()
const done = z.void()
const byConversation = z.strictObject({ conversationId: z.string().min(1).max(200) })
const byTurn = z.strictObject({ turnId: z.uuid() })
const byAttachment = z.strictObject({ id: z.uuid() })

/** THE table: every request of the window, with the schema of what goes in (always parsed) and what comes out. */
export const requests = {
  'app.info': { input: nothing, output: appInfo },
  'app.openExternal': { input: z.strictObject({ url: z.string().max(2048) }), output: done },
  /** The main window is painted and listens; answers what was asked of it before, oldest first. */
  'app.ready': { input: nothing, output: z.array(appCommand) },
  /** Asks where to, and writes the page as it prints; `unavailable` where the host leaves that to the print dialog. */
  'app.savePdf': {
    input: z.strictObject({ title: z.string().max(200) }),
    output: z.enum(['saved', 'cancelled', 'unavailable']),
  },
  'app.quit': { input: nothing, output: done },

  'session.get': { input: nothing, output: sessionState },
  'session.signIn': { input: signInInput, output: done },
  'session.register': { input: registerInput, output: done },
  /** Gives up signing in, provisioning, the code or the terms; back to signed-out. */
  'session.cancel': { input: nothing, output: done },
  'session.verifyCode': { input: twoFactorInput, output: done },
  'session.acceptTerms': { input: nothing, output: done },
  /** Reads the keychain again when locked; asks the servers again when offline or provisioning. */
  'session.retry': { input: nothing, output: done },
  'session.signOut': { input: nothing, output: done },

  'conversations.cached': { input: nothing, output: z.array(conversation) },
  /** A page from the server, newest first; it is cached on the way. */
  'conversations.page': {
    input: z.strictObject({ cursor: z.string().max(2000).nullable() }),
    output: conversationPage,
  },
  'conversations.rename': {
    input: byConversation.extend({ title: z.string().trim().min(1).max(1024) }),
    output: done,
  },
  'conversations.remove': { input: byConversation, output: done },

  /** The whole message tree of a conversation, oldest first. */
  'messages.cached': { input: byConversation, output: z.array(message) },
  'messages.load': { input: byConversation, output: z.array(message) },

  'models.list': { input: nothing, output: modelList },

  /** Answers when the turn is in the outbox; the rest comes as `chat.turn` events. */
  'chat.send': { input: sendInput, output: done },
  'chat.stop': { input: byTurn, output: done },
  'chat.retry': { input: byTurn, output: done },
  /** Forgets a failed turn. */
  'chat.discard': { input: byTurn, output: done },
  /** Running and failed turns. */
  'chat.turns': { input: nothing, output: z.array(turnSnapshot) },

  'attachments.limits': { input: z.strictObject({ target }), output: attachmentLimits },
  'attachments.list': { input: z.strictObject({ draftKey }), output: z.array(attachment) },
  /** Starts the upload and answers; progress comes as `attachments.changed`. */
  'attachments.add': { input: addAttachmentInput, output: done },
  'attachments.retry': { input: byAttachment, output: done },
  /** Cancels an upload, or takes the image out of the draft (and off the server). */
  'attachments.remove': { input: byAttachment, output: done },

  'drafts.get': { input: z.strictObject({ draftKey }), output: draft.nullable() },
  'drafts.set': { input: z.strictObject({ draftKey, draft: draft.nullable() }), output: done },

  'settings.get': { input: nothing, output: settings },
  'settings.set': { input: settingsPatch, output: settings },
  /** Forgets what the user chose: what applies without it applies again. */
  'settings.reset': { input: z.strictObject({ name: z.enum(settingNames) }), output: settings },
  /** Who set each. */
  'settings.origins': { input: nothing, output: settingOrigins },

  'updates.get': { input: nothing, output: updateState },
  'updates.check': { input: nothing, output: done },
  /** Answers at once; how it goes is in the state. */
  'updates.download': { input: nothing, output: done },
  /** Stops the download; what has arrived is kept for the next time. */
  'updates.cancel': { input: nothing, output: done },
  /** Closes the app, installs, starts again. */
  'updates.restart': { input: z.strictObject({ force: z.boolean() }), output: restartAnswer },
  'updates.dismissOutcome': { input: nothing, output: done },

  /** Runs the connection check; answers at its end, the steps come as `diagnostics.step`. `askModel`: sends a short question. */
  'diagnostics.run': { input: z.strictObject({ runId: z.uuid(), askModel: z.boolean() }), output: done },
  'diagnostics.cancel': { input: nothing, output: done },
  'support.bundle': { input: nothing, output: supportBundle },

  /** The proxy that wants a sign-in now; null: none. */
  'proxy.get': { input: nothing, output: proxyLogin.nullable() },
  'proxy.signIn': { input: proxySignInInput, output: done },
  'proxy.dismiss': { input: nothing, output: done },

  'quick.get': { input: nothing, output: quickState },
  'quick.hide': { input: nothing, output: done },
  'quick.openInMain': { input: z.strictObject({ conversationId: z.string().max(200).nullable() }), output: done },

  /** The `debug` routes answer `forbidden` in every build that is not a developer build. */
  'debug.timeline': { input: nothing, output: z.array(exchange) },
  'debug.faults': { input: nothing, output: z.array(faultRule) },
  'debug.setFaults': { input: z.strictObject({ rules: z.array(faultRule).max(1000) }), output: done },
  'debug.openBundle': { input: z.strictObject({ text: z.string().max(8_000_000) }), output: bundleSummary },
  /** Starts the app again on servers that behave as the bundle says. */
  'debug.replay': { input: z.strictObject({ text: z.string().max(8_000_000) }), output: done },
} as const satisfies Record<RequestName, { input: z.ZodType; output: z.ZodType }>

export const events = {
  'session.changed': sessionState,
  'conversations.changed': conversationsChanged,
  'chat.turn': turnEvent,
  'attachments.changed': z.strictObject({ draftKey, attachments: z.array(attachment) }),
  'settings.changed': settings,
  'app.command': appCommand,
  'updates.changed': updateState,
  'diagnostics.step': checkResult,
  'proxy.changed': proxyLogin.nullable(),
  'quick.changed': quickState,
  'debug.exchange': exchange,
} as const satisfies Record<EventName, z.ZodType>

export type Input<N extends RequestName> = z.infer<(typeof requests)[N]['input']>
export type Output<N extends RequestName> = z.infer<(typeof requests)[N]['output']>
export type EventPayload<N extends EventName> = z.infer<(typeof events)[N]>

type Group<N extends string> = N extends `${infer G}.${string}` ? G : never
type Call<I, O> = [I] extends [undefined] ? () => Promise<Result<O>> : (input: I) => Promise<Result<O>>

/** What the window has as `window.hestami`: `hestami.session.signIn(input)`, `hestami.on['chat.turn'](listener)`. */
export type Api = {
  readonly [G in Group<RequestName>]: {
    readonly [N in RequestName as N extends `${G}.${infer M}` ? M : never]: Call<Input<N>, Output<N>>
  }
} & {
  /** Each subscribes a listener and returns its unsubscribe. */
  readonly on: { readonly [N in EventName]: (listener: (payload: EventPayload<N>) => void) => () => void }
}
