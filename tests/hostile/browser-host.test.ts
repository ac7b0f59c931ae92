import { get, request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowserHost } from '../../dev/browser-host/server.ts'
import type { BrowserHost } from '../../dev/browser-host/server.ts'
import type { App } from '../../src/main/app.ts'

let folder = ''
let host: BrowserHost
let cookie = ''
const called: { route: string; input: unknown }[] = []
const app: Pick<App, 'dispatch' | 'subscribe' | 'image'> = {
  async dispatch(route, input) {
    called.push({ route, input })
    return await Promise.resolve({ ok: true, value: null })
  },
  subscribe: () => () => undefined,
  image: async (id) => await Promise.resolve(id === 'f1' ? { type: 'image/png', bytes: new Uint8Array([1, 2]) } : null),
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

async function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> {
  const { port } = new URL(host.origin)
  return await new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: { cookie, ...options.headers } },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      },
    )
    sent.on('error', reject)
    sent.end(options.body)
  })
}
const post = async (route: string, headers: Record<string, string> = {}, body = '{"input":{}}'): Promise<Answer> =>
  await ask(`/bridge/${route}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hestami-host-'))
  mkdirSync(join(folder, 'window'))
  writeFileSync(join(folder, 'window', 'index.html'), '<html><head><title>x</title></head></html>')
  writeFileSync(join(folder, 'secret.js'), 'canary')
  host = await startBrowserHost(app, { port: 0, root: join(folder, 'window') })
})
afterAll(async () => {
  await host.close()
  rmSync(folder, { recursive: true, force: true })
})

const token = (): string => new URL(host.url).search

test('without the token nothing is answered, not even the page', async () => {
  for (const path of ['/', '/bridge.js', '/bridge/events', '/image/f1', '/?token=wrong', '/index.html'])
    expect((await ask(path, { headers: { accept: 'text/html' } })).status).toBe(403)
  expect((await post('session.get')).status).toBe(403)
  expect(called).toEqual([])
})

test('a probe does not use the token up; a browser does, once', async () => {
  expect((await ask(`/${token()}`, { headers: { accept: '*/*' } })).status).toBe(403)
  const first = await ask(`/${token()}`, { headers: { accept: 'text/html' } })
  expect([first.status, first.headers.location]).toEqual([303, '/'])
  const set = first.headers['set-cookie']?.[0] ?? ''
  expect(set).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/)
  expect((await ask(`/${token()}`, { headers: { accept: 'text/html' } })).status).toBe(403)
  cookie = set.split(';')[0] ?? ''
  expect((await ask('/')).status).toBe(200)
})

test('the page has its policy, and no other site may frame or read it', async () => {
  const { headers, body } = await ask('/')
  expect(headers['content-security-policy']).toContain("default-src 'none'")
  expect(headers['content-security-policy']).toContain("connect-src 'self'")
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['access-control-allow-origin']).toBe(undefined)
  expect(body).toContain('/bridge.js')
})

test.each([
  [{ host: 'evil.example' }, 'a name that was rebound to this computer'],
  [{ host: '127.0.0.1' }, 'another port'],
  [{ origin: 'https://evil.example' }, 'another origin'],
  [{ origin: 'null' }, 'a sandboxed frame'],
  [{ 'sec-fetch-site': 'cross-site' }, 'another site'],
  [{ 'sec-fetch-site': 'same-site' }, 'another port of the same site'],
])('refuses %o: %s', async (headers, _who) => {
  called.length = 0
  expect((await post('session.get', headers)).status).toBe(403)
  expect(called).toEqual([])
})

test('its own page may call', async () => {
  called.length = 0
  const answer = await post(
    'drafts.get',
    { origin: host.origin, 'sec-fetch-site': 'same-origin' },
    '{"input":{"draftKey":"new"}}',
  )
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { ok: true, value: null }])
  expect(called).toEqual([{ route: 'drafts.get', input: { draftKey: 'new' } }])
})

test.each(['/../secret.js', '/%2e%2e/secret.js', '/..%2fsecret.js', '//etc/passwd', '/assets/../../secret.js', '/%00'])(
  'no file outside of the window: %s',
  async (path) => {
    const answer = await ask(path)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body).not.toContain('canary')
  },
)

test('broken frames are refused, not dispatched', async () => {
  called.length = 0
  const short = await ask('/bridge/attachments.add', {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from([0, 0, 9, 9, 1]),
  })
  expect(short.status).toBe(400)
  expect((await post('session.get', {}, 'not json')).status).toBe(400)
  expect(called).toEqual([])
})

test('listens on the loopback alone', async () => {
  const { port } = new URL(host.origin)
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address !== undefined && !address.internal && address.family === 'IPv4')
  // A machine without a network has no address of its own to be reached at.
  const reached =
    outside === undefined
      ? false
      : await new Promise<boolean>((resolve) => {
          get({ host: outside.address, port, path: '/', timeout: 1000 }, () => resolve(true)).on('error', () =>
            resolve(false),
          )
        })
  expect(reached).toBe(false)
})
