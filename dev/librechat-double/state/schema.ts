import { z } from 'zod'

const moment = z.string()

export const user = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  username: z.string(),
  role: z.enum(['ADMIN', 'USER']),
  /** `<salt>:<key>`, both hex. */
  password: z.string(),
  twoFactorCode: z.string().nullable(),
  backupCodes: z.array(z.string()),
  termsAcceptedAt: moment.nullable(),
  /** Counts up when all access tokens issued so far are to be refused. */
  tokenEpoch: z.int(),
  createdAt: moment,
  updatedAt: moment,
})
export type User = z.infer<typeof user>

export const session = z.object({
  id: z.string(),
  userId: z.string(),
  /** SHA-256, hex, of the one refresh token that is good now. */
  tokenHash: z.string(),
  /** Epoch milliseconds; set at login and never moved. */
  expiresAt: z.number(),
})
export type Session = z.infer<typeof session>

/** A conversation document. Model parameters and what old servers let clients write stand beside the named fields. */
export const conversation = z.looseObject({
  _id: z.string(),
  conversationId: z.string(),
  user: z.string(),
  title: z.string(),
  endpoint: z.string().nullable(),
  messages: z.array(z.string()),
  createdAt: moment,
  updatedAt: moment,
})
export type Conversation = z.infer<typeof conversation>

export const message = z.looseObject({
  _id: z.string(),
  user: z.string(),
  messageId: z.string(),
  conversationId: z.string(),
  parentMessageId: z.string(),
  sender: z.string(),
  text: z.string(),
  isCreatedByUser: z.boolean(),
  content: z.array(z.record(z.string(), z.unknown())).optional(),
  error: z.boolean(),
  unfinished: z.boolean(),
  createdAt: moment,
  updatedAt: moment,
})
export type Message = z.infer<typeof message>

export const file = z.object({
  _id: z.string(),
  file_id: z.string(),
  user: z.string(),
  filename: z.string(),
  filepath: z.string(),
  object: z.literal('file'),
  type: z.string(),
  bytes: z.number(),
  width: z.number(),
  height: z.number(),
  source: z.literal('local'),
  context: z.literal('message_attachment'),
  embedded: z.boolean(),
  usage: z.number(),
  createdAt: moment,
  updatedAt: moment,
})
export type StoredFile = z.infer<typeof file>

export const state = z.object({
  secrets: z.object({ access: z.string(), refresh: z.string() }),
  users: z.array(user),
  sessions: z.array(session),
  conversations: z.array(conversation),
  messages: z.array(message),
  files: z.array(file),
  /** Epoch milliseconds until which a user id or an address is banned. */
  bans: z.record(z.string(), z.number()),
  /** Violation points by `<kind> <user id or address>`. */
  violations: z.record(z.string(), z.number()),
})
export type State = z.infer<typeof state>
