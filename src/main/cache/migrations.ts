/** One entry a version, applied in order inside one transaction each; `user_version` counts them. Never edit a shipped one. */
export const migrations: readonly string[] = [
  `CREATE TABLE conversations (
     id TEXT PRIMARY KEY, title TEXT NOT NULL, endpoint TEXT, model TEXT, agent_id TEXT,
     created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX conversations_by_time ON conversations (updated_at DESC);
   CREATE TABLE messages (
     conversation_id TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, json TEXT NOT NULL,
     PRIMARY KEY (conversation_id, id)
   ) STRICT;
   CREATE INDEX messages_in_order ON messages (conversation_id, position);
   CREATE TABLE files (id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
   CREATE TABLE drafts (key TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
   CREATE TABLE draft_files (id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
   CREATE TABLE outbox (turn_id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, json TEXT NOT NULL) STRICT;`,
]
