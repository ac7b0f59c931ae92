import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Draft } from '../../src/contract/chat.ts'
import type { Cache, OutboxRow } from '../../src/main/cache/cache.ts'
import { migrations } from '../../src/main/cache/migrations.ts'
import { eraseCache, openCache } from '../../src/main/cache/open.ts'
import { createSettings } from '../../src/main/settings/settings.ts'
import { openRecord } from '../../src/main/updates/record.ts'

const key = randomBytes(32)
/** What a version to come could do to the cache. */
const next = [
  ...migrations,
  `ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE prompts (id TEXT PRIMARY KEY) STRICT;`,
]
const afterNext = [...next, 'CREATE TABLE more (id TEXT PRIMARY KEY) STRICT;']

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hestami-downgrade-'))
  onTestFinished(async () => await rm(folder, { recursive: true, force: true }))
  return folder
}
const logged: string[] = []
const inVersion = <T>(folder: string, schema: readonly string[], work: (cache: Cache) => T): T => {
  const log = ({ event }: { event: string }): void => void logged.push(event)
  const cache = openCache({ folder, account: 'a1', key, schema, log })
  const result = work(cache)
  cache.close()
  return result
}
const draft = (text: string): Draft => ({ text })
const texts = (cache: Cache): (string | undefined)[] => ['a', 'b', 'c'].map((id) => cache.draft(id)?.text)
const row = (text: string): OutboxRow => ({
  input: {
    turnId: randomUUID(),
    messageId: randomUUID(),
    conversationId: null,
    parentId: null,
    text,
    attachmentIds: [],
    target: { endpoint: 'openAI', endpointType: null, model: 'gpt-4o', agentId: null, spec: null },
  },
  files: [],
  state: 'sent',
  conversationId: null,
  error: null,
  createdAt: 7,
})

test('drafts and the outbox outlive an update, the way back, and the next update', async () => {
  const folder = await newFolder()
  inVersion(folder, migrations, (cache) => {
    cache.saveDraft('a', draft('from N'))
    cache.saveOutbox(row('sent by N'))
  })
  inVersion(folder, next, (cache) => {
    expect(texts(cache)).toEqual(['from N', undefined, undefined])
    cache.saveDraft('b', draft('from N+1'))
  })
  inVersion(folder, migrations, (cache) => {
    expect(texts(cache)).toEqual(['from N', undefined, undefined])
    expect(cache.outbox().map(({ input }) => input.text)).toEqual(['sent by N'])
    cache.saveDraft('a', draft('from N, later'))
    cache.saveDraft('c', draft('from N, back again'))
  })
  inVersion(folder, migrations, (cache) => {
    expect(texts(cache)).toEqual(['from N, later', undefined, 'from N, back again'])
  })
  inVersion(folder, next, (cache) => {
    expect(texts(cache)).toEqual(['from N, later', 'from N+1', 'from N, back again'])
    expect(cache.outbox()).toHaveLength(1)
    cache.saveDraft('a', null)
  })
  // Once: what the newer version does from then on stands.
  inVersion(folder, next, (cache) => expect(texts(cache)).toEqual([undefined, 'from N+1', 'from N, back again']))
  inVersion(folder, afterNext, (cache) => expect(texts(cache)).toEqual([undefined, 'from N+1', 'from N, back again']))
  expect(logged).not.toContain('cache.damaged')
})

test('signing out leaves nothing of it, and neither does time', async () => {
  const folder = await newFolder()
  const cache = join(folder, 'cache')
  inVersion(folder, migrations, (open) => open.saveDraft('a', draft('from N')))
  inVersion(folder, next, () => undefined)
  expect(await readdir(cache)).toContain('a1.db.v1')
  const long = new Date(Date.now() - 15 * 24 * 3_600_000)
  await utimes(join(cache, 'a1.db.v1'), long, long)
  inVersion(folder, next, () => undefined)
  expect(await readdir(cache)).not.toContain('a1.db.v1')

  inVersion(folder, afterNext, () => undefined)
  inVersion(folder, next, (open) => open.saveDraft('a', draft('beside')))
  eraseCache(folder, 'a1')
  expect(await readdir(cache)).toEqual([])
})

test('what lies beside is encrypted, and damaged it keeps nobody from anything', async () => {
  const folder = await newFolder()
  inVersion(folder, migrations, (cache) => cache.saveDraft('a', draft('Canary draft')))
  inVersion(folder, next, () => undefined)
  const beside = join(folder, 'cache/a1.db.v1')
  expect((await readFile(beside)).includes('Canary')).toBe(false)
  await writeFile(beside, randomBytes(8192))
  inVersion(folder, next, (cache) => expect(cache.draft('a')?.text).toBe('Canary draft'))
  inVersion(folder, migrations, (cache) => {
    expect(cache.saveDraft('a', draft('anew'))).toBe(true)
  })
  inVersion(folder, migrations, (cache) => expect(cache.draft('a')?.text).toBe('anew'))
})

test('settings that only the newer version understands are there when it is back', async () => {
  const folder = await newFolder()
  const path = join(folder, 'settings.json')
  await writeFile(path, JSON.stringify({ theme: 'contrast', lastConversationId: 'c1', newThing: { on: true } }))
  const open = (): ReturnType<typeof createSettings> =>
    createSettings({ folder, log: () => undefined, onChange: () => undefined })
  const settings = open()
  expect(settings.get()).toMatchObject({ theme: 'system', lastConversationId: 'c1' })
  settings.set({ lastConversationId: 'c2' })
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
    theme: 'contrast',
    lastConversationId: 'c2',
    newThing: { on: true },
  })
  expect(open().get()).toMatchObject({ theme: 'system', lastConversationId: 'c2' })
})

test('and so is what it noted about updates', async () => {
  const folder = await newFolder()
  const path = join(folder, 'record.json')
  await writeFile(
    path,
    JSON.stringify({ highest: '9.0.0', installId: '0'.repeat(32), trial: { kind: 'of the future' } }),
  )
  const record = openRecord(folder, () => undefined)
  expect(record.get()).toMatchObject({ highest: '9.0.0', installId: '0'.repeat(32), trial: null })
})
