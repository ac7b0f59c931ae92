import { join } from 'node:path'
import type { Conversation } from '../../contract/chat.ts'
import type { Log } from '../host.ts'
import type { Cache } from './cache.ts'
import { eraseDatabase, isDamaged, NewerDatabase, openDatabase, openSide, quarantine } from './database.ts'
import type { Sqlite } from './database.ts'
import { healthOf } from './health.ts'
import type { CacheHealth } from './health.ts'
import { migrations } from './migrations.ts'
import { readConversation, readDraft, readDraftFile, readFile, readMessage, readOutbox } from './rows.ts'
import { sidePath } from './side.ts'

interface Options {
  /** The data folder; the file is `cache/<account>.db` in it. */
  readonly folder: string
  readonly account: string
  /** 32 bytes, or null for a cache that is gone at exit. */
  readonly key: Buffer | null
  readonly log: Log
  /** For tests. */
  readonly schema?: readonly string[]
}

/** Where an account's cache is. */
export const pathOf = (folder: string, account: string): string => join(folder, 'cache', `${account}.db`)
const present = <T>(rows: readonly (T | null)[]): T[] => rows.filter((row) => row !== null)

/** Removes everything that is cached for an account. */
export const eraseCache = (folder: string, account: string): void => eraseDatabase(pathOf(folder, account))

export function openCache({ folder, account, key, log, schema = migrations }: Options): Cache {
  let path = pathOf(folder, account)

  const open = (): Sqlite => {
    try {
      return openDatabase(path, key, schema)
    } catch (thrown) {
      if (thrown instanceof NewerDatabase && key !== null) {
        log({ level: 'warn', event: 'cache.newer' })
        return openBeside(key)
      }
      log({ level: 'warn', event: 'cache.damaged' })
      if (!isDamaged(thrown)) return openDatabase(path, null, schema)
      quarantine(path)
      return openDatabase(path, key, schema)
    }
  }
  /** The newer version's own stays as it is, whatever happens to this one. */
  const openBeside = (key: Buffer): Sqlite => {
    const newer = path
    path = sidePath(newer, schema.length)
    try {
      return openSide(newer, key, schema)
    } catch (thrown) {
      log({ level: 'warn', event: 'cache.damaged' })
      if (!isDamaged(thrown)) return openDatabase(path, null, schema)
      quarantine(path)
      return openSide(newer, key, schema)
    }
  }

  let database = open()

  const attempt = <T>(otherwise: T, work: (database: Sqlite) => T): T => {
    try {
      return work(database)
    } catch (thrown) {
      log({
        level: 'warn',
        event: 'cache.failed',
        fields: { code: (thrown as { code?: string }).code ?? 'unknown' },
      })
      if (!isDamaged(thrown)) return otherwise
      try {
        database.close()
        quarantine(path)
        database = open()
      } catch {
        database = openDatabase(path, null, schema)
      }
      return otherwise
    }
  }
  const write = (work: (database: Sqlite) => void): boolean =>
    attempt(false, (current) => {
      current.transaction(() => work(current))()
      return true
    })

  const saveConversations = (current: Sqlite, rows: readonly Conversation[]): void => {
    const statement = current.prepare(
      `INSERT INTO conversations (id, title, endpoint, model, agent_id, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET title = excluded.title, endpoint = excluded.endpoint, model = excluded.model,
         agent_id = excluded.agent_id, created_at = excluded.created_at, updated_at = excluded.updated_at`,
    )
    for (const row of rows)
      statement.run(row.id, row.title, row.endpoint, row.model, row.agentId, row.createdAt, row.updatedAt)
  }
  const jsonOf = (current: Sqlite, sql: string, ...values: unknown[]): unknown[] =>
    current
      .prepare(sql)
      .pluck()
      .all(...values)

  return {
    conversations: (limit = 500) =>
      attempt<Conversation[]>([], (current) =>
        present(
          (
            current.prepare('SELECT * FROM conversations ORDER BY updated_at DESC, id LIMIT ?').all(limit) as Record<
              string,
              unknown
            >[]
          ).map(readConversation),
        ),
      ),
    saveConversations: (rows) => write((current) => saveConversations(current, rows)),
    renameConversation: (id, title) =>
      write((current) => void current.prepare('UPDATE conversations SET title = ? WHERE id = ?').run(title, id)),
    removeConversation: (id) =>
      write((current) => {
        current.prepare('DELETE FROM conversations WHERE id = ?').run(id)
        current.prepare('DELETE FROM messages WHERE conversation_id = ?').run(id)
        current.prepare('DELETE FROM drafts WHERE key = ?').run(id)
      }),
    messages: (id) =>
      attempt([], (current) =>
        present(
          jsonOf(current, 'SELECT json FROM messages WHERE conversation_id = ? ORDER BY position', id).map(readMessage),
        ),
      ),
    replaceMessages: (id, rows, files) =>
      attempt(false, (current) => {
        const next = rows.map((row) => JSON.stringify(row))
        const before = jsonOf(current, 'SELECT json FROM messages WHERE conversation_id = ? ORDER BY position', id)
        const same = before.length === next.length && before.every((json, index) => json === next[index])
        current.transaction(() => {
          if (!same) {
            current.prepare('DELETE FROM messages WHERE conversation_id = ?').run(id)
            const insert = current.prepare('INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?)')
            rows.forEach((row, index) => insert.run(id, row.id, index, next[index]))
          }
          for (const file of files)
            current.prepare('INSERT OR REPLACE INTO files VALUES (?, ?)').run(file.id, JSON.stringify(file))
        })()
        return true
      }),
    saveMessage: (row) =>
      write((current) => {
        const position = current
          .prepare('SELECT position FROM messages WHERE conversation_id = ? AND id = ?')
          .pluck()
          .get(row.conversationId, row.id)
        const next = current
          .prepare('SELECT coalesce(max(position), -1) + 1 FROM messages WHERE conversation_id = ?')
          .pluck()
          .get(row.conversationId)
        current
          .prepare('INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?)')
          .run(row.conversationId, row.id, position ?? next, JSON.stringify(row))
      }),
    file: (id) =>
      attempt(null, (current) => readFile(current.prepare('SELECT json FROM files WHERE id = ?').pluck().get(id))),
    saveFiles: (files) =>
      write((current) => {
        for (const file of files)
          current.prepare('INSERT OR REPLACE INTO files VALUES (?, ?)').run(file.id, JSON.stringify(file))
      }),
    draft: (id) =>
      attempt(null, (current) => readDraft(current.prepare('SELECT json FROM drafts WHERE key = ?').pluck().get(id))),
    saveDraft: (id, draft) =>
      write((current) => {
        if (draft === null) current.prepare('DELETE FROM drafts WHERE key = ?').run(id)
        else current.prepare('INSERT OR REPLACE INTO drafts VALUES (?, ?)').run(id, JSON.stringify(draft))
      }),
    draftFiles: () =>
      attempt([], (current) =>
        present(jsonOf(current, 'SELECT json FROM draft_files ORDER BY rowid').map(readDraftFile)),
      ),
    saveDraftFile: (row) =>
      write(
        (current) =>
          void current.prepare('INSERT OR REPLACE INTO draft_files VALUES (?, ?)').run(row.id, JSON.stringify(row)),
      ),
    removeDraftFile: (id) => write((current) => void current.prepare('DELETE FROM draft_files WHERE id = ?').run(id)),
    outbox: () =>
      attempt([], (current) => present(jsonOf(current, 'SELECT json FROM outbox ORDER BY created_at').map(readOutbox))),
    saveOutbox: (row) =>
      write(
        (current) =>
          void current
            .prepare('INSERT OR REPLACE INTO outbox VALUES (?, ?, ?)')
            .run(row.input.turnId, row.createdAt, JSON.stringify(row)),
      ),
    removeOutbox: (id) => write((current) => void current.prepare('DELETE FROM outbox WHERE turn_id = ?').run(id)),
    health: () => attempt<CacheHealth | null>(null, healthOf),
    close() {
      try {
        database.close()
      } catch {
        // Already closed, or too damaged to close cleanly: nothing is left to save.
      }
    },
  }
}
