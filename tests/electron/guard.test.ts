import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Sender } from './double/operations.ts'
import { ensureBuilt } from './build.ts'
import { launch } from './launch.ts'
import type { Launched } from './launch.ts'

let run: Launched
beforeAll(async () => {
  await ensureBuilt()
  run = await launch()
  await run.does.opened()
})
afterAll(async () => await run.close())

const logged = async (): Promise<string> => await readFile(join(run.folder, 'Hestami Chat/logs/app.log'), 'utf8')

describe('the app scheme', () => {
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; " +
    "connect-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; " +
    "require-trusted-types-for 'script'; trusted-types 'none'"

  test('serves the page under the policy', async () => {
    const { status, headers, body } = await run.does.request('app://bundle/index.html', 'GET')
    expect(status).toBe(200)
    expect(body).toMatch(/^<!doctype html>/i)
    expect(headers).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
  })

  test.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'get'])('answers no %s', async (method) => {
    const { status, headers } = await run.does.request('app://bundle/index.html', method)
    expect(status).toBe(405)
    expect(headers['content-security-policy']).toBe(policy)
  })

  test.each([
    'app://bundle/',
    'app://bundle/nothing.js',
    'app://bundle/assets',
    'app://bundle/../main/index.js',
    'app://bundle/%2e%2e/main/index.js',
    'app://bundle/..%2fmain%2findex.js',
    'app://bundle/%2e%2e%2fmain%2findex.js',
    'app://bundle/..%5cmain%5cindex.js',
    'app://bundle/..\\main\\index.js',
    'app://bundle/%252e%252e%252fmain/index.js',
    'app://bundle/assets/..%2f..%2fmain/index.js',
    'app://bundle/assets/%2e/../../preload/index.cjs',
    'app://bundle/....//main/index.js',
    'app://bundle//etc/passwd',
    'app://bundle/%2fetc%2fpasswd',
    'app://bundle/C:/Windows/win.ini',
    'app://bundle/index.html%00.js',
    'app://bundle/index.html::$DATA',
    'app://bundle/%',
    'app://bundle/%ff',
    'app://bundle/%c0%ae%c0%ae/main/index.js',
    'app://bundle/./.%2e/package.json',
    'app://bundle/%2e%2e/%2e%2e/package.json',
    'app://bundle/INDEX.HTML/..%2f..',
    'app://bundle/index.html/',
    'app://other/index.html',
    'app://bundle.example/index.html',
    'app://bundle:80/index.html',
    'app://user@other/index.html',
    'app:index.html',
    'app:///index.html',
    'file:///etc/passwd',
    'https://bundle/index.html',
    'app://bundle/image/',
    'app://bundle/image/no-such-file',
    'app://bundle/image/..%2findex.html',
    'app://bundle/image/%2e%2e%2f%2e%2e%2fetc',
    'app://bundle/image/a%00b',
    'app://bundle/image/a%5cb',
    `app://bundle/${'a'.repeat(5000)}.js`,
  ])('has nothing at %s', async (url) => {
    const { status, body, headers } = await run.does.request(url, 'GET')
    expect({ status, body }).toEqual({ status: 404, body: '' })
    expect(headers['content-security-policy']).toBe(policy)
  })
})

describe('the page cannot leave', () => {
  const elsewhere = [
    'https://example.com/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:app://bundle/0',
    'about:blank',
    'app://other/index.html',
    'app://bundle.example/index.html',
    'app://bundle/other.html',
    'app://bundle/safe.html',
    'app://bundle/image/1',
    'app://bundle/index.html?x',
    'smb://example.com/share',
    'ms-msdt:x',
    'vscode:x',
  ]
  test.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('by %s', async (event) => {
    const left: string[] = []
    for (const later of [false, true])
      for (const url of elsewhere) if (!(await run.does.navigate(event, url, true, later))) left.push(url)
    expect(left).toEqual([])
  })

  test('but be loaded anew, in its own frame and without a redirect', async () => {
    const page = 'app://bundle/index.html'
    expect(await run.does.navigate('will-navigate', page, true, false)).toBe(false)
    expect(await run.does.navigate('will-frame-navigate', page, true, false)).toBe(false)
    expect(await run.does.navigate('will-frame-navigate', page, false, false)).toBe(true)
    expect(await run.does.navigate('will-redirect', page, true, false)).toBe(true)
  })

  test('by a new window, not even to itself', async () => {
    for (const url of [...elsewhere, 'app://bundle/index.html'])
      expect(await run.does.open(url)).toEqual({ action: 'deny' })
    expect((await run.does.record()).windows).toHaveLength(1)
    expect((await run.does.record()).opened).toEqual([])
  })

  test('by a webview', async () => {
    expect(await run.does.navigate('will-attach-webview', '', true, false)).toBe(true)
    expect(await run.does.navigate('will-attach-webview', '', true, true)).toBe(true)
  })
})

describe.each(['', 'window'])('the session "%s"', (session) => {
  const permissions = [
    'clipboard-read',
    'display-capture',
    'fileSystem',
    'fullscreen',
    'geolocation',
    'hid',
    'idle-detection',
    'keyboardLock',
    'local-fonts',
    'media',
    'mediaKeySystem',
    'midi',
    'midiSysex',
    'notifications',
    'openExternal',
    'persistent-storage',
    'pointerLock',
    'serial',
    'speaker-selection',
    'storage-access',
    'top-level-storage-access',
    'usb',
    'window-management',
    'unknown',
  ]
  test.each(permissions)('does not grant %s', async (permission) => {
    const refused = { asked: false, checked: false }
    expect(await run.does.permission(session, permission, 'app://bundle/index.html')).toEqual(refused)
  })

  test('lets its own page copy, and no other', async () => {
    const may = async (url: string): Promise<unknown> =>
      await run.does.permission(session, 'clipboard-sanitized-write', url)
    expect(await may('app://bundle/index.html')).toEqual({ asked: true, checked: true })
    expect(await may('https://example.com/')).toEqual({ asked: false, checked: false })
    expect(await may('app://bundle.example/')).toEqual({ asked: false, checked: false })
  })

  test('gives out no device and no screen', async () => {
    expect(await run.does.device(session)).toBe(false)
    expect(await run.does.displayMedia(session)).toBeNull()
  })

  test('requests nothing but its own files', async () => {
    const local = ['app://bundle/index.html', 'app://bundle/image/1', 'blob:app://bundle/0', 'data:image/png;base64,AA']
    const cancelled: string[] = []
    for (const url of local) if (await run.does.cancels(session, url)) cancelled.push(url)
    expect(cancelled).toEqual([])
    const remote = [
      'https://example.com/?q=text',
      'http://127.0.0.1:9/',
      'ws://127.0.0.1/',
      'wss://example.com/',
      'ftp://example.com/',
      'file:///etc/passwd',
      'app://other/',
      'app://bundle.example/',
      'blob:https://example.com/0',
      'devtools://devtools/bundled/inspector.html',
      'chrome-extension://abcdefgh/x.js',
      'about:blank',
      'HTTPS://EXAMPLE.COM/',
    ]
    for (const url of remote) if (await run.does.cancels(session, url)) cancelled.push(url)
    expect(cancelled).toEqual(remote)
  })
})

describe('the bridge', () => {
  test('is one channel in', async () => {
    expect((await run.does.record()).channels).toEqual(['hestami:call'])
  })

  test('answers its page', async () => {
    expect(await run.does.invoke('page', 'app.info', undefined)).toMatchObject({
      ok: true,
      value: { name: 'Hestami Chat', version: '0.1.0', host: 'electron' },
    })
    expect(await run.does.invoke('page', 'no.such-route', undefined)).toMatchObject({ ok: false })
  })

  const forged: Sender[] = [
    'sub-frame',
    'other-frame-of-process',
    'other-process',
    'null-frame',
    'detached',
    'disposed',
    'other-window',
    'https',
    'file',
    'about:blank',
    'other-host',
    'look-alike',
    'null-origin',
  ]
  test.each(forged)('refuses %s, changes nothing and says so in the log', async (from) => {
    const before = (await logged()).split('"bridge.refused"').length
    const answer = await run.does.invoke(from, 'settings.set', { theme: 'dark' })
    expect(answer).toEqual({ ok: false, error: { code: 'forbidden' } })
    expect(await run.does.invoke('page', 'settings.get', undefined)).toMatchObject({ value: { theme: 'system' } })
    expect((await logged()).split('"bridge.refused"').length).toBe(before + 1)
  })

  test.each([undefined, null, 1, {}, ['app.info']])('takes no %s for a route', async (route) => {
    expect(await run.does.invoke('page', route, undefined)).toEqual({ ok: false, error: { code: 'forbidden' } })
  })

  test('events reach the page', async () => {
    await run.does.invoke('page', 'settings.set', { lastConversationId: 'c1' })
    expect((await run.does.record()).sent.at(-1)).toMatchObject([
      'hestami:event',
      'settings.changed',
      { lastConversationId: 'c1' },
    ])
  })

  test('the system’s proxy is asked of the default session', async () => {
    await run.does.invoke('page', 'session.signIn', { email: 'demo@example.com', password: 'not a password' })
    const { proxied } = await run.does.record()
    expect(proxied[0]).toMatchObject({ session: '', url: expect.stringContaining('http://127.0.0.1:9/') })
  })
})
