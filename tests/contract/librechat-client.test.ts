import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createDouble } from '../../dev/librechat-double/double.ts'
import { createHttp } from '../../src/main/http/client.ts'
import { userAgent } from '../../src/main/http/user-agent.ts'
import { createLibreChatAuth } from '../../src/main/librechat/auth.ts'
import { account, collect, question, startClient, target } from './harness/client.ts'
import type { Client } from './harness/client.ts'

const png = async (width: number, height: number): Promise<Uint8Array> =>
  new Uint8Array(
    await sharp({ create: { width, height, channels: 3, background: '#246' } })
      .png()
      .toBuffer(),
  )

describe.each(['post-stream', 'resumable'] as const)('LibreChat in %s style', (style) => {
  let client: Client
  beforeAll(async () => {
    client = await startClient({ style })
  })
  afterEach(() => client.double.faults.clear())
  afterAll(async () => await client.close())

  const upload = async (patch: Partial<Parameters<Client['librechat']['files']['upload']>[0]> = {}) =>
    await client.librechat.files.upload(
      {
        id: randomUUID(),
        name: 'Dach größe.png',
        type: 'image/png',
        width: 40,
        height: 30,
        bytes: await png(40, 30),
        target,
        ...patch,
      },
      () => undefined,
    )

  test('every request carries a user agent that LibreChat takes for a browser', async () => {
    await client.librechat.models.list()
    await upload()
    await collect(client.librechat.turns.start(question('Hello')).updates)
    const agents = new Set(client.double.requests.map((request) => request.userAgent))
    expect(agents).toEqual(new Set([userAgent('0.0.0')]))
    expect(client.double.requests.every(({ status }) => status < 400)).toBe(true)
  })

  test('models, endpoints and agents become one list', async () => {
    const { options, preferred } = await client.librechat.models.list()
    expect(options.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4-5']),
    )
    expect(options.some(({ target: { agentId } }) => agentId !== null)).toBe(true)
    expect(options.find(({ target: { endpoint } }) => endpoint === 'OpenRouter')?.target.endpointType).toBe('custom')
    expect(preferred).not.toBe(null)
  })

  test('conversations are paged to the end without losing or repeating one', async () => {
    for (let at = 0; at < 120; at++)
      client.double.addConversation({
        email: account.email,
        title: `Paged ${at}`,
        updatedAt: 1_700_000_000_000 + at * 60_000,
      })
    const titles: string[] = []
    let cursor: string | null = null
    do {
      const page = await client.librechat.conversations.page(cursor)
      titles.push(...page.conversations.map(({ title }) => title))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(new Set(titles).size).toBe(titles.length)
    const paged = titles.filter((title) => title.startsWith('Paged'))
    // v0.8.0 itself loses one row at each page boundary; what is left is in order.
    expect(paged.length).toBeGreaterThanOrEqual(style === 'resumable' ? 120 : 117)
    expect(paged).toEqual([...paged].sort((a, b) => Number(b.slice(6)) - Number(a.slice(6))))
  })

  test('rename and remove; what is gone is gone, and nothing else is', async () => {
    const { conversationId: kept } = client.double.addConversation({ email: account.email, title: 'Kept' })
    const { conversationId } = client.double.addConversation({ email: account.email, title: 'Old title' })
    await client.librechat.conversations.rename(conversationId, 'New title')
    expect((await client.librechat.conversations.get(conversationId))?.title).toBe('New title')
    const before = client.double.conversations().length
    await client.librechat.conversations.remove(conversationId)
    expect(client.double.conversations()).toHaveLength(before - 1)
    expect(await client.librechat.conversations.get(conversationId)).toBe(null)
    expect((await client.librechat.conversations.get(kept))?.title).toBe('Kept')
    await expect(client.librechat.conversations.rename(conversationId, 'x')).rejects.toMatchObject({
      error: { code: 'not-found' },
    })
    await expect(client.librechat.conversations.remove('')).rejects.toMatchObject({ error: { code: 'invalid-input' } })
  })

  test('a generated title is found', async () => {
    const updates = await collect(client.librechat.turns.start(question('Leaking roof in April')).updates)
    const accepted = updates.find((update) => update.kind === 'accepted')!
    expect(await client.librechat.conversations.generatedTitle(accepted.conversationId)).toMatch(/roof/i)
    // It can be read once; after that the conversation itself knows it.
    expect(await client.librechat.conversations.generatedTitle(accepted.conversationId)).toMatch(/roof/i)
  })

  test('an image goes up with progress, comes back by its path, and leaves', async () => {
    const progress: number[] = []
    const bytes = new Uint8Array(
      await sharp(
        Buffer.alloc(300 * 300 * 3, 7).map((_, at) => (at * 7919) % 256),
        { raw: { width: 300, height: 300, channels: 3 } },
      )
        .png({ compressionLevel: 0 })
        .toBuffer(),
    )
    const file = await client.librechat.files.upload(
      { id: randomUUID(), name: 'roof.png', type: 'image/png', width: 300, height: 300, bytes, target },
      (sent) => progress.push(sent),
    )
    expect(file).toMatchObject({ name: 'roof.png', width: 300, height: 300 })
    expect(progress.length).toBeGreaterThan(1)
    expect(progress.at(-1)).toBeGreaterThanOrEqual(bytes.length)
    const image = await client.librechat.files.image(file.path)
    expect(image?.type).toMatch(/^image\//)
    expect((await sharp(image!.bytes).metadata()).width).toBe(300)
    const updates = await collect(client.librechat.turns.start(question('What is this?', { files: [file] })).updates)
    expect(updates.at(-1)).toMatchObject({ kind: 'ended', question: { files: [{ id: file.id }] } })
    await client.librechat.files.remove(file)
    expect(await client.librechat.files.image(file.path)).toBe(null)
  })

  test('an image elsewhere is not fetched, and no credential leaves for it', async () => {
    const before = client.double.requests.length
    expect(await client.librechat.files.image('https://elsewhere.example/x.png')).toBe(null)
    expect(await client.librechat.files.image('//elsewhere.example/x.png')).toBe(null)
    expect(client.double.requests.length).toBe(before)
  })

  test('an upload can be cancelled', async () => {
    client.double.faults.add({ method: 'POST', path: '/api/files/images', action: { kind: 'hang' } })
    const abort = new AbortController()
    const bytes = await png(20, 20)
    const going = client.librechat.files.upload(
      { id: randomUUID(), name: 'x.png', type: 'image/png', width: 20, height: 20, bytes, target },
      () => undefined,
      abort.signal,
    )
    setTimeout(() => abort.abort(), 100)
    await expect(going).rejects.toMatchObject({ error: { code: 'cancelled' } })
  })

  test('what the server refuses of a file is told', async () => {
    const bytes = new TextEncoder().encode('not an image at all')
    await expect(upload({ type: 'text/plain', bytes })).rejects.toMatchObject({
      error: { code: 'file-rejected', reason: 'refused-by-server' },
    })
  })

  test('messages of a conversation that is not there', async () => {
    await expect(client.librechat.messages.list(randomUUID())).rejects.toMatchObject({ error: { code: 'not-found' } })
  })

  test('an expired access token is renewed once for many requests at once', async () => {
    client.double.expireAccessTokens()
    const before = client.refreshes()
    await Promise.all(Array.from({ length: 12 }, async () => await client.librechat.conversations.page(null)))
    expect(client.refreshes()).toBe(before + 1)
  })

  test.each([
    [
      { kind: 'status', status: 502 },
      { code: 'server-error', status: 502 },
    ],
    [
      { kind: 'html', status: 503 },
      { code: 'server-error', status: 503 },
    ],
    [{ kind: 'html' }, { code: 'unexpected-answer', server: 'librechat' }],
    [{ kind: 'redirect', to: 'http://portal.example/' }, { code: 'unexpected-answer' }],
    [
      { kind: 'rate-limit', retryAfter: 30 },
      { code: 'rate-limited', server: 'librechat' },
    ],
    [{ kind: 'ban', minutes: 5 }, { code: 'banned' }],
    [{ kind: 'reset' }, { code: 'unreachable', reason: 'reset' }],
  ] as const)('the fault %o is typed', async (action, error) => {
    client.double.faults.add({ path: '/api/convos', action })
    await expect(client.librechat.conversations.page(null)).rejects.toMatchObject({ error })
    client.double.liftBans()
  })
})

describe('logging in and out', () => {
  const network = {
    resolveProxy: async () => await Promise.resolve(null),
    certificates: async () => await Promise.resolve([]),
  }
  const authOf = (origin: string) =>
    createLibreChatAuth({
      http: createHttp({ origin, server: 'librechat', userAgent: userAgent('0'), network, log: () => undefined }),
    })

  test('refresh tokens rotate, and an old one is dead', async () => {
    const client = await startClient({ style: 'resumable' })
    const first = client.tokens()
    const { tokens } = await client.auth.refresh(first.refresh)
    expect(tokens.refresh).not.toBe(first.refresh)
    expect(Math.abs(tokens.refreshExpiresAt - first.refreshExpiresAt)).toBeLessThan(2000)
    await expect(client.auth.refresh(first.refresh)).rejects.toMatchObject({ error: { code: 'session-expired' } })
    await client.close()
  })

  test('a portal, a 5xx and a broken connection end no session', async () => {
    const client = await startClient({ style: 'resumable' })
    for (const action of [
      { kind: 'html' },
      { kind: 'status', status: 500 },
      { kind: 'reset' },
      { kind: 'redirect', to: 'http://portal.example/' },
    ] as const) {
      client.double.faults.add({ path: '/api/auth/refresh', action })
      await expect(client.auth.refresh(client.tokens().refresh)).rejects.not.toMatchObject({
        error: { code: 'session-expired' },
      })
    }
    await expect(client.auth.refresh(client.tokens().refresh)).resolves.toMatchObject({
      tokens: { access: expect.any(String) as string },
    })
    await client.close()
  })

  test('a revoked session and a deleted user are over', async () => {
    const client = await startClient({ style: 'resumable' })
    client.double.revokeSessions()
    await expect(client.auth.refresh(client.tokens().refresh)).rejects.toMatchObject({
      error: { code: 'session-expired' },
    })
    client.double.removeUser(account.email)
    await expect(client.auth.refresh(client.tokens().refresh)).rejects.toMatchObject({
      error: { code: 'session-expired' },
    })
    await client.close()
  })

  test('after logging out the refresh token is dead', async () => {
    const client = await startClient({ style: 'post-stream' })
    await client.auth.logout(client.tokens())
    await expect(client.auth.refresh(client.tokens().refresh)).rejects.toMatchObject({
      error: { code: 'session-expired' },
    })
    await client.close()
  })

  test('a wrong password, a ban and the login limit are told apart', async () => {
    const double = await createDouble({ style: 'resumable', loginMax: 3 })
    double.addUser(account)
    const auth = authOf(double.origin)
    await expect(auth.login(account.email, 'wrong')).rejects.toMatchObject({
      error: { code: 'account-refused', reason: 'password' },
    })
    await auth.login(account.email, account.password)
    await auth.login(account.email, account.password)
    await expect(auth.login(account.email, account.password)).rejects.toMatchObject({
      error: { code: 'rate-limited', server: 'librechat', retryAt: expect.any(Number) as number },
    })
    double.liftBans()
    double.faults.add({ path: '/api/auth/login', action: { kind: 'ban', minutes: 10 } })
    await expect(auth.login(account.email, account.password)).rejects.toMatchObject({ error: { code: 'banned' } })
    await double.close()
  })

  test('a second factor: wrong code, right code, code too late', async () => {
    const double = await createDouble({ style: 'resumable', loginMax: 50, twoFactor: { tempSeconds: 1 } })
    double.addUser({ ...account, twoFactorCode: '123456' })
    const auth = authOf(double.origin)
    const login = await auth.login(account.email, account.password)
    if (login.kind !== 'two-factor') throw new Error('no second factor was asked')
    await expect(auth.verifyCode(login.tempToken, '000000')).rejects.toMatchObject({ error: { code: 'wrong-code' } })
    expect(await auth.verifyCode(login.tempToken, '123456')).toMatchObject({ kind: 'signed-in' })
    await new Promise((resolve) => setTimeout(resolve, 2100))
    await expect(auth.verifyCode(login.tempToken, '123456')).rejects.toMatchObject({ error: { code: 'code-expired' } })
    await double.close()
  })

  test('terms are asked for and accepted once', async () => {
    const client = await startClient({ style: 'resumable', terms: { text: '# Be kind' } })
    expect(await client.librechat.terms.get()).toMatchObject({
      accepted: false,
      text: expect.stringContaining('Be kind') as string,
    })
    await client.librechat.terms.accept()
    expect(await client.librechat.terms.get()).toMatchObject({ accepted: true })
    await client.close()
  })
})
