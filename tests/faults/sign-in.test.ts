import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { useApp } from './harness/use-app.ts'

const my = useApp()

describe('signing in', () => {
  test('a wrong password', async () => {
    expect(await my.app.call('session.signIn', { ...my.stack.demo, password: 'nope' })).toEqual({
      ok: false,
      error: { code: 'wrong-credentials' },
    })
  })

  test.each([
    [
      { platformOrigin: 'http://hestami-no-such-host.invalid' },
      { code: 'unreachable', server: 'platform', reason: 'dns' },
    ],
    [{ platformOrigin: 'http://127.0.0.1:1' }, { code: 'unreachable', server: 'platform', reason: 'refused' }],
    [{ librechatOrigin: 'http://127.0.0.1:1' }, { code: 'unreachable', server: 'librechat', reason: 'refused' }],
  ])('servers that are not there: %o', async (patch, error) => {
    const other = await my.open(patch)
    expect(await other.call('session.signIn', my.stack.demo)).toEqual({ ok: false, error })
    expect(await other.state()).toMatchObject({ phase: 'signed-out', error })
  })

  test('a captive portal in front of the platform', async () => {
    const portal = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<html>Log in to the hotel</html>'),
    )
    await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve))
    const other = await my.open({ platformOrigin: `http://127.0.0.1:${(portal.address() as AddressInfo).port}` })
    expect(await other.call('session.signIn', my.stack.demo)).toMatchObject({
      ok: false,
      error: { code: 'unreachable', server: 'platform', reason: 'intercepted' },
    })
    portal.closeAllConnections()
    portal.close()
  })

  test.each([
    [
      { kind: 'status', status: 503 },
      { code: 'server-error', server: 'librechat', status: 503 },
    ],
    [{ kind: 'html' }, { code: /unreachable|unexpected-answer/ }],
    [{ kind: 'ban', minutes: 5 }, { code: 'banned' }],
    [
      { kind: 'rate-limit', retryAfter: 20 },
      { code: 'rate-limited', server: 'librechat' },
    ],
  ] as const)('LibreChat answers with %o', async (action, error) => {
    my.stack.librechat.faults.add({ path: '/api/auth/login', action })
    const result = await my.app.call('session.signIn', my.stack.demo)
    expect(result.ok).toBe(false)
    const { code, ...rest } = error
    const fault = result.ok ? null : result.error
    expect(fault?.code).toMatch(code)
    expect(fault).toMatchObject(rest)
    // Nothing is half signed in.
    expect((await my.app.state()).phase).toBe('signed-out')
  })

  test('one sign-in to a usable composer costs the round trips that the protocol needs, in parallel where it can be', async () => {
    my.stack.librechat.clearRequests()
    const delay = 150
    my.stack.librechat.faults.add({ path: '/api', times: Infinity, action: { kind: 'delay', ms: delay } })
    await my.signIn()
    await Promise.all([my.app.call('conversations.page', { cursor: null }), my.app.call('models.list')])
    my.stack.librechat.faults.clear()
    const paths = my.stack.librechat.requests.map(({ method, path }) => `${method} ${path}`)
    expect(paths[0]).toBe('POST /api/auth/login')
    expect(paths.slice(1).sort()).toEqual([
      'GET /api/agents',
      'GET /api/config',
      'GET /api/convos',
      'GET /api/endpoints',
      'GET /api/models',
      'GET /api/user/terms',
    ])
    // One after the other they would be a delay apart each.
    const [, ...rest] = my.stack.librechat.requests.map(({ at }) => at)
    expect(Math.max(...rest) - Math.min(...rest)).toBeLessThan(delay)
  })
})
