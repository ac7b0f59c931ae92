import { demoAgent, senderOf } from '../catalog/offer.ts'
import type { Context } from '../context.ts'
import { putMessage } from '../conversations/messages.ts'
import { sizeOf } from '../files/pixels.ts'
import { documentId, isoNow, isUuid, uuid } from '../state/ids.ts'
import type { Conversation, Message, StoredFile, User } from '../state/schema.ts'
import { answerTo } from './answers.ts'
import type { Part } from './content.ts'
import { noParent } from './no-parent.ts'
import type { ChatBody } from './question.ts'
import { isFirst, isNewConversation } from './question.ts'
import type { Question, ScriptedAnswer } from './scripts.ts'

/** A user message as `created` tells it. */
export interface UserMessage {
  readonly messageId: string
  readonly parentMessageId: string
  readonly conversationId: string
  readonly sender: 'User'
  readonly text: string
  readonly isCreatedByUser: true
  readonly files?: readonly Record<string, unknown>[]
}

/** One question on its way to an answer. All ids are the server's own. */
export interface Turn {
  readonly user: User
  readonly conversationId: string
  readonly endpoint: string
  /** The agent's id where an agent answers. */
  readonly model: string | null
  readonly sender: string
  readonly question: UserMessage
  readonly answerId: string
  /** Parts of an edited answer that stay in front. */
  readonly kept: readonly Part[]
  readonly answer: ScriptedAnswer
  /** The first turn of a new conversation that is not temporary. */
  readonly wantsTitle: boolean
  readonly firstOfConversation: boolean
  /** The conversation's document; in the store once something was saved. */
  readonly conversation: Conversation
  /** Whether the question is stored already: an answer is made anew. */
  readonly again: boolean
}

const descriptor = ({ file_id, filepath, filename, type, width, height }: StoredFile): Record<string, unknown> => ({
  file_id,
  filepath,
  filename,
  type,
  width,
  height,
})

/** Days a temporary chat is kept. */
const temporaryDays = 30

export async function prepareTurn(context: Context, user: User, body: ChatBody): Promise<Turn> {
  const { store, settings, images } = context
  const isNew = isNewConversation(body, settings.style)
  const conversationId = isNew ? uuid() : String(body.conversationId)
  const rows = store.messages.get(conversationId) ?? []
  const again =
    body.isRegenerate === true || body.editedContent
      ? rows.find((row) => row.messageId === body.overrideParentMessageId)
      : undefined

  const files = (body.files ?? [])
    .map(({ file_id: id }) => store.files.get(id))
    .filter((file) => file !== undefined)
    .filter((file) => file.user === user.id)
  for (const file of files) file.usage++
  const measured: Question['files'][number][] = []
  for (const file of files) {
    const bytes = await images.get(user.id, file.filepath.split('/').at(-1) ?? '')
    const size = bytes === null ? null : await sizeOf(bytes)
    if (size !== null) measured.push({ name: file.filename, ...size })
  }

  const question = again
    ? repeated(again)
    : {
        messageId: uuid(),
        parentMessageId: body.parentMessageId ?? noParent,
        conversationId,
        sender: 'User' as const,
        text: body.text,
        isCreatedByUser: true as const,
        ...(files.length > 0 ? { files: files.map(descriptor) } : {}),
      }
  const asked: Question = { text: question.text, files: measured }
  const endpoint = body.endpoint ?? ''
  const model = endpoint === 'agents' ? (body.parameters.agent_id ?? demoAgent.id) : (body.parameters.model ?? null)
  const firstOfConversation = isNew && isFirst(body)
  return {
    user,
    conversationId,
    endpoint,
    model,
    sender: senderOf(endpoint, model),
    question,
    answerId: uuid(),
    kept: keptParts(body, rows),
    answer: context.scripts.find(asked) ?? answerTo(asked),
    wantsTitle: firstOfConversation && body.isTemporary !== true,
    firstOfConversation,
    conversation: conversationOf(context, user, conversationId, body, files),
    again: again !== undefined,
  }
}

function repeated(row: Message): UserMessage {
  const { messageId, parentMessageId, conversationId, text } = row
  const files = Array.isArray(row['files']) ? { files: row['files'] as Record<string, unknown>[] } : {}
  return { messageId, parentMessageId, conversationId, sender: 'User', text, isCreatedByUser: true, ...files }
}

/** An edited answer keeps its parts up to the edited one, which gets the new text. */
function keptParts({ editedContent: edit, responseMessageId }: ChatBody, rows: readonly Message[]): Part[] {
  const content = rows.find((row) => row.messageId === responseMessageId)?.content
  if (!edit || !content) return []
  const parts = content.slice(0, edit.index + 1) as Part[]
  const text = (edit.type === 'think' ? edit.think : null) ?? edit.text ?? ''
  return parts.map((part, at) => (at === edit.index ? { ...part, type: edit.type, [edit.type]: text } : part))
}

function conversationOf(
  { store }: Context,
  user: User,
  conversationId: string,
  body: ChatBody,
  files: readonly StoredFile[],
): Conversation {
  const now = isoNow()
  const before = store.conversations.get(conversationId)
  const temporary =
    body.isTemporary === true ? { expiredAt: new Date(Date.now() + temporaryDays * 86_400_000).toISOString() } : {}
  const given = Object.entries({ ...body.parameters, endpointType: body.endpointType }).filter(
    ([, value]) => value !== null && value !== undefined,
  )
  const fresh = {
    _id: documentId(),
    conversationId,
    user: user.id,
    title: 'New Chat',
    messages: [],
    tags: [],
    files: [],
  }
  const conversation: Conversation = before ?? { ...fresh, endpoint: null, createdAt: now, updatedAt: now }
  const held = Array.isArray(conversation['files']) ? conversation['files'] : []
  return Object.assign(conversation, Object.fromEntries(given), temporary, {
    endpoint: body.endpoint,
    files: [...new Set([...held, ...files.map(({ file_id: id }) => id)])],
    updatedAt: now,
  })
}

const tokens = (text: string): number => Math.ceil(text.length / 4)

export function saveQuestion({ store }: Context, turn: Turn): void {
  if (isUuid(turn.conversationId)) store.conversations.set(turn.conversationId, turn.conversation)
  if (turn.again) return
  const { question, endpoint, user } = turn
  putMessage(store, user.id, {
    ...question,
    endpoint,
    error: false,
    unfinished: false,
    tokenCount: tokens(question.text),
    expiredAt: null,
  })
}

export const textOf = (parts: readonly Part[]): string =>
  parts.map((part) => (part.type === 'text' ? String(part['text']) : '')).join('')

export interface AnswerEnd {
  readonly id: string
  readonly parts: readonly Part[]
  readonly unfinished: boolean
  readonly attachments?: readonly Readonly<Record<string, unknown>>[]
  /** Stored as the text of an answer that was cut; complete answers have theirs in `content` alone. */
  readonly text?: string
  readonly error?: boolean
}

export function saveAnswer({ store }: Context, turn: Turn, end: AnswerEnd): void {
  const { user, conversationId, conversation, endpoint, model, sender, question } = turn
  conversation.updatedAt = isoNow()
  if (isUuid(conversationId)) store.conversations.set(conversationId, conversation)
  putMessage(store, user.id, {
    messageId: end.id,
    conversationId,
    parentMessageId: question.messageId,
    sender,
    text: end.text ?? '',
    isCreatedByUser: false,
    endpoint,
    ...(model === null ? {} : { model }),
    ...(end.error === true ? {} : { content: [...end.parts] }),
    ...(end.attachments?.length ? { attachments: end.attachments } : {}),
    error: end.error === true,
    unfinished: end.unfinished,
    tokenCount: tokens(end.text ?? textOf(end.parts)),
  })
}

/** The last event of a turn that ran to its end. Its title is that of the conversation when the turn began. */
export function finalEvent(turn: Turn, end: AnswerEnd): Record<string, unknown> {
  const { conversation, question, endpoint, model, sender, conversationId, firstOfConversation } = turn
  const title = firstOfConversation ? 'New Chat' : conversation.title
  return {
    final: true,
    conversation: { ...conversation, title },
    title,
    requestMessage: { ...question, tokenCount: tokens(question.text) },
    responseMessage: {
      messageId: end.id,
      conversationId,
      parentMessageId: question.messageId,
      isCreatedByUser: false,
      isEdited: turn.kept.length > 0,
      ...(model === null ? {} : { model }),
      sender,
      promptTokens: tokens(question.text) + 18,
      endpoint,
      text: '',
      content: end.parts,
      tokenCount: tokens(textOf(end.parts)),
      attachments: end.attachments ?? [],
    },
  }
}
