import type { Conversation, Draft, Message, SendInput, Target } from '../../contract/chat.ts'
import type { AppError } from '../../contract/errors.ts'
import type { ServerFile } from '../librechat/librechat.ts'
import type { CacheHealth } from './health.ts'

/** A turn that was asked for and whose outcome is not yet known to be safe on the server. */
export interface OutboxRow {
  readonly input: SendInput
  readonly files: readonly ServerFile[]
  readonly state: 'queued' | 'sent' | 'accepted' | 'failed'
  readonly conversationId: string | null
  readonly error: AppError | null
  readonly createdAt: number
}

/** An image that was uploaded for a message that is not sent yet. */
export interface DraftFile {
  readonly id: string
  readonly draftKey: string
  readonly size: number
  readonly target: Target
  readonly file: ServerFile
}

/**
 * One account's cache. The server is the truth: everything but drafts, their files and the outbox may be lost at any time. No call throws for
 * a broken or full database: reads then answer empty and writes return false ("cache off").
 */
export interface Cache {
  /** Newest first, at most `limit` (default 500). */
  conversations(limit?: number): Conversation[]
  saveConversations(rows: readonly Conversation[]): boolean
  renameConversation(id: string, title: string): boolean
  removeConversation(id: string): boolean
  messages(conversationId: string): Message[]
  /** Replaces the conversation's messages; writes nothing when nothing changed. */
  replaceMessages(conversationId: string, rows: readonly Message[], files: readonly ServerFile[]): boolean
  saveMessage(row: Message): boolean
  file(id: string): ServerFile | null
  saveFiles(files: readonly ServerFile[]): boolean
  draft(key: string): Draft | null
  saveDraft(key: string, draft: Draft | null): boolean
  /** Oldest first. */
  draftFiles(): DraftFile[]
  saveDraftFile(row: DraftFile): boolean
  removeDraftFile(id: string): boolean
  outbox(): OutboxRow[]
  /** Committed (fsync) when it returns true. */
  saveOutbox(row: OutboxRow): boolean
  removeOutbox(turnId: string): boolean
  /** Null when it cannot be read. */
  health(): CacheHealth | null
  close(): void
}
