import { z } from 'zod'
import type { Conversation, Message, Part } from '../../contract/chat.ts'
import { isRecord, turnError } from './errors.ts'
import type { ServerFile } from './librechat.ts'

/** The parent id of a conversation's first message; LibreChat wants it spelled out. */
export const noParent = '00000000-0000-0000-0000-000000000000'

const optionalText = z.string().nullish().catch(null)

export const wireConversation = z.looseObject({
  conversationId: z.string().min(1),
  title: optionalText,
  endpoint: optionalText,
  model: optionalText,
  agent_id: optionalText,
  createdAt: optionalText,
  updatedAt: optionalText,
})

export const wireFile = z.looseObject({
  file_id: z.string().min(1),
  filepath: optionalText,
  filename: optionalText,
  type: optionalText,
  width: z.number().nullish().catch(null),
  height: z.number().nullish().catch(null),
  bytes: z.number().nullish().catch(null),
})

export const wireMessage = z.looseObject({
  messageId: z.string().min(1),
  conversationId: optionalText,
  parentMessageId: optionalText,
  sender: optionalText,
  text: optionalText,
  content: z.array(z.unknown()).nullish().catch(null),
  isCreatedByUser: z.boolean().nullish().catch(null),
  error: z.boolean().nullish().catch(null),
  unfinished: z.boolean().nullish().catch(null),
  model: optionalText,
  files: z.array(z.unknown()).nullish().catch(null),
  attachments: z.array(z.unknown()).nullish().catch(null),
  createdAt: optionalText,
})
export type WireMessage = z.infer<typeof wireMessage>

const time = (iso: string | null | undefined, otherwise: number): number => {
  const at = iso ? Date.parse(iso) : Number.NaN
  return Number.isNaN(at) ? otherwise : at
}

export function toConversation(value: unknown, now = Date.now()): Conversation | null {
  const found = wireConversation.safeParse(value)
  if (!found.success) return null
  const row = found.data
  const updatedAt = time(row.updatedAt, now)
  return {
    id: row.conversationId,
    title: row.title ?? '',
    endpoint: row.endpoint ?? null,
    model: row.model ?? null,
    agentId: row.agent_id ?? null,
    createdAt: time(row.createdAt, updatedAt),
    updatedAt,
  }
}

export function toFile(value: unknown): ServerFile | null {
  const found = wireFile.safeParse(value)
  if (!found.success || !found.data.filepath) return null
  const file = found.data
  return {
    id: file.file_id,
    name: file.filename ?? file.filepath?.split('__').at(-1) ?? 'image',
    type: file.type ?? 'application/octet-stream',
    width: file.width ?? null,
    height: file.height ?? null,
    bytes: file.bytes ?? null,
    path: file.filepath ?? '',
  }
}

/** What the window may know of a file: everything but where the server keeps it. */
export const fileRefOf = ({ id, name, type, width, height, bytes }: ServerFile): Omit<ServerFile, 'path'> => ({
  id,
  name,
  type,
  width,
  height,
  bytes,
})

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : isRecord(value) && typeof value['value'] === 'string' ? value['value'] : ''

function toTool(call: Record<string, unknown>): Part {
  const { name, args, output, progress, auth } = call
  return {
    type: 'tool',
    name: typeof name === 'string' ? name : 'tool',
    args: typeof args === 'string' ? args : args === undefined || args === null ? '' : JSON.stringify(args),
    output: typeof output === 'string' && output !== '' ? output : null,
    done: progress === 1 || (typeof output === 'string' && output !== ''),
    authUrl: typeof auth === 'string' && auth.startsWith('https://') ? auth : null,
  }
}

/** A content part as the window shows it; null for holes and for types that a client may skip. */
export function toPart(value: unknown): Part | null {
  if (!isRecord(value)) return null
  switch (value['type']) {
    case 'text':
      return { type: 'text', text: textOf(value['text']) }
    case 'think':
      return { type: 'think', text: textOf(value['think']) }
    case 'tool_call':
      return isRecord(value['tool_call']) ? toTool(value['tool_call']) : null
    case 'image_file': {
      const file = toFile(value['image_file'])
      return file ? { type: 'image', file: fileRefOf(file) } : null
    }
    case 'error':
      return { type: 'error', error: turnError(textOf(value['error']) || textOf(value['text'])) }
    default:
      return null
  }
}

const isFile = (file: ServerFile | null): file is ServerFile => file !== null

/** Files a message names: its own, generated images, and attachments that are files. */
export function filesOf(row: WireMessage): ServerFile[] {
  const inContent = (row.content ?? [])
    .filter(isRecord)
    .map((part) => (part['type'] === 'image_file' ? toFile(part['image_file']) : null))
  return [...(row.files ?? []).map(toFile), ...inContent, ...(row.attachments ?? []).map(toFile)].filter(isFile)
}

export function toMessage(
  value: unknown,
  conversationId: string,
  now = Date.now(),
): { message: Message; files: ServerFile[] } | null {
  const found = wireMessage.safeParse(value)
  if (!found.success) return null
  const row = found.data
  const byUser = row.isCreatedByUser ?? row.sender === 'User'
  const content = (row.content ?? []).map(toPart).filter((part) => part !== null)
  const plain: Part[] = row.text
    ? [row.error === true ? { type: 'error', error: turnError(row.text) } : { type: 'text', text: row.text }]
    : []
  const parts = content.length > 0 ? content : plain
  const failed = row.error === true || parts.some((part) => part.type === 'error')
  const files = filesOf(row)
  const own = new Set(
    (row.content ?? [])
      .filter(isRecord)
      .map((part) => (isRecord(part['image_file']) ? part['image_file']['file_id'] : null)),
  )
  return {
    message: {
      id: row.messageId,
      conversationId: row.conversationId ?? conversationId,
      parentId: !row.parentMessageId || row.parentMessageId === noParent ? null : row.parentMessageId,
      role: byUser ? 'user' : 'assistant',
      sender: row.sender ?? (byUser ? 'User' : 'Assistant'),
      parts,
      files: files.filter((file) => !own.has(file.id)).map(fileRefOf),
      model: row.model ?? null,
      state: failed ? 'failed' : row.unfinished === true ? 'partial' : 'complete',
      createdAt: time(row.createdAt, now),
    },
    files,
  }
}
