import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { png } from '../journeys/harness/images.ts'
import { target } from '../contract/harness/client.ts'
import { ensureBuilt } from './build.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'
import { ask, signIn, startServers } from './servers.ts'

let servers: Awaited<ReturnType<typeof startServers>>
beforeAll(async () => {
  await ensureBuilt()
  servers = await startServers()
  servers.librechat.script('a long one', { steps: [{ kind: 'text', text: 'word '.repeat(4000) }], deltasPerSecond: 50 })
})
afterAll(async () => await servers.close())

const using = async (given: Parameters<typeof launch>[0], work: (run: Launched) => Promise<void>): Promise<void> => {
  const run = await launch(given)
  try {
    await run.does.opened()
    await work(run)
  } finally {
    await run.close()
  }
}

describe('while an answer is written', () => {
  const awake = async (style: 'post-stream' | 'resumable'): Promise<string[]> => {
    servers.librechat.setStyle(style)
    let told: string[] = []
    await using({ env: servers.env }, async (run) => {
      await signIn(run)
      const turnId = await ask(run, 'a long one')
      const shown = async (): Promise<string> => JSON.stringify(await run.does.invoke('page', 'chat.turns', undefined))
      await expect.poll(shown, { timeout: 10_000 }).toContain('word word')
      const during = [...(await run.does.record()).awake]
      await run.does.invoke('page', 'chat.stop', { turnId })
      await expect.poll(shown, { timeout: 10_000 }).not.toContain('streaming')
      told = [...during, '—', ...(await run.does.record()).awake.slice(during.length)]
    })
    return told
  }

  test('the computer stays awake where the server would end the answer, and no longer', async () => {
    expect(await awake('post-stream')).toEqual(['prevent-app-suspension', '—', 'stop 1'])
  })
  test('it may sleep where the answer goes on at the server', async () => {
    expect(await awake('resumable')).toEqual(['—'])
  })
})

test('an image of a conversation is saved as the server has it', async () => {
  servers.librechat.setStyle('resumable')
  await using({ env: servers.env }, async (run) => {
    await signIn(run)
    const bytes = new Uint8Array(await png())
    const given = { name: 'Roof.png', type: 'image/png', width: 320, height: 200, bytes, target }
    const id = crypto.randomUUID()
    await run.does.invoke('page', 'attachments.add', { id, draftKey: 'new', ...given })
    interface Listed {
      readonly value: readonly { readonly status: { readonly kind: string; readonly file?: { readonly id: string } } }[]
    }
    const listed = async (): Promise<Listed> =>
      (await run.does.invoke('page', 'attachments.list', { draftKey: 'new' })) as Listed
    await expect.poll(async () => (await listed()).value[0]?.status.kind, { timeout: 10_000 }).toBe('ready')
    const fileId = (await listed()).value[0]?.status.file?.id ?? ''
    const path = join(run.folder, 'saved.png')
    await run.does.saveTo(path)
    await run.does.contextMenu({
      isEditable: false,
      selectionText: '',
      misspelledWord: '',
      dictionarySuggestions: [],
      linkURL: '',
      frame: null,
      menuSourceType: 'mouse',
      editFlags: {},
      mediaType: 'image',
      hasImageContents: true,
      altText: 'Roof.png',
      srcURL: `app://bundle/image/${encodeURIComponent(fileId)}`,
    })
    expect(await run.does.popup('Save image…')).toBe(true)
    await expect.poll(async () => await readFile(path).catch(() => null), { timeout: 10_000 }).not.toBeNull()
    const { saveDialogs, boxes } = await run.does.record()
    expect([(await readFile(path)).length > 100, boxes]).toEqual([true, []])
    expect(saveDialogs).toMatchObject([{ defaultPath: expect.stringMatching(/Roof\.(png|webp|jpg)$/) }])
  })
})

describe('a proxy of the system', () => {
  const basic = { isProxy: true, scheme: 'basic', host: '127.0.0.1', port: 0, realm: 'x' }
  const user = { username: 'me', password: 'p:w' }
  const wanted = `Basic ${Buffer.from('me:p:w').toString('base64')}`

  test('what the user gives goes to it alone: for the app’s traffic and for Chromium’s', async () => {
    const seen: string[] = []
    const proxy = createServer((_request, answer) => answer.writeHead(502).end())
    proxy.on('connect', ({ headers }, socket) => {
      socket.on('error', () => undefined)
      seen.push(headers['proxy-authorization'] ?? '')
      const known = headers['proxy-authorization'] === wanted
      socket.end(`HTTP/1.1 ${known ? '200 OK' : '407 No\r\nProxy-Authenticate: Basic realm="Office"'}\r\n\r\n`)
    })
    await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    try {
      // The first entry of the PAC answer does not answer.
      await using({ proxy: `PROXY 127.0.0.1:1; PROXY 127.0.0.1:${port}` }, async (run) => {
        expect(await run.does.login(true, { ...basic, port })).toEqual({ told: null, prevented: false })
        await run.does.invoke('page', 'session.signIn', { email: 'demo@example.com', password: 'not looked at' })
        const asked = async (): Promise<unknown> => await run.does.invoke('page', 'proxy.get', undefined)
        await expect.poll(asked).toEqual({
          ok: true,
          value: { proxy: `127.0.0.1:${port}`, realm: 'Office', refused: false, supported: true },
        })
        await run.does.invoke('page', 'proxy.signIn', user)
        expect(await asked()).toEqual({ ok: true, value: null })
        expect(seen).toEqual(['', wanted])

        expect(await run.does.login(true, { ...basic, port })).toEqual({ told: ['me', 'p:w'], prevented: true })
        for (const [first, other] of [
          // It did not take it the first time.
          [false, {}],
          [true, { isProxy: false }],
          [true, { port: port + 1 }],
          [true, { host: 'proxy.example' }],
          [true, { scheme: 'ntlm' }],
        ] as const)
          expect(await run.does.login(first, { ...basic, port, ...other })).toEqual({ told: null, prevented: false })
        expect(run.output()).not.toContain('p:w')
      })
    } finally {
      proxy.closeAllConnections()
      proxy.close()
    }
  })
})
