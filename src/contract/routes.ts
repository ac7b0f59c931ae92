/** The names that cross the bridge, without schemas: the preload is built from these and must not carry zod. */
export const requestNames = [
  'app.info',
  'app.openExternal',
  'session.get',
  'session.signIn',
  'session.register',
  'session.cancel',
  'session.verifyCode',
  'session.acceptTerms',
  'session.retry',
  'session.signOut',
  'conversations.cached',
  'conversations.page',
  'conversations.rename',
  'conversations.remove',
  'messages.cached',
  'messages.load',
  'models.list',
  'chat.send',
  'chat.stop',
  'chat.retry',
  'chat.discard',
  'chat.turns',
  'attachments.limits',
  'attachments.list',
  'attachments.add',
  'attachments.retry',
  'attachments.remove',
  'drafts.get',
  'drafts.set',
  'settings.get',
  'settings.set',
] as const
export type RequestName = (typeof requestNames)[number]

export const eventNames = [
  'session.changed',
  'conversations.changed',
  'chat.turn',
  'attachments.changed',
  'settings.changed',
] as const
export type EventName = (typeof eventNames)[number]
