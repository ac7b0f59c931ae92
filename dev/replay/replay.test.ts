import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { FaultEffect, FaultRule } from '../../src/contract/support.ts'
import { startReplay } from '../../src/main/debug/start-replay.ts'
import { createHttp } from '../../src/main/http/client.ts'
import type { Http } from '../../src/main/http/http.ts'
import { forkWorker } from '../../src/main/keychain/fork-worker.ts'
import { startFront } from './front.ts'
import { converted, sizeOf } from './pixels.ts'
import { createPlatformDouble } from './platform-double.ts'

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
})

const client = (origin: string): Http => {
  const network = { resolveProxy: async () => await Promise.resolve(null), certificates: async () => [] }
  const http = createHttp({ origin, server: 'librechat', userAgent: 'Test/1', network, log: () => undefined })
  ending.push(() => http.close())
  return http
}

describe('the front of a server', () => {
  const body = 'data: one\n\n'.repeat(5)
  const start = async (effect: FaultEffect, patch: Partial<FaultRule> = {}): Promise<Http> => {
    const behind = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'set-cookie': ['a=1', 'b=2'] })
      for (let at = 0; at < 5; at++) setTimeout(() => response.write(body.slice(at * 11, at * 11 + 11)), at * 15)
      setTimeout(() => response.end(), 80)
    })
    behind.listen(0, '127.0.0.1')
    await once(behind, 'listening')
    ending.push(() => behind.close())
    const front = await startFront({
      server: 'librechat',
      target: `http://127.0.0.1:${(behind.address() as AddressInfo).port}`,
      rules: [
        {
          id: crypto.randomUUID(),
          server: 'librechat',
          method: null,
          route: '/**',
          waitMs: 0,
          times: 1,
          ...patch,
          effect,
        },
      ],
    })
    ending.push(async () => await front.close())
    return client(front.origin)
  }
  const get = async (http: Http, timeout = 5000) => await http.send({ method: 'GET', path: '/api/convos', timeout })

  test('passes on what no rule is for, and what a rule has nothing against', async () => {
    const http = await start({ kind: 'none' })
    for (const _time of [1, 2]) {
      const { body: got, headers } = await get(http)
      expect([got.toString(), headers['set-cookie']]).toEqual([body, ['a=1', 'b=2']])
    }
  })
  test('waits', async () => {
    const began = performance.now()
    await get(await start({ kind: 'none' }, { waitMs: 150 }))
    expect(performance.now() - began).toBeGreaterThan(145)
  })
  test.each([
    ['reset', 'reset'],
    ['timeout', 'timeout'],
  ] as const)('is not reached: %s', async (reason, told) => {
    const http = await start({ kind: 'unreachable', reason })
    await expect(get(http, 200)).rejects.toMatchObject({ error: { code: 'unreachable', reason: told } })
    expect((await get(http)).status).toBe(200)
  })
  test('answers in the place of the server', async () => {
    const got = await get(await start({ kind: 'answer', status: 403, content: 'json', said: 'banned' }))
    expect([got.status, JSON.parse(got.body.toString()).message]).toEqual([403, expect.stringContaining('banned')])
  })
  test('cuts: all that was to arrive arrives', async () => {
    const { stream } = await (await start({ kind: 'cut', afterBytes: 30 })).open({ method: 'GET', path: '/api/convos' })
    let text = ''
    const reading = async (): Promise<void> => {
      for await (const piece of stream) text += String(piece)
    }
    await expect(reading()).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(text).toBe(body.slice(0, 30))
  })
  test('holds back: headers and body come at the end', async () => {
    const began = performance.now()
    const { stream } = await (await start({ kind: 'buffer' })).open({ method: 'GET', path: '/api/convos' })
    expect(performance.now() - began).toBeGreaterThan(70)
    let pieces = 0
    for await (const _piece of stream) pieces++
    expect(pieces).toBe(1)
  })
})

describe('the platform in memory', () => {
  const users: { email: string; name: string }[] = []
  const start = async () => {
    users.length = 0
    const server = createServer(createPlatformDouble({ librechatPassword: 'p', onUser: (user) => users.push(user) }))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ending.push(() => server.close())
    const http = client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    return async (method: 'GET' | 'POST', path: string, json?: unknown, bearer = '') => {
      const headers: Record<string, string> = bearer === '' ? {} : { authorization: `Bearer ${bearer}` }
      const answer = await http.send({ method, path: `/api/users/${path}/`, json, headers })
      return [answer.status, JSON.parse(answer.body.toString())] as const
    }
  }

  test('lets everybody in, and rotates refresh tokens', async () => {
    const call = await start()
    const [, { access, refresh, user }] = await call('POST', 'login', { email: 'A@example.com', password: 'x' })
    expect(user).toMatchObject({ email: 'a@example.com', first_name: 'Demo' })
    expect(users).toEqual([{ email: 'a@example.com', name: 'Demo User' }])
    expect(await call('GET', 'librechat-password', undefined, access)).toEqual([200, { librechat_password: 'p' }])
    const [, again] = await call('POST', 'token/refresh', { refresh })
    expect(Object.keys(again)).toEqual(['access', 'refresh'])
    expect(await call('POST', 'token/refresh', { refresh })).toMatchObject([
      401,
      { detail: 'Token is invalid or expired' },
    ])
    expect(await call('POST', 'token/verify', { token: again.refresh })).toMatchObject([200, { valid: true }])
    expect(await call('POST', 'logout', { refresh_token: again.refresh }, access)).toMatchObject([200, {}])
    expect(await call('POST', 'token/verify', { token: again.refresh })).toMatchObject([401, { valid: false }])
    expect(await call('GET', 'profile', undefined, 'nobody')).toMatchObject([401, { code: 'token_not_valid' }])
    expect(await call('GET', 'profile')).toMatchObject([401, { detail: expect.stringContaining('not provided') }])
  })

  test('registers once', async () => {
    const call = await start()
    const form = { email: 'b@example.com', password: 'x', confirm_password: 'x', first_name: 'B', last_name: 'C' }
    expect(await call('POST', 'register', { ...form, confirm_password: 'y' })).toMatchObject([
      400,
      { confirm_password: [expect.any(String)] },
    ])
    expect(await call('POST', 'register', form)).toMatchObject([
      201,
      { user: { email: 'b@example.com', service_provider: null } },
    ])
    expect(await call('POST', 'register', form)).toMatchObject([400, { email: [expect.any(String)] }])
    expect(await call('POST', 'login', { email: 'b@example.com', password: '' })).toMatchObject([401, {}])
  })
})

test('sizes of pictures are read from their heads; everything else is some picture', async () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAD0lEQVR4nGNgGAWjADcAAAIQAAGmOOzIAAAAAElFTkSuQmCC',
    'base64',
  )
  expect(await sizeOf(png)).toEqual({ width: 8, height: 8 })
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 20, 0, 30, 1, 1, 0, 0, 0, 0])
  expect(await converted(jpeg)).toMatchObject({ width: 30, height: 20 })
  expect(await sizeOf(Buffer.from('RIFF'))).toEqual({ width: 1024, height: 768 })
  expect(await converted(Buffer.alloc(0))).toBeNull()
})

describe('starting a replay', () => {
  const worker = join(import.meta.dirname, 'main.ts')
  test('of what is no bundle starts nothing', async () => {
    const spawn = () => {
      throw new Error('not to be started')
    }
    await expect(startReplay('<html>', spawn)).rejects.toMatchObject({ error: { code: 'invalid-input' } })
  })
  test('whose servers end, or are elsewhere, is told', async () => {
    const header = `{"section":"header","format":1,"writtenAt":1,"version":"1.4.0","flavour":"beta","channel":"beta","build":"development","host":"electron","platform":"linux","arch":"x64","system":null,"electron":null,"chromium":null,"node":"24.1","locale":null,"utcOffset":0,"uptime":1,"memory":1,"used":1,"servers":{"platform":"https","librechat":"https"}}`
    let killed = 0
    const port = (message: unknown, exits = false) => ({
      post: () => undefined,
      onMessage: (listener: (message: unknown) => void) => void (exits || setImmediate(() => listener(message))),
      onExit: (listener: () => void) => void (exits && setImmediate(listener)),
      kill: () => void killed++,
    })
    await expect(startReplay(header, () => port(null, true))).rejects.toThrow('ended')
    await expect(startReplay(header, () => port(null))).rejects.toThrow(/invalid_type/)
    const elsewhere = { platformOrigin: 'https://evil.example', librechatOrigin: 'http://127.0.0.1:1' }
    await expect(startReplay(header, () => port(elsewhere))).rejects.toThrow(/platformOrigin/)
    expect(killed).toBe(3)
    const replay = await startReplay(header, () => forkWorker(worker))
    expect(replay.config).toMatchObject({ replay: { version: '1.4.0', rules: [] } })
    expect((await fetch(`${replay.config.librechatOrigin}/api/config`)).status).toBe(200)
    replay.close()
    await expect
      .poll(
        async () =>
          await fetch(replay.config.librechatOrigin).then(
            () => 'there',
            () => 'gone',
          ),
      )
      .toBe('gone')
  })
})
