import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { join, normalize, sep } from 'node:path'
import { multipart, rangesOf, sendBody, spoiled } from './body.ts'
import { createFaults } from './faults.ts'
import type { Fault, FaultRule } from './faults.ts'

/** One answer, as it was given. */
export interface Served {
  /** Below the folder: `stable/stable-linux.yml`. */
  readonly name: string
  readonly range: string | null
  readonly status: number
  /** Bytes of the body that were sent. */
  readonly sent: number
}

export interface LocalUpdateServer {
  /** `http://127.0.0.1:<port>/`: what HESTAMI_UPDATE_URL is set to. */
  readonly url: string
  readonly served: readonly Served[]
  setFaults(rules: readonly FaultRule[]): void
  close(): Promise<void>
}

interface Options {
  /** A feed, as `npm run release` writes it. Read at every request. */
  readonly folder: string
  /** 0: any free one. */
  readonly port?: number
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** Serves a feed on this computer, with ranges and ETags, and with faults on demand. */
export async function startUpdateServer({ folder, port = 0, tls }: Options): Promise<LocalUpdateServer> {
  const root = normalize(join(folder, '/'))
  const faults = createFaults()
  const served: Served[] = []
  const sockets = new Set<Socket>()
  let changes = 0

  const nameOf = (request: IncomingMessage): string | null => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const path = normalize(join(root, decodeURIComponent(pathname)))
    return path.startsWith(root) ? path.slice(root.length).split(sep).join('/') : null
  }

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    fault: Fault | null,
  ): Promise<Omit<Served, 'name'>> => {
    const range = request.headers.range ?? null
    const plain = (status: number, headers: Record<string, string> = {}): Omit<Served, 'name'> => {
      response.writeHead(status, headers)
      response.end()
      return { range, status, sent: 0 }
    }
    if (fault?.kind === 'status') return plain(fault.status)
    if (fault?.kind === 'redirect') return plain(302, { location: fault.to })
    const found = await readFile(join(root, name)).catch(() => null)
    if (found === null && fault?.kind !== 'instead') return plain(404)
    const bytes = spoiled(found ?? Buffer.alloc(0), fault)
    if (fault?.kind === 'new-etag') changes++
    const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}-${changes}"`
    const headers = { etag, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' }
    const ifRange = request.headers['if-range']
    const honoured = fault?.kind !== 'no-ranges' && (ifRange === undefined || ifRange === etag)
    const ranges = honoured ? rangesOf(range ?? undefined, bytes.length) : null
    if (ranges?.length === 0) return plain(416, { 'content-range': `bytes */${bytes.length}` })

    let status = 200
    let body = bytes
    const more: Record<string, string> = {}
    if (ranges !== null) {
      status = 206
      const [only, second] = ranges
      if (only !== undefined && second === undefined) {
        const start = fault?.kind === 'wrong-range' ? only.start + 1 : only.start
        body = bytes.subarray(start, only.end)
        more['content-range'] = `bytes ${start}-${only.end - 1}/${bytes.length}`
      } else {
        body = multipart(bytes, ranges, etag.slice(1, 17))
        more['content-type'] = `multipart/byteranges; boundary=${etag.slice(1, 17)}`
      }
    }
    const length = fault?.kind === 'length' ? fault.value : body.length
    if (fault?.kind !== 'endless') more['content-length'] = String(length)
    response.writeHead(status, { ...headers, ...more })
    return { range, status, sent: await sendBody(response, body, fault) }
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const name = request.method === 'GET' ? nameOf(request) : null
    if (name === null) return void response.writeHead(405).end()
    const fault = faults.take(name)
    served.push({ name, ...(await answer(request, response, name, fault)) })
  }
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => undefined)
    handle(request, response).catch(() => response.destroy())
  }
  // Differential downloads ask for hundreds of ranges in one header.
  const options = { maxHeaderSize: 64 * 1024 }
  const server = tls === undefined ? createServer(options, listener) : createTlsServer({ ...options, ...tls }, listener)
  // What is malformed on purpose must not throw here.
  server.on('clientError', (_error, socket) => void socket.destroy())
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as AddressInfo

  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${taken}/`,
    served,
    setFaults: faults.set,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
