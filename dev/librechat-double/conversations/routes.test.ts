import { afterEach, describe, expect, test } from 'vitest'
import type { Style } from '../options.ts'
import { account, signedIn } from '../test-client.ts'
import type { SignedIn } from '../test-client.ts'

let client: SignedIn
afterEach(async () => await client.double.close())

const base = Date.parse('2026-01-05T08:00:00.000Z')
/** Titles `1` (oldest) to `count` (newest), a second apart. */
const fill = (count: number): string[] =>
  Array.from({ length: count }, (_, at) =>
    client.double.addConversation({
      email: account.email,
      title: String(at + 1),
      turns: [{ question: 'a?', answer: 'b.' }],
      updatedAt: base + at * 1000,
    }),
  ).map(({ conversationId }) => conversationId)

/** All pages: titles, and the cursors between them. */
const walk = async (query: string): Promise<{ titles: number[]; cursors: string[] }> => {
  const titles: number[] = []
  const cursors: string[] = []
  for (let cursor = ''; ;) {
    const page = (await client.call('GET', `/api/convos?${query}${cursor}`)).json
    titles.push(...page.conversations.map((row: { title: string }) => Number(row.title)))
    if (page.nextCursor === null) return { titles, cursors }
    cursors.push(page.nextCursor)
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`
  }
}
const downFrom = (from: number, without: readonly number[] = []): number[] =>
  Array.from({ length: from }, (_, at) => from - at).filter((title) => !without.includes(title))

test('cursors of the new version are base64 JSON and lose nothing', async () => {
  client = await signedIn({ style: 'resumable' })
  fill(30)
  const { titles, cursors } = await walk('limit=10&sortBy=updatedAt&sortDirection=desc')
  expect(titles).toEqual(downFrom(30))
  expect(JSON.parse(Buffer.from(cursors[0] ?? '', 'base64').toString('utf8'))).toMatchObject({
    primary: '2026-01-05T08:00:20.000Z',
    id: expect.any(String),
  })
  expect((await walk('limit=7&sortBy=createdAt&sortDirection=asc')).titles).toEqual(downFrom(30).toReversed())
  const odd = await client.call('GET', '/api/convos?limit=3&cursor=%%%nonsense')
  expect(odd.json.conversations.map((row: { title: string }) => row.title)).toEqual(['30', '29', '28'])
  expect((await client.call('GET', '/api/convos?sortBy=size')).status).toBe(500)
})

test('cursors of the old version are dates and lose a row at each page boundary', async () => {
  client = await signedIn({ style: 'post-stream' })
  fill(30)
  const { titles, cursors } = await walk('limit=10')
  expect(titles).toEqual(downFrom(30, [20, 9]))
  expect(cursors[0]).toBe('2026-01-05T08:00:19.000Z')
})

describe.each<Style>(['resumable', 'post-stream'])('%s', (style) => {
  test('rows are summaries, the document has all, and an unknown one is an empty 404', async () => {
    client = await signedIn({ style })
    const [id] = fill(1)
    const row = (await client.call('GET', '/api/convos')).json.conversations[0]
    expect(row).toMatchObject({
      conversationId: id,
      title: '1',
      endpoint: 'openAI',
      model: 'gpt-4o',
      user: client.userId,
    })
    expect(row).not.toHaveProperty('messages')
    const whole = await client.call('GET', `/api/convos/${id}`)
    expect(whole.json.messages).toHaveLength(2)
    const none = await client.call('GET', `/api/convos/${crypto.randomUUID()}`)
    expect([none.status, none.text]).toEqual([404, ''])
  })

  test('rename is 201 with the document, and makes a conversation of an unknown id', async () => {
    client = await signedIn({ style })
    const [id] = fill(1)
    const rename = async (conversationId: unknown, title: unknown) =>
      await client.call('POST', '/api/convos/update', { json: { arg: { conversationId, title } } })
    const renamed = await rename(id, 'Better')
    expect([renamed.status, renamed.json.title, renamed.json.conversationId]).toEqual([201, 'Better', id])
    const fresh = crypto.randomUUID()
    expect((await rename(fresh, 'From nowhere')).status).toBe(201)
    expect((await client.call('GET', `/api/convos/${fresh}`)).json.title).toBe('From nowhere')
  })

  test('delete needs an argument, and one without an id but the button deletes nothing', async () => {
    client = await signedIn({ style })
    const [id] = fill(3)
    const remove = async (arg: unknown) => await client.call('DELETE', '/api/convos', { json: { arg } })
    expect((await remove({})).json).toEqual({ error: 'no parameters provided' })
    const button = await remove({ source: 'button' })
    expect([button.status, button.text]).toEqual([200, 'No conversationId provided'])
    const removed = await remove({ conversationId: id, source: 'button' })
    expect(removed.status).toBe(201)
    expect(removed.json).toMatchObject({ acknowledged: true, deletedCount: 1, messages: { deletedCount: 2 } })
    expect('conversationIds' in removed.json).toBe(style === 'resumable')
    expect((await client.call('GET', `/api/messages/${id}`)).json).toEqual({ error: 'Conversation not found' })
    const twice = await remove({ conversationId: id, source: 'button' })
    expect([twice.status, twice.text]).toEqual([500, 'Error clearing conversations'])
    expect(client.double.conversations()).toHaveLength(2)
    expect((await remove({ endpoint: 'openAI' })).json.deletedCount).toBe(2)
  })

  test('messages are a bare array in order, without database fields', async () => {
    client = await signedIn({ style })
    const [id] = fill(1)
    const { json } = await client.call('GET', `/api/messages/${id}`)
    expect(json).toHaveLength(2)
    expect(json[0]).toMatchObject({ sender: 'User', text: 'a?', isCreatedByUser: true, conversationId: id })
    expect(json[1]).toMatchObject({
      sender: 'GPT-4o',
      text: '',
      content: [{ type: 'text', text: 'b.' }],
      parentMessageId: json[0].messageId,
    })
    expect(json[0]).not.toHaveProperty('_id')
    expect(json[0]).not.toHaveProperty('user')
    expect((await client.call('GET', '/api/messages/new')).json).toEqual([])
  })

  test('what belongs to somebody else', async () => {
    client = await signedIn({ style })
    const other = { email: 'other@example.com', password: 'correct horse battery', name: 'Other Person' }
    client.double.addUser(other)
    const { conversationId } = client.double.addConversation({ email: other.email, title: 'Theirs' })
    expect((await client.call('GET', `/api/messages/${conversationId}`)).status).toBe(403)
    expect((await client.call('GET', `/api/convos/${conversationId}`)).status).toBe(404)
    const arg = { conversationId, title: 'Mine' }
    const rename = await client.call('POST', '/api/convos/update', { json: { arg } })
    const refusal = {
      resumable: '{\\"type\\":\\"convo_access\\"',
      'post-stream': '{"message":"Error saving conversation"}',
    }
    expect(rename.text).toContain(refusal[style])
    expect(client.double.conversations(other.email)[0]?.title).toBe('Theirs')
  })
})

test('rename of the new version looks at its arguments; the old one saves all of them', async () => {
  client = await signedIn({ style: 'resumable' })
  const [id] = fill(1)
  const update = async (arg: unknown) => await client.call('POST', '/api/convos/update', { json: { arg } })
  expect((await update({ title: 'x' })).json).toEqual({ error: 'conversationId is required' })
  expect((await update({ conversationId: id })).json).toEqual({ error: 'title is required' })
  expect((await update({ conversationId: id, title: 3 })).json).toEqual({ error: 'title must be a string' })
  await update({ conversationId: id, title: '  padded ', isArchived: true })
  expect(client.double.conversations()[0]).toMatchObject({ title: 'padded' })
  client.double.setStyle('post-stream')
  await update({ conversationId: id, isArchived: true })
  expect((await client.call('GET', '/api/convos')).json.conversations).toEqual([])
  expect((await client.call('GET', '/api/convos?isArchived=true')).json.conversations).toHaveLength(1)
})
