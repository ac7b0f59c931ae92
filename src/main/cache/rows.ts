import { z } from 'zod'
import { conversation, draft, fileRef, message, sendInput, target } from '../../contract/chat.ts'
import type { Conversation } from '../../contract/chat.ts'
import { appError } from '../../contract/errors.ts'
import type { DraftFile, OutboxRow } from './cache.ts'

/** Rows are parsed when read: what an older version wrote is data from outside. */
const serverFile = fileRef.extend({ path: z.string() })
const outboxRow = z.strictObject({
  input: sendInput,
  files: z.array(serverFile),
  state: z.enum(['queued', 'sent', 'accepted', 'failed']),
  conversationId: z.string().nullable(),
  error: appError.nullable(),
  createdAt: z.number(),
})

const draftFile = z.strictObject({ id: z.string(), draftKey: z.string(), size: z.number(), target, file: serverFile })

const parse = <T>(schema: z.ZodType<T>, json: unknown): T | null => {
  try {
    const found = schema.safeParse(JSON.parse(String(json)))
    return found.success ? found.data : null
  } catch {
    return null
  }
}

export const readMessage = (json: unknown): z.infer<typeof message> | null => parse(message, json)
export const readFile = (json: unknown): z.infer<typeof serverFile> | null => parse(serverFile, json)
export const readDraft = (json: unknown): z.infer<typeof draft> | null => parse(draft, json)
export const readDraftFile = (json: unknown): DraftFile | null => parse(draftFile, json)
export const readOutbox = (json: unknown): OutboxRow | null => parse(outboxRow, json)

export function readConversation(row: Record<string, unknown>): Conversation | null {
  const found = conversation.safeParse({
    id: row['id'],
    title: row['title'],
    endpoint: row['endpoint'],
    model: row['model'],
    agentId: row['agent_id'],
    createdAt: row['created_at'],
    updatedAt: row['updated_at'],
  })
  return found.success ? found.data : null
}
