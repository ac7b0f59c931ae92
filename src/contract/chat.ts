import { z } from 'zod'
import { appError } from './errors.ts'

const id = z.string().min(1).max(200)
const mintedId = z.uuid()

export const conversation = z.strictObject({
  id,
  title: z.string(),
  endpoint: z.string().nullable(),
  model: z.string().nullable(),
  agentId: z.string().nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Conversation = z.infer<typeof conversation>

/** An image or document of a message. Its bytes are at the window's own origin under `image/<id>`. */
export const fileRef = z.strictObject({
  id,
  name: z.string(),
  type: z.string(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  bytes: z.number().nullable(),
})
export type FileRef = z.infer<typeof fileRef>

export const part = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('think'), text: z.string() }),
  z.strictObject({
    type: z.literal('tool'),
    name: z.string(),
    args: z.string(),
    output: z.string().nullable(),
    done: z.boolean(),
    /** A page where the user must allow the tool before the run goes on. */
    authUrl: z.string().nullable(),
  }),
  z.strictObject({ type: z.literal('image'), file: fileRef }),
  z.strictObject({ type: z.literal('error'), error: appError }),
])
export type Part = z.infer<typeof part>

export const message = z.strictObject({
  id,
  conversationId: id,
  /** Null: a root of the tree. */
  parentId: z.string().nullable(),
  role: z.enum(['user', 'assistant']),
  sender: z.string(),
  parts: z.array(part),
  files: z.array(fileRef),
  model: z.string().nullable(),
  /** `partial`: stopped or cut; `failed`: the answer is an error. */
  state: z.enum(['complete', 'partial', 'failed']),
  createdAt: z.number(),
})
export type Message = z.infer<typeof message>

/** What a turn is sent to. Exactly one of `model` and `agentId` is set. */
export const target = z.strictObject({
  endpoint: z.string().min(1).max(200),
  endpointType: z.enum(['custom']).nullable(),
  model: z.string().max(300).nullable(),
  agentId: z.string().max(300).nullable(),
  spec: z.string().max(300).nullable(),
})
export type Target = z.infer<typeof target>

export const modelOption = z.strictObject({
  target,
  label: z.string(),
  group: z.string(),
  description: z.string().nullable(),
})
export type ModelOption = z.infer<typeof modelOption>

export const modelList = z.strictObject({ options: z.array(modelOption), preferred: target.nullable() })
export type ModelList = z.infer<typeof modelList>

export const conversationPage = z.strictObject({
  conversations: z.array(conversation),
  nextCursor: z.string().nullable(),
})
export type ConversationPage = z.infer<typeof conversationPage>

/** Where a draft and its attachments belong: a conversation id, `new`, or `quick` (a new one in the quick window). */
export const draftKey = z.string().min(1).max(200)

export const sendInput = z.strictObject({
  /** Minted by the caller: a reply that overtakes its events loses nothing, a double click sends once. */
  turnId: mintedId,
  messageId: mintedId,
  /** Null: a new conversation. */
  conversationId: id.nullable(),
  /** The message answered to; null: the first of a conversation. */
  parentId: id.nullable(),
  text: z.string().max(200_000),
  attachmentIds: z.array(mintedId).max(50),
  target,
  /** Where it was typed, when that is not the conversation's own draft. */
  draftKey: draftKey.optional(),
})
export type SendInput = z.infer<typeof sendInput>

/**
 * A turn as it stands. `conversationId` is null until the server names the new conversation.
 * `question.id` and `answer.id` change when the server tells its own ids.
 */
export const turn = z.strictObject({
  id: mintedId,
  conversationId: z.string().nullable(),
  status: z.enum(['sending', 'streaming', 'reconnecting', 'stopping', 'complete', 'stopped', 'failed']),
  question: message,
  answer: message.nullable(),
  /** Set when `failed`; `retriable` says whether sending the same again can help. */
  error: appError.nullable(),
  retriable: z.boolean(),
})
export type Turn = z.infer<typeof turn>

/** One append to the part at `index` of the running answer; the part is made when it is not there. */
export const delta = z.strictObject({ index: z.int().min(0), type: z.enum(['text', 'think']), text: z.string() })
export type Delta = z.infer<typeof delta>

/** `turn` replaces all that the window knows of it; `deltas` append to its answer. `seq` counts up by one per turn. */
export const turnEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('turn'), seq: z.int(), turn }),
  z.strictObject({ kind: z.literal('deltas'), seq: z.int(), turnId: mintedId, deltas: z.array(delta) }),
])
export type TurnEvent = z.infer<typeof turnEvent>

/** A running or failed turn with the `seq` of the last event that it includes. */
export const turnSnapshot = z.strictObject({ seq: z.int(), turn })
export type TurnSnapshot = z.infer<typeof turnSnapshot>

export const conversationsChanged = z.strictObject({ changed: z.array(conversation), removed: z.array(id) })
export type ConversationsChanged = z.infer<typeof conversationsChanged>

export const draft = z.strictObject({ text: z.string().max(200_000) })
export type Draft = z.infer<typeof draft>

export const attachment = z.strictObject({
  id: mintedId,
  draftKey,
  name: z.string(),
  type: z.string(),
  bytes: z.number(),
  width: z.number(),
  height: z.number(),
  status: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('uploading'), sentBytes: z.number() }),
    z.strictObject({ kind: z.literal('ready'), file: fileRef }),
    z.strictObject({ kind: z.literal('failed'), error: appError }),
  ]),
})
export type Attachment = z.infer<typeof attachment>

export const addAttachmentInput = z.strictObject({
  id: mintedId,
  draftKey,
  name: z.string().min(1).max(1024),
  type: z.string().max(100),
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
  bytes: z.instanceof(Uint8Array),
  target,
})
export type AddAttachmentInput = z.infer<typeof addAttachmentInput>

/** What the server takes with a message; known before an upload starts. */
export const attachmentLimits = z.strictObject({
  enabled: z.boolean(),
  maxFiles: z.int(),
  maxFileBytes: z.number(),
  maxTotalBytes: z.number(),
  imageTypes: z.array(z.string()),
})
export type AttachmentLimits = z.infer<typeof attachmentLimits>
