import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LogEvent } from '../host.ts'
import { createHttp, serverOrigin } from './client.ts'
import type { Http } from './http.ts'

let server: Server
let http: Http
let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined
const logged: LogEvent[] = []
let reachable: boolean[] = []

const network = { resolveProxy: async () => null, certificates: async () => [] }
const make = (origin: string): Http =>
  createHttp({
    origin,
    server: 'librechat',
    userAgent: 'Test/1 Chrome/1',
    network,
    log: (event) => logged.push(event),
    onReachable: (is) => reachable.push(is),
  })

beforeEach(async () => {
  logged.length = 0
  reachable = []
  server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  http = make(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterEach(async () => {
  http.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test.each(['POST', 'PUT', 'DELETE'] as const)('a %s without a body is sent and answered', async (method) => {
  answer = (request, response) => response.end(`${request.method} ${request.headers['user-agent']}`)
  const got = await http.send({ method, path: '/x' })
  expect(got.body.toString()).toBe(`${method} Test/1 Chrome/1`)
  expect(reachable).toEqual([true])
})

test('any status is an answer, and redirects are not followed', async () => {
  answer = (_request, response) => response.writeHead(302, { location: 'https://example.com/login' }).end('moved')
  const got = await http.send({ method: 'GET', path: '/x' })
  expect([got.status, got.headers['location'], got.body.toString()]).toEqual([
    302,
    'https://example.com/login',
    'moved',
  ])
})

test('a body comes in the order and length that was told, with progress', async () => {
  let received = Buffer.alloc(0)
  answer = (request, response) => {
    request.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
    })
    request.on('end', () => response.end(String(request.headers['content-length'])))
  }
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < 8; at++) yield new Uint8Array(64 * 1024).fill(at)
  }
  const sent: number[] = []
  const body = { stream: { [Symbol.asyncIterator]: stream }, length: 8 * 64 * 1024, type: 'application/octet-stream' }
  const got = await http.send({ method: 'POST', path: '/x', body, onUpload: (bytes) => sent.push(bytes) })
  expect(got.body.toString()).toBe(String(8 * 64 * 1024))
  expect(received.length).toBe(8 * 64 * 1024)
  expect(received.at(-1)).toBe(7)
  expect(sent.at(-1)).toBe(8 * 64 * 1024)
})

test('more than the limit is not read', async () => {
  answer = (_request, response) => response.end(Buffer.alloc(100_000))
  await expect(http.send({ method: 'GET', path: '/x', limit: 1000 })).rejects.toMatchObject({
    error: { code: 'unexpected-answer', server: 'librechat' },
  })
})

test('a path cannot leave the origin', async () => {
  await expect(http.send({ method: 'GET', path: '@example.com/x' })).rejects.toMatchObject({
    error: { code: 'invalid-input' },
  })
})

test('cancelling is told as such, and does not say that the server is gone', async () => {
  answer = () => undefined
  const abort = new AbortController()
  const waiting = http.send({ method: 'GET', path: '/x', signal: abort.signal })
  setTimeout(() => abort.abort(), 50)
  await expect(waiting).rejects.toMatchObject({ error: { code: 'cancelled' } })
  expect(reachable).toEqual([])
})

test('a server that does not answer in time', async () => {
  answer = () => undefined
  await expect(http.send({ method: 'GET', path: '/x', timeout: 100 })).rejects.toMatchObject({
    error: { code: 'unreachable', reason: 'timeout' },
  })
  expect(reachable).toEqual([false])
})

test('a connection that is cut before the answer', async () => {
  answer = (request) => request.socket.destroy()
  await expect(http.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
    error: { code: 'unreachable', reason: 'reset' },
  })
})

test('nobody listens', async () => {
  const closed = make('http://127.0.0.1:1')
  await expect(closed.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
    error: { code: 'unreachable', reason: 'refused' },
  })
})

test('a host that no name server knows', async () => {
  const nowhere = make('http://hestami-no-such-host.invalid')
  await expect(nowhere.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
    error: { code: 'unreachable', reason: 'dns' },
  })
})

test('something that does not speak TLS', async () => {
  const plain = createTcpServer((socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n'))
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  const secure = make(`https://127.0.0.1:${(plain.address() as AddressInfo).port}`)
  await expect(secure.send({ method: 'GET', path: '/x' })).rejects.toMatchObject({
    error: { code: 'unreachable', reason: 'tls' },
  })
  plain.close()
})

test('a stream is handed over when its headers are there, however long it is silent', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    setTimeout(() => response.end('data: 1\n\n'), 300)
  }
  const { status, stream } = await http.open({ method: 'GET', path: '/x', timeout: 200 })
  expect(status).toBe(200)
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  expect(text).toBe('data: 1\n\n')
})

test('what is logged of a failure names no address', async () => {
  answer = (request) => request.socket.destroy()
  await http.send({ method: 'GET', path: '/secret-path?token=canary' }).catch(() => undefined)
  expect(JSON.stringify(logged)).not.toMatch(/canary|secret-path|127\.0\.0\.1/)
  expect(logged[0]).toMatchObject({ event: 'http.unreachable', fields: { server: 'librechat', reason: 'reset' } })
})

test('server addresses', () => {
  expect(serverOrigin('https://chat.example/path')).toBe('https://chat.example')
  expect(serverOrigin('http://127.0.0.1:80')).toBe('http://127.0.0.1')
  expect(() => serverOrigin('http://chat.example')).toThrow(TypeError)
})
