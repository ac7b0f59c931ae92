import { renameSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CheckName, CheckResult, Finding } from '../../src/contract/diagnostics.ts'
import type { ServerName } from '../../src/contract/errors.ts'
import type { Host } from '../../src/main/host.ts'
import { KeychainFault } from '../../src/main/keychain/keychain.ts'
import { createAuthority, createCertificate } from './harness/certificates.ts'
import type { Certified } from './harness/certificates.ts'
import { startCheckServers } from './harness/check-servers.ts'
import type { CheckServers } from './harness/check-servers.ts'
import { driveApp, newData } from './harness/driven-app.ts'
import type { DrivenApp } from './harness/driven-app.ts'
import { createMemoryKeychain } from './harness/memory-keychain.ts'
import { closedPort, serve, serveTcp, serveTls, startBlackHole, startProxy } from './harness/network.ts'
import type { Listening } from './harness/network.ts'

let servers: CheckServers
let authority: Certified
let good: Certified
let data: ReturnType<typeof newData>
let keychain: ReturnType<typeof createMemoryKeychain>
let app: DrivenApp
let ending: (() => Promise<void>)[] = []

beforeAll(async () => {
  servers = await startCheckServers()
  authority = await createAuthority('Example TLS Inspection', 'Example Corp')
  good = await createCertificate(['localhost', '127.0.0.1'], { authority })
})
afterAll(async () => await servers.close())
beforeEach(() => {
  data = newData()
  keychain = createMemoryKeychain()
})
afterEach(async () => {
  await app.close()
  for (const end of ending.splice(0).toReversed()) await end()
  servers.librechat.faults.clear()
  servers.librechat.liftBans()
  servers.librechat.setStyle('resumable')
  servers.streams = 'pass'
  data.remove()
})

const kept = async <T extends { close(): Promise<void> }>(listening: Promise<T>): Promise<T> => {
  const one = await listening
  ending.push(async () => await one.close())
  return one
}

interface Setting {
  readonly platformOrigin?: string
  readonly librechatOrigin?: string
  readonly proxy?: string | Error
  readonly trusted?: boolean
  readonly signIn?: boolean
}
async function open(setting: Setting = {}): Promise<void> {
  const { platformOrigin, librechatOrigin } = { ...servers, ...setting }
  const network: Host['network'] = {
    async resolveProxy() {
      if (setting.proxy instanceof Error) throw setting.proxy
      return await Promise.resolve(setting.proxy ?? null)
    },
    certificates: async () => await Promise.resolve(setting.trusted === true ? [authority.cert] : []),
  }
  app = await driveApp({ data: data.path, config: { platformOrigin, librechatOrigin }, keychain, parts: { network } })
  await app.start()
  if (setting.signIn === true && !(await app.call('session.signIn', servers.demo)).ok) throw new Error('not signed in')
}

/** Runs the check; every step's end, by its name. */
async function check(askModel = false): Promise<(name: CheckName, server?: ServerName | null) => CheckResult> {
  const runId = crypto.randomUUID()
  expect(await app.call('diagnostics.run', { runId, askModel })).toEqual({ ok: true, value: undefined })
  const ends = app.events
    .filter(({ name }) => name === 'diagnostics.step')
    .map(({ payload }) => payload as CheckResult)
    .filter((result) => result.runId === runId && result.state !== 'running')
  return (name, server = name === 'clock' || name === 'keychain' || name === 'storage' ? null : 'platform') => {
    const found = ends.filter((result) => result.check === name && result.server === server)
    expect(found, `${server} ${name}`).toHaveLength(1)
    return found[0]!
  }
}
const fact = ({ facts }: CheckResult, name: string): string => facts.find((one) => one.name === name)?.value ?? ''
const failedAt = (at: CheckName, finding: Finding) => ({ check: at, state: 'failed', finding })

describe('the way to a server', () => {
  test('all is well: every step says so, and the session was not touched', async () => {
    await open({ signIn: true })
    servers.platform.asked.length = 0
    servers.librechat.clearRequests()
    const found = await check()
    for (const server of ['platform', 'librechat'] as const) {
      expect(found('address', server)).toMatchObject({ state: 'ok', finding: 'none' })
      expect(found('proxy', server)).toMatchObject({ state: 'ok', finding: 'not-needed' })
      expect(found('dns', server)).toMatchObject({ state: 'skipped', finding: 'not-needed' })
      expect(found('tls', server)).toMatchObject({ state: 'skipped', finding: 'not-needed' })
      for (const name of ['tcp', 'answer'] as const) expect(found(name, server)).toMatchObject({ state: 'ok' })
    }
    expect(found('clock')).toMatchObject({ state: 'ok' })
    expect(found('sign-in')).toMatchObject({ state: 'ok' })
    expect(found('librechat', 'librechat')).toMatchObject({ state: 'ok' })
    expect(Number(fact(found('librechat', 'librechat'), 'models'))).toBeGreaterThan(2)
    expect(found('stream', 'librechat')).toMatchObject({ state: 'skipped', finding: 'stream-not-tried' })
    expect(found('keychain')).toMatchObject({ state: 'ok', facts: [{ name: 'keychain-item', value: 'there' }] })
    expect(found('storage')).toMatchObject({ state: 'ok' })
    expect(fact(found('storage'), 'cache')).toBe('opens')
    expect(servers.platform.asked).toEqual(['/api/users/profile/', '/api/users/token/verify/'])
    const asked = servers.librechat.requests.map(({ method, path }) => `${method} ${path}`)
    expect(asked.sort()).toEqual(['GET /api/agents', 'GET /api/config', 'GET /api/models', 'GET /readyz'])
  })

  test('a name that nobody knows', async () => {
    await open({ platformOrigin: 'https://hestami-no-such-host.invalid' })
    const found = await check()
    expect(found('dns')).toMatchObject({ state: 'failed', finding: expect.stringMatching(/^dns-/) as Finding })
    for (const name of ['tcp', 'tls', 'answer'] as const)
      expect(found(name)).toMatchObject({ state: 'skipped', finding: 'earlier-failed' })
    expect(found('answer', 'librechat')).toMatchObject({ state: 'ok' })
  })

  test('nobody listens', async () => {
    await open({ platformOrigin: `https://localhost:${await closedPort()}` })
    expect((await check())('tcp')).toMatchObject(failedAt('tcp', 'tcp-refused'))
  })

  test.skipIf(process.platform === 'win32')('nothing comes back, in less than fifteen seconds', async () => {
    const { port } = await kept(startBlackHole())
    const silent = await kept(serveTcp(() => undefined))
    await open({
      platformOrigin: `https://127.0.0.1:${port}`,
      librechatOrigin: `https://127.0.0.1:${silent.port}`,
    })
    const started = performance.now()
    const found = await check()
    expect(found('tcp')).toMatchObject(failedAt('tcp', 'tcp-timeout'))
    expect(found('tls', 'librechat')).toMatchObject(failedAt('tls', 'tls-timeout'))
    expect(performance.now() - started).toBeLessThan(15_000)
  })

  test('the connection is cut as soon as something is said', async () => {
    const { port } = await kept(serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy())))
    await open({ platformOrigin: `https://127.0.0.1:${port}`, librechatOrigin: `http://127.0.0.1:${port}` })
    const found = await check()
    expect(found('tls')).toMatchObject(failedAt('tls', 'tcp-reset'))
    expect(found('answer', 'librechat')).toMatchObject(failedAt('answer', 'tcp-reset'))
  })
})

describe('TLS', () => {
  const withCertificate = async (certified: Certified, setting: Setting = {}, versions = {}): Promise<CheckResult> => {
    const { port } = await kept(serveTls(certified, servers.platform.handle, versions))
    await open({ platformOrigin: `https://localhost:${port}`, ...setting })
    return (await check())('tls')
  }

  test('a trusted issuer that is no public authority is told, with its name', async () => {
    const found = await withCertificate(good, { trusted: true })
    expect(found).toMatchObject({ state: 'ok', finding: 'tls-private-issuer' })
    expect(fact(found, 'issuer')).toBe('Example TLS Inspection (Example Corp)')
    expect(fact(found, 'tls-version')).toBe('TLSv1.3')
    expect(fact(found, 'trusted-by')).toBe('this-computer')
  })

  test('an issuer that this computer does not trust is named', async () => {
    const found = await withCertificate(good)
    expect(found).toMatchObject(failedAt('tls', 'tls-untrusted-issuer'))
    expect(fact(found, 'issuer')).toBe('Example TLS Inspection (Example Corp)')
  })

  test('a certificate that is over, one that is not yet valid', async () => {
    const expired = await createCertificate(['localhost'], { authority, fromDay: -60, untilDay: -3 })
    expect(await withCertificate(expired, { trusted: true })).toMatchObject(failedAt('tls', 'tls-expired'))
    await app.close()
    const early = await createCertificate(['localhost'], { authority, fromDay: 3, untilDay: 60 })
    expect(await withCertificate(early, { trusted: true })).toMatchObject(failedAt('tls', 'tls-not-yet-valid'))
  })

  test('one that vouches for itself', async () => {
    expect(await withCertificate(await createCertificate(['localhost']))).toMatchObject(
      failedAt('tls', 'tls-self-signed'),
    )
  })

  test('one of another server', async () => {
    const found = await withCertificate(await createCertificate(['portal.example'], { authority }), { trusted: true })
    expect(found).toMatchObject(failedAt('tls', 'tls-wrong-host'))
    expect(fact(found, 'certificate-for')).toBe('portal.example')
  })

  test('a version that is too old', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    expect(await withCertificate(good, { trusted: true }, old)).toMatchObject(failedAt('tls', 'tls-too-old'))
  })

  test('something that is no TLS at all', async () => {
    const { port } = await kept(serveTcp((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    await open({ platformOrigin: `https://localhost:${port}` })
    expect((await check())('tls')).toMatchObject(failedAt('tls', 'tls-not-spoken'))
  })
})

describe('a proxy', () => {
  const through = async (proxy: string | Error): Promise<(name: CheckName) => CheckResult> => {
    const { port } = await kept(serveTls(good, servers.platform.handle))
    await open({ platformOrigin: `https://localhost:${port}`, proxy, trusted: true })
    return await check()
  }

  test('one that works: names are its business, and TLS is the server’s own', async () => {
    const proxy = await kept(startProxy())
    const found = await through(`http://user:secret@127.0.0.1:${proxy.port}`)
    expect(found('proxy')).toMatchObject({ state: 'ok', finding: 'none' })
    expect(fact(found('proxy'), 'proxy')).toBe(`http://127.0.0.1:${proxy.port}`)
    expect(found('dns')).toMatchObject({ finding: 'not-needed', facts: [{ name: 'looked-up-by', value: 'proxy' }] })
    for (const name of ['tcp', 'tls', 'answer'] as const) expect(found(name)).toMatchObject({ state: 'ok' })
    expect(app.seen()).not.toContain('secret')
  })

  test('one that is down, that wants a sign-in, that refuses, that cannot get through, that hangs up', async () => {
    const down = (await through(`http://127.0.0.1:${await closedPort()}`))('proxy')
    expect(down).toMatchObject(failedAt('proxy', 'proxy-unreachable'))
    const proxy = await kept(startProxy())
    const expected: readonly (readonly [typeof proxy.answer, CheckName, Finding])[] = [
      [407, 'proxy', 'proxy-authentication'],
      [403, 'proxy', 'proxy-refused'],
      [502, 'tcp', 'proxy-no-route'],
      ['hang-up', 'proxy', 'proxy-refused'],
    ]
    for (const [answer, at, finding] of expected) {
      await app.close()
      proxy.answer = answer
      const found = await through(`http://127.0.0.1:${proxy.port}`)
      expect(found(at)).toMatchObject(failedAt(at, finding))
      expect(fact(found('proxy'), 'proxy-sign-in')).toBe(answer === 407 ? 'Basic' : '')
    }
  })

  test('one for plain HTTP is given the whole address', async () => {
    const proxy = await kept(startProxy())
    await open({ proxy: `http://127.0.0.1:${proxy.port}` })
    const found = await check()
    for (const name of ['proxy', 'tcp', 'answer'] as const) expect(found(name)).toMatchObject({ state: 'ok' })
    expect(proxy.asked).toContain(`${servers.platformOrigin}/api/users/profile/`)
  })

  test('a system that cannot say which is taken for none, as by the app', async () => {
    expect((await through(new Error('PAC')))('proxy')).toMatchObject({ state: 'ok', finding: 'not-needed' })
  })
})

describe('who answers', () => {
  const answers = async (status: number, headers: Record<string, string>, body: string): Promise<CheckResult> => {
    const { port }: Listening = await kept(serve((_request, response) => response.writeHead(status, headers).end(body)))
    await open({ librechatOrigin: `http://127.0.0.1:${port}` })
    return (await check())('answer', 'librechat')
  }
  const html = { 'content-type': 'text/html' }

  test.each([
    ['a captive portal', 200, html, '<html>Sign in to the network</html>', 'captive-portal'],
    ['a redirect to one', 302, { location: 'http://portal.example/login?to=x' }, '', 'captive-portal'],
    ['an error of the server', 500, html, '<h1>Internal error</h1>', 'server-error'],
    ['nothing behind a load balancer', 503, html, '<h1>Unavailable</h1>', 'server-error'],
    ['a start', 503, { 'retry-after': '1' }, '{"code":"SERVER_NOT_READY","error":"x"}', 'server-starting'],
    ['another service', 200, {}, '{"hello":"world"}', 'not-the-server'],
    ['a wrong path', 404, {}, '{"message":"Endpoint not found"}', 'not-the-server'],
    ['a limit', 429, { 'retry-after': '60' }, '{"message":"Too many"}', 'rate-limited'],
    ['a firewall for browsers', 403, html, '<h1>Blocked</h1>', 'client-blocked'],
  ] as const)('%s', async (_what, status, headers, body, finding) => {
    const found = await answers(status, headers, body)
    expect(found).toMatchObject(failedAt('answer', finding))
    expect(fact(found, 'status')).toBe(String(status))
    expect(fact(found, 'sent-to')).toBe(status === 302 ? 'portal.example' : '')
  })

  test('LibreChat that answers and is not ready', async () => {
    servers.librechat.faults.add({ path: '/readyz', action: { kind: 'status', status: 503, body: 'NOT_READY' } })
    await open()
    expect((await check())('answer', 'librechat')).toMatchObject(failedAt('answer', 'server-starting'))
  })

  test.each([
    ['both servers', 2, 'clock-skew'],
    ['one of them', 1, 'server-clock-skew'],
  ] as const)('a clock that differs from %s', async (_what, count, finding) => {
    const date = new Date(Date.now() - 3 * 3_600_000).toUTCString()
    const { port } = await kept(
      serve((request, response) => {
        response.setHeader('date', date)
        if (request.url === '/api/config') response.end('{"appTitle":"LibreChat"}')
        else servers.platform.handle(request, response)
      }),
    )
    const origin = `http://127.0.0.1:${port}`
    await open({ librechatOrigin: origin, ...(count === 2 ? { platformOrigin: origin } : {}) })
    const found = (await check())('clock')
    expect(found).toMatchObject({ state: 'warning', finding })
    expect(fact(found, 'librechat-clock').slice(0, 16)).toBe(new Date(date).toISOString().slice(0, 16))
  })
})

describe('the session', () => {
  test('one that the platform ended', async () => {
    await open({ signIn: true })
    servers.platform.revoke()
    expect((await check())('sign-in')).toMatchObject(failedAt('sign-in', 'session-refused'))
    expect(await app.state()).toMatchObject({ phase: 'signed-in' })
  })

  test('one that LibreChat ended costs no login to find out', async () => {
    await open({ signIn: true })
    servers.librechat.revokeSessions()
    servers.librechat.expireAccessTokens()
    servers.librechat.clearRequests()
    const found = await check(true)
    expect(found('librechat', 'librechat')).toMatchObject({ finding: 'librechat-refused' })
    expect(found('stream', 'librechat')).toMatchObject({ state: 'skipped', finding: 'earlier-failed' })
    expect(servers.librechat.requests.filter(({ path }) => path === '/api/auth/login')).toEqual([])
  })

  test('a ban, and a client that is not taken for a browser', async () => {
    await open({ signIn: true })
    servers.librechat.faults.add({ path: '/api/agents', action: { kind: 'ban', minutes: 5 } })
    expect((await check())('librechat', 'librechat')).toMatchObject(failedAt('librechat', 'banned'))
    servers.librechat.faults.clear()
    servers.librechat.liftBans()
    const body = 'event: error\ndata: {"message":"Illegal request"}\n\n'
    servers.librechat.faults.add({ path: '/api/agents', action: { kind: 'status', status: 200, body } })
    expect((await check())('librechat', 'librechat')).toMatchObject(failedAt('librechat', 'client-blocked'))
  })

  test('without one, what needs it is skipped', async () => {
    await open()
    const found = await check(true)
    for (const [name, server] of [
      ['sign-in', 'platform'],
      ['librechat', 'librechat'],
      ['stream', 'librechat'],
    ] as const)
      expect(found(name, server)).toMatchObject({ state: 'skipped', finding: 'signed-out' })
  })
})

describe('a stream', () => {
  const stream = async (): Promise<CheckResult> => (await check(true))('stream', 'librechat')
  const gone = async (): Promise<void> =>
    await expect.poll(() => servers.librechat.conversations(), { timeout: 10_000 }).toEqual([])

  test.each(['resumable', 'post-stream'] as const)('%s: one that flows, and leaves no chat behind', async (style) => {
    servers.librechat.setStyle(style)
    await open({ signIn: true })
    const found = await stream()
    expect(found).toMatchObject({ state: 'ok' })
    expect(Number(fact(found, 'pieces'))).toBeGreaterThan(9)
    await gone()
  })

  test.each(['resumable', 'post-stream'] as const)('%s: one that a proxy holds back', async (style) => {
    servers.librechat.setStyle(style)
    await open({ signIn: true })
    servers.streams = 'hold-back'
    expect(await stream()).toMatchObject({ state: 'warning', finding: 'stream-buffered' })
    await gone()
  })

  test.each(['resumable', 'post-stream'] as const)('%s: one that is cut', async (style) => {
    servers.librechat.setStyle(style)
    await open({ signIn: true })
    servers.streams = 'cut'
    expect(await stream()).toMatchObject(failedAt('stream', 'stream-cut'))
  })

  test('without asking, the last real answer tells', async () => {
    await open({ signIn: true })
    servers.streams = 'hold-back'
    const id = await app.send('The numbers from 1 to 60, please')
    await expect.poll(() => app.turn(id)?.status, { timeout: 15_000 }).toBe('complete')
    const found = (await check())('stream', 'librechat')
    expect(found).toMatchObject({ state: 'warning', finding: 'stream-buffered' })
    expect(fact(found, 'judged-by')).toBe('last-answer')
  })
})

describe('this computer', () => {
  test('a locked keychain, a hanging one, none; none of them is written to', async () => {
    await open({ signIn: true })
    const before = JSON.stringify([...keychain.items])
    keychain.locked = true
    expect((await check())('keychain')).toMatchObject(failedAt('keychain', 'keychain-locked'))
    const get = keychain.get
    for (const problem of ['hanging', 'unavailable'] as const) {
      keychain.get = async () => await Promise.reject(new KeychainFault(problem))
      expect((await check())('keychain')).toMatchObject(failedAt('keychain', `keychain-${problem}`))
    }
    keychain.get = get
    expect(JSON.stringify([...keychain.items])).toBe(before)
  })

  test('a data folder that cannot be written', async () => {
    await open()
    renameSync(data.path, `${data.path}.moved`)
    writeFileSync(data.path, 'in the way')
    const found = (await check())('storage')
    expect(found).toMatchObject(failedAt('storage', 'storage-failed'))
    expect(found.facts).toContainEqual({ name: 'error', value: expect.stringMatching(/^E/) as string })
  })
})

describe('a run', () => {
  test('can be stopped, and a new one ends the one before', async () => {
    const silent = await kept(serveTcp(() => undefined))
    await open({ platformOrigin: `https://127.0.0.1:${silent.port}` })
    const runId = crypto.randomUUID()
    const running = app.call('diagnostics.run', { runId, askModel: false })
    const states = (id: string): string[] =>
      app.events
        .filter(({ name, payload }) => name === 'diagnostics.step' && (payload as CheckResult).runId === id)
        .map(({ payload }) => payload as CheckResult)
        .filter(({ check: name, server }) => name === 'tls' && server === 'platform')
        .map(({ state, finding }) => `${state} ${finding}`)
    await expect.poll(() => states(runId)).toEqual(['running none'])
    const next = crypto.randomUUID()
    const second = app.call('diagnostics.run', { runId: next, askModel: false })
    await running
    expect(states(runId)).toEqual(['running none', 'skipped cancelled'])
    await expect.poll(() => states(next)).toEqual(['running none'])
    await app.call('diagnostics.cancel')
    await second
    expect(states(next)).toEqual(['running none', 'skipped cancelled'])
  })
})
