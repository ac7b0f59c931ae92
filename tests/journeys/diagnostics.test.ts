import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { KeychainFault } from '../../src/main/keychain/keychain.ts'
import type { Keychain } from '../../src/main/keychain/keychain.ts'
import { createAuthority, createCertificate } from '../faults/harness/certificates.ts'
import { startCheckServers } from '../faults/harness/check-servers.ts'
import type { CheckServers } from '../faults/harness/check-servers.ts'
import { createMemoryKeychain } from '../faults/harness/memory-keychain.ts'
import { closedPort, serve, serveTcp, serveTls, startProxy } from '../faults/harness/network.ts'
import type { Listening } from '../faults/harness/network.ts'
import { launchBrowser, watchErrors } from './harness/browser.ts'
import { createPerson } from './harness/person.ts'
import { startApp } from './harness/running-app.ts'
import type { RunningApp } from './harness/running-app.ts'

interface Setting {
  readonly platformOrigin?: string
  readonly librechatOrigin?: string
  readonly proxy?: string
  readonly trusted?: boolean
  readonly keychain?: Keychain
}

let servers: CheckServers
let browser: Browser
let context: BrowserContext
let page: Page
let app: RunningApp
let folder = ''
let trust = ''
const errors: string[] = []
const ending: (() => Promise<void>)[] = []

beforeAll(async () => {
  ;[servers, browser] = await Promise.all([startCheckServers(), launchBrowser()])
})
afterAll(async () => {
  await browser.close()
  await servers.close()
})
const closeApp = async (): Promise<void> => {
  await context.close()
  await app.close()
  for (const end of ending.splice(0).toReversed()) await end()
  rmSync(folder, { recursive: true, force: true })
}

const kept = async <T extends Listening>(listening: Promise<T>): Promise<T> => {
  const one = await listening
  ending.push(async () => await one.close())
  return one
}

async function open({ proxy, trusted = false, keychain, ...origins }: Setting = {}): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'hestami-check-'))
  app = await startApp({
    platformOrigin: servers.platformOrigin,
    librechatOrigin: servers.librechatOrigin,
    ...origins,
    data: join(folder, 'app'),
    keychain: keychain ?? createMemoryKeychain(),
    parts: {
      network: {
        resolveProxy: async () => await Promise.resolve(proxy ?? null),
        certificates: async () => await Promise.resolve(trusted ? [trust] : []),
      },
    },
  })
  context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
  context.setDefaultTimeout(10_000)
  page = await context.newPage()
  watchErrors(page, errors)
  await page.goto(app.url)
}

const step = (group: string, title: string): Locator =>
  page
    .getByRole('list', { name: group, exact: true })
    .getByRole('listitem')
    .filter({ has: page.getByText(title, { exact: true }) })
const done = async (): Promise<void> =>
  await page.getByRole('status').filter({ hasText: 'Done.' }).waitFor({ timeout: 30_000 })

/** What a person reads of one step: that it is a problem, what was found, and what to do. */
async function reads(group: string, title: string, words: readonly RegExp[]): Promise<void> {
  const text = (await step(group, title).textContent()) ?? ''
  expect(text).toMatch(/Problem|Warning/)
  for (const expected of words) expect(text).toMatch(expected)
  expect(await page.getByRole('status').filter({ hasText: 'Done.' }).textContent()).toContain(`${group} – ${title}`)
}

describe('signed out', () => {
  afterEach(closeApp)

  const tls = async (options: Parameters<typeof createCertificate>[1] & { hosts?: string[] }, versions = {}) => {
    const authority = await createAuthority('Example TLS Inspection', 'Example Corp')
    trust = authority.cert
    const certificate = await createCertificate(options.hosts ?? ['localhost'], { authority, ...options })
    const { port } = await kept(serveTls(certificate, servers.platform.handle, versions))
    return { platformOrigin: `https://localhost:${port}`, trusted: true }
  }
  const behindProxy = async (answer: number): Promise<Setting> => {
    const proxy = Object.assign(await kept(startProxy()), { answer })
    return { ...(await tls({})), proxy: `http://127.0.0.1:${proxy.port}` }
  }
  const answering = async (status: number, headers: Record<string, string>, body = ''): Promise<Setting> => {
    const { port } = await kept(serve((_request, response) => void response.writeHead(status, headers).end(body)))
    return { librechatOrigin: `http://127.0.0.1:${port}` }
  }
  const refusingKeychain = (problem: 'locked' | 'hanging'): Keychain => ({
    ...createMemoryKeychain(),
    get: async () => await Promise.reject(new KeychainFault(problem)),
  })
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const html = { 'content-type': 'text/html' }
  const yesterday = new Date(Date.now() - 24 * 3_600_000).toUTCString()

  test.each<[string, () => Promise<Setting> | Setting, string, string, RegExp[]]>([
    [
      'a name that nobody knows',
      () => ({ platformOrigin: 'https://hestami-no-such-host.invalid' }),
      'Hestami',
      'Name lookup (DNS)',
      [/hestami-no-such-host\.invalid/, /What you can do: Check/],
    ],
    [
      'nobody listens',
      async () => ({ platformOrigin: `https://localhost:${await closedPort()}` }),
      'Hestami',
      'Connection (TCP)',
      [/localhost:\d+ refuses connections/, /try again in a few minutes/, /start the server, or open its port/],
    ],
    [
      'an expired certificate',
      async () => await tls({ fromDay: -60, untilDay: -3 }),
      'Hestami',
      'Encryption (TLS)',
      [/certificate of localhost:\d+ ended on/, /Check the date and time/, /Renew the certificate/],
    ],
    [
      'an inspecting proxy that is not trusted',
      async () => ({ ...(await tls({})), trusted: false }),
      'Hestami',
      'Encryption (TLS)',
      [/issued by Example TLS Inspection \(Example Corp\), which this computer does not trust/, /install its root/],
    ],
    [
      'the certificate of another server',
      async () => await tls({ hosts: ['portal.example'] }),
      'Hestami',
      'Encryption (TLS)',
      [/belongs to portal\.example/, /sign in to the network/, /has to name localhost/],
    ],
    [
      'outdated encryption',
      async () => await tls({}, old),
      'Hestami',
      'Encryption (TLS)',
      [/older than TLS 1\.2/, /Switch on TLS 1\.2 or 1\.3/],
    ],
    [
      'a proxy that is down',
      async () => ({ proxy: `http://127.0.0.1:${await closedPort()}` }),
      'Hestami',
      'Proxy',
      [/proxy http:\/\/127\.0\.0\.1:\d+ does not answer/, /Connect to the network or VPN/],
    ],
    [
      'a proxy that wants a sign-in',
      async () => await behindProxy(407),
      'Hestami',
      'Proxy',
      [/asks for a sign-in \(Basic\)/, /Give your name and password/, /through the proxy without a sign-in/],
    ],
    [
      'a proxy that refuses',
      async () => await behindProxy(403),
      'Hestami',
      'Proxy',
      [/does not let the app connect to localhost:\d+ \(HTTP 403\)/, /Allow CONNECT/],
    ],
    [
      'a captive portal',
      async () => await answering(200, html, '<html>Welcome to the hotel</html>'),
      'Chat server',
      'Answer',
      [/answers in place of the chat server/, /Open any web page in your browser/],
    ],
    [
      'a redirect to a portal',
      async () => await answering(302, { location: 'http://portal.example/sign-in' }),
      'Chat server',
      'Answer',
      [/sends to portal\.example/, /Open any web page in your browser/],
    ],
    [
      'a server behind a load balancer that is gone',
      async () => await answering(503, html, '<h1>Service Unavailable</h1>'),
      'Chat server',
      'Answer',
      [/The chat server has a problem \(HTTP 503\)/, /Try again in a few minutes/, /Look at the logs/],
    ],
    [
      'a server that is starting',
      async () => await answering(503, { 'retry-after': '1' }, '{"code":"SERVER_NOT_READY"}'),
      'Chat server',
      'Answer',
      [/is just starting/, /Wait a minute/],
    ],
    [
      'a clock that is a day off',
      async () => {
        const { port } = await kept(
          serve((request, response) => {
            response.setHeader('date', yesterday)
            if (request.url === '/api/config') response.end('{"appTitle":"LibreChat"}')
            else servers.platform.handle(request, response)
          }),
        )
        return { platformOrigin: `http://127.0.0.1:${port}`, librechatOrigin: `http://127.0.0.1:${port}` }
      },
      'This computer',
      'Clock',
      [/clock of this computer is off by 24 hours/, /Let the system set date and time/],
    ],
    [
      'a locked keychain',
      () => ({ keychain: refusingKeychain('locked') }),
      'This computer',
      'Keychain',
      [/is locked/, /Unlock the keychain/],
    ],
    [
      'a keychain that hangs',
      () => ({ keychain: refusingKeychain('hanging') }),
      'This computer',
      'Keychain',
      [/does not answer/, /a window of the system that asks for a password/],
    ],
  ])('%s is named, with its fix', async (_what, make, group, title, words) => {
    await open(await make())
    await page.getByRole('button', { name: 'Check the connection' }).click()
    await done()
    await reads(group, title, words)
  })

  test('a folder that cannot be written is named, with its fix', async () => {
    await open()
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    rmSync(join(folder, 'app'), { recursive: true, force: true })
    writeFileSync(join(folder, 'app'), 'in the way')
    await page.getByRole('button', { name: 'Check the connection' }).click()
    await done()
    await reads('This computer', 'Storage', [/folder cannot be used \(E[A-Z]+\)/, /disk is not read-only/])
  })

  test('a failed sign-in leads to it; it can be stopped, copied, and run again', async () => {
    const { port } = await kept(serveTcp(() => undefined))
    await open({
      platformOrigin: `http://127.0.0.1:${await closedPort()}`,
      librechatOrigin: `https://127.0.0.1:${port}`,
    })
    await createPerson(page).signIn(servers.demo.email, servers.demo.password)
    await page.getByRole('alert').getByRole('button', { name: 'Check the connection' }).click()
    await expect.poll(async () => await step('Chat server', 'Encryption (TLS)').textContent()).toContain('Checking…')
    // Both servers are looked at side by side: the other one has to be done with this step before all is stopped.
    await expect.poll(async () => await step('Hestami', 'Connection (TCP)').textContent()).toContain('Problem')
    expect(await page.getByRole('checkbox', { name: /ask the model/ }).isEnabled()).toBe(false)
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await page
      .getByRole('status')
      .filter({ hasText: 'Stopped. One problem found: Hestami – Connection (TCP).' })
      .waitFor()
    expect(await step('Chat server', 'Answer').textContent()).toContain('Not checked')
    await page.getByRole('button', { name: 'Copy result' }).click()
    await page.getByText('Copied').waitFor()
    const copied = await page.evaluate(async () => await navigator.clipboard.readText())
    expect(copied).toMatch(/^Connection check, \d{4}-/)
    expect(copied).toMatch(/\nHestami\n- Address: OK \[none\]/)
    expect(copied).toMatch(/- Connection \(TCP\): Problem \[tcp-refused\][^]*For your administrator: Nothing takes/)
    await page.getByRole('button', { name: 'Run again' }).click()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  })
})

describe('signed in', () => {
  beforeAll(async () => {
    await open()
    await createPerson(page).signIn(servers.demo.email, servers.demo.password)
    await createPerson(page).messageBox.waitFor()
    app.app.commands.give({ name: 'diagnostics' })
    await page.getByRole('checkbox', { name: /ask the model/ }).check()
  })
  afterEach(() => {
    servers.librechat.faults.clear()
    servers.librechat.liftBans()
    servers.streams = 'pass'
  })
  afterAll(closeApp)

  const run = async (): Promise<void> => {
    await page.getByRole('button', { name: /^Run/ }).click()
    await done()
  }

  test('all is well, with an answer that flows', async () => {
    await run()
    await page.getByRole('status').filter({ hasText: 'Done. No problems found.' }).waitFor()
    expect(await step('Chat server', 'Streaming answers').textContent()).toContain('piece by piece')
    expect(await step('Hestami', 'Sign-in').textContent()).toContain('Hestami accepts your session')
    await expect.poll(() => servers.librechat.conversations()).toEqual([])
  })

  test('answers that a proxy holds back, and that are cut', async () => {
    servers.streams = 'hold-back'
    await run()
    await reads('Chat server', 'Streaming answers', [/held back on the way/, /proxy_buffering off/])
    servers.streams = 'cut'
    await run()
    await reads('Chat server', 'Streaming answers', [/cut while an answer was arriving/, /several minutes of silence/])
  })

  test('a ban, and a client that is refused', async () => {
    servers.librechat.faults.add({ path: '/api/agents?', action: { kind: 'ban', minutes: 5 } })
    await run()
    await reads('Chat server', 'Chat session', [/has blocked this account/, /Wait: such a block/, /Lift the ban/])
    servers.librechat.liftBans()
    const body = 'event: error\ndata: {"message":"Illegal request"}\n\n'
    servers.librechat.faults.add({ path: '/api/agents?', action: { kind: 'status', status: 200, body } })
    await run()
    await reads('Chat server', 'Chat session', [/refuses this app/, /Do not try again and again/, /User-Agent/])
  })

  test('a session that the platform ended', async () => {
    servers.platform.revoke()
    await run()
    await reads('Hestami', 'Sign-in', [/has ended your session/, /Sign in again\. Your chats and drafts are kept/])
  })
})

test('nothing went wrong in the window', () => expect(errors).toEqual([]))
