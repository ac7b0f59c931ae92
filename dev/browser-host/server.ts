import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, sep } from 'node:path'
import { contentSecurityPolicy } from '../../src/contract/csp.ts'
import type { App } from '../../src/main/app.ts'
import { bridgeScript } from './bridge-script.ts'
import { createGate } from './gate.ts'
import { decodeInput, readRequest } from './request-body.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}
/** Milliseconds between comments on the event stream, so that a dead page is noticed. */
const heartbeat = 20_000

const headers = {
  'content-security-policy': contentSecurityPolicy({ connect: "'self'" }),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

const refusal = (sentence: string): string =>
  `<!doctype html><html lang="en"><title>Hestami Chat</title><h1>Not here</h1><p>${sentence}</p></html>`

/** The app behind HTTP on this computer only, in place of Electron. For development and tests; never packaged. */
export interface BrowserHost {
  /** With the one-time token in it. */
  readonly url: string
  readonly origin: string
  close(): Promise<void>
}

/** `root`: the built window (out/renderer). `port` 0 takes any free one; a taken one rejects with EADDRINUSE. */
export async function startBrowserHost(
  app: Pick<App, 'dispatch' | 'subscribe' | 'image'>,
  options: { port: number; root: string },
): Promise<BrowserHost> {
  const { root } = options
  const gate = createGate()
  const streams = new Set<ServerResponse>()
  let port = options.port

  const answer = (response: ServerResponse, status: number, type: string, body: string | Uint8Array): void => {
    response.writeHead(status, { ...headers, 'content-type': type })
    response.end(body)
  }
  const refuse = (response: ServerResponse, status: number, sentence: string): void =>
    answer(response, status, 'text/html; charset=utf-8', refusal(sentence))

  const page = async (response: ServerResponse, name: string): Promise<void> => {
    const html = await readFile(join(root, name), 'utf8')
    const script = '<script src="/bridge.js"></script>'
    answer(response, 200, 'text/html; charset=utf-8', html.replace('<head>', `<head>${script}`))
  }

  const file = async (response: ServerResponse, path: string): Promise<void> => {
    const full = normalize(join(root, decodeURIComponent(path)))
    const type = types[extname(full)]
    const found = full.startsWith(root + sep) && type !== undefined ? await stat(full).catch(() => null) : null
    if (!found?.isFile() || type === undefined) return refuse(response, 404, 'There is nothing at this address.')
    response.writeHead(200, { ...headers, 'content-type': type, 'content-length': found.size })
    createReadStream(full).pipe(response)
  }

  const events = (response: ServerResponse): void => {
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' })
    response.write(': open\n\n')
    streams.add(response)
    const stop = app.subscribe((event) => response.write(`data: ${JSON.stringify(event)}\n\n`))
    const beat = setInterval(() => response.write(': beat\n\n'), heartbeat)
    response.on('close', () => {
      clearInterval(beat)
      stop()
      streams.delete(response)
    })
  }

  const call = async (request: IncomingMessage, response: ServerResponse, route: string): Promise<void> => {
    const body = await readRequest(request)
    if (body === null) return refuse(response, 413, 'Too much.')
    let input: unknown
    try {
      input = decodeInput(request.headers['content-type'] ?? '', body)
    } catch {
      return refuse(response, 400, 'Not a bridge call.')
    }
    answer(response, 200, 'application/json', JSON.stringify(await app.dispatch(route, input)))
  }

  const image = async (response: ServerResponse, id: string): Promise<void> => {
    const found = await app.image(decodeURIComponent(id)).catch(() => null)
    if (found === null) return refuse(response, 404, 'This image is not there.')
    response.writeHead(200, { ...headers, 'content-type': found.type, 'cache-control': 'private, max-age=3600' })
    response.end(found.bytes)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`)
    if (!gate.isOwn(request, port)) return refuse(response, 403, 'Only this computer’s own page may ask.')
    const cookie = gate.admit(request, url)
    if (cookie !== null) {
      response.writeHead(303, { ...headers, location: '/', 'set-cookie': cookie })
      response.end()
      return
    }
    if (!gate.isAdmitted(request))
      return refuse(
        response,
        403,
        'Open the address that was printed at the start. It works once; start again for a new one.',
      )
    const { pathname } = url
    if (request.method === 'POST' && pathname.startsWith('/bridge/'))
      return await call(request, response, pathname.slice('/bridge/'.length))
    if (request.method !== 'GET') return refuse(response, 405, 'This cannot be done here.')
    if (pathname === '/' || pathname === '/index.html') return await page(response, 'index.html')
    if (pathname === '/quick.html') return await page(response, 'quick.html')
    if (pathname === '/bridge.js') return answer(response, 200, types['.js']!, bridgeScript())
    if (pathname === '/bridge/events') return events(response)
    if (pathname.startsWith('/image/')) return await image(response, pathname.slice('/image/'.length))
    return await file(response, pathname)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      if (!response.headersSent) refuse(response, 500, 'This did not work.')
      else response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  port = (server.address() as AddressInfo).port
  const origin = `http://127.0.0.1:${port}`

  return {
    url: `${origin}/?token=${gate.token}`,
    origin,
    async close() {
      for (const stream of streams) stream.end()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
