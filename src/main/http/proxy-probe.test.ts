import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import type { AddressInfo, Server as SocketServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { probeProxy, wantedSignIn } from './proxy-probe.ts'

let server: Server | SocketServer | null = null
afterEach(() => void server?.close())

const listen = async (made: Server | SocketServer): Promise<string> => {
  server = made
  await new Promise<void>((resolve) => void made.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(made.address() as AddressInfo).port}`
}
const facts = { userAgent: 'test', certificates: async () => await Promise.resolve([]) }
const probe = async (proxy: string): Promise<unknown> => await probeProxy(proxy, 'https://chat.example/api', facts)

test('a proxy with a password: what it wants, and that it takes it', async () => {
  const seen: string[] = []
  const proxy = createServer()
  proxy.on('connect', ({ url, headers }, socket) => {
    seen.push(`${url} ${headers['proxy-authorization'] ?? ''}`)
    const known = headers['proxy-authorization'] === `Basic ${Buffer.from('me@x:p:w').toString('base64')}`
    socket.end(
      known
        ? 'HTTP/1.1 200 OK\r\n\r\n'
        : 'HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic realm="Head \\"office\\""\r\n\r\n',
    )
  })
  const at = await listen(proxy)
  expect(await probe(`http://${at}`)).toEqual({ kind: 'login', realm: 'Head "office"', supported: true })
  expect(await probe(`http://me%40x:p%3Aw@${at}`)).toEqual({ kind: 'usable' })
  expect(seen[0]).toBe('chat.example:443 ')
})

test('a proxy that refuses for another reason answers all the same', async () => {
  const proxy = createServer()
  proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 403 No\r\n\r\n'))
  expect(await probe(`http://${await listen(proxy)}`)).toEqual({ kind: 'usable' })
})

test('nothing there, something that hangs up, and no address', async () => {
  const at = await listen(createSocketServer((socket) => socket.destroy()))
  expect(await probe(`http://${at}`)).toEqual({ kind: 'silent' })
  server?.close()
  expect(await probe('http://127.0.0.1:1')).toEqual({ kind: 'silent' })
  expect(await probe('http://no-such-host.invalid:1')).toEqual({ kind: 'silent' })
  expect(await probe('nonsense')).toEqual({ kind: 'silent' })
})

test.each([
  ['Basic realm="Head office"', 'Head office', true],
  ['basic realm=office', 'office', true],
  ['Basic', null, true],
  ['Basic realm=""', null, true],
  ['Digest realm="d", nonce="Basic", Basic realm="b"', 'b', true],
  ['NTLM', null, false],
  ['Negotiate', null, false],
  ['Digest realm="d", qop="auth"', 'd', false],
  ['', null, false],
  [`Basic realm="${'x'.repeat(900)}"`, 'x'.repeat(200), true],
  ['Basic realm="a\u202Eb\u0007c"', 'a b c', true],
])('%j asks for %j, which the app can do: %s', (header, realm, supported) => {
  expect(wantedSignIn(header)).toEqual({ realm, supported })
})
