import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Conversation, Message, Session, State, StoredFile, User } from './schema.ts'
import { state as stateSchema } from './schema.ts'

/** Milliseconds in which changes are gathered into one write. */
const gather = 20

export interface Store {
  readonly secrets: State['secrets']
  readonly users: Map<string, User>
  readonly sessions: Map<string, Session>
  /** By conversation id. */
  readonly conversations: Map<string, Conversation>
  /** By conversation id, in the order of their making. */
  readonly messages: Map<string, Message[]>
  readonly files: Map<string, StoredFile>
  readonly bans: Map<string, number>
  readonly violations: Map<string, number>
  /** Says that something above was changed; it is written soon. */
  changed(): void
  /** Resolves when everything is on disk. */
  flush(): Promise<void>
}

const empty = (): State => ({
  secrets: { access: randomBytes(32).toString('hex'), refresh: randomBytes(32).toString('hex') },
  users: [],
  sessions: [],
  conversations: [],
  messages: [],
  files: [],
  bans: {},
  violations: {},
})

/** Reads `path` when it is there (a file that does not parse throws) and keeps it up to date by writing beside and renaming. */
export function openStore(path: string | null): Store {
  const first = path !== null && existsSync(path) ? stateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : empty()
  const messages = new Map<string, Message[]>()
  for (const row of first.messages) messages.set(row.conversationId, [...(messages.get(row.conversationId) ?? []), row])

  const store = {
    secrets: first.secrets,
    users: new Map(first.users.map((row) => [row.id, row])),
    sessions: new Map(first.sessions.map((row) => [row.id, row])),
    conversations: new Map(first.conversations.map((row) => [row.conversationId, row])),
    messages,
    files: new Map(first.files.map((row) => [row.file_id, row])),
    bans: new Map(Object.entries(first.bans)),
    violations: new Map(Object.entries(first.violations)),
  }

  const snapshot = (): State => ({
    secrets: store.secrets,
    users: [...store.users.values()],
    sessions: [...store.sessions.values()],
    conversations: [...store.conversations.values()],
    messages: [...store.messages.values()].flat(),
    files: [...store.files.values()],
    bans: Object.fromEntries(store.bans),
    violations: Object.fromEntries(store.violations),
  })

  let dirty = path !== null && !existsSync(path)
  let writing: Promise<void> | null = null

  const write = async (to: string): Promise<void> => {
    await mkdir(dirname(to), { recursive: true })
    while (dirty) {
      dirty = false
      try {
        await writeFile(`${to}.new`, JSON.stringify(snapshot()), { mode: 0o600, flush: true })
        await rename(`${to}.new`, to)
      } catch (thrown) {
        dirty = true
        throw thrown
      }
    }
  }

  const start = (delay: number): Promise<void> | null => {
    if (path === null || writing !== null || !dirty) return writing
    const run = async (): Promise<void> => {
      if (delay > 0) await sleep(delay)
      await write(path)
    }
    writing = run().finally(() => {
      writing = null
    })
    // What failed is still to be written: flush tries again and tells.
    writing.catch(() => undefined)
    return writing
  }

  return {
    ...store,
    changed() {
      dirty = path !== null
      void start(gather)
    },
    async flush() {
      for (let write = start(0); write !== null; write = start(0)) await write
    },
  }
}
