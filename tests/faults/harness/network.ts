import { spawn } from 'node:child_process'
import { createServer, request as requestHttp } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { connect, createServer as createTcp } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { SecureVersion } from 'node:tls'
import type { Certified } from './certificates.ts'

/** Something that listens on this computer, and how it ends. */
export interface Listening {
  readonly port: number
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1; closing ends every connection. */
export async function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const serve = async (listener: RequestListener): Promise<Listening> => await listen(createServer(listener))

export const serveTls = async (
  certified: Certified,
  listener: RequestListener,
  versions: {
    readonly minVersion?: SecureVersion
    readonly maxVersion?: SecureVersion
    readonly ciphers?: string
  } = {},
): Promise<Listening> => await listen(createHttps({ ...certified, ...versions }, listener))

/** Takes connections and does this with them. */
export const serveTcp = async (onConnection: (socket: Socket) => void): Promise<Listening> =>
  await listen(createTcp(onConnection))

/** A port where nobody listens. */
export async function closedPort(): Promise<number> {
  const { port, close } = await serveTcp(() => undefined)
  await close()
  return port
}

/** A port that answers nothing at all, as behind a firewall that drops: a stopped process with a full queue. */
export async function startBlackHole(): Promise<Listening> {
  const script = `require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},function(){console.log(this.address().port)})`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  const port = Number(await new Promise((resolve) => child.stdout.once('data', (bytes) => resolve(String(bytes)))))
  child.kill('SIGSTOP')
  const fillers: Socket[] = []
  for (let taken = true; taken && fillers.length < 16;) {
    const filler = connect({ port, host: '127.0.0.1' })
    filler.on('error', () => undefined)
    fillers.push(filler)
    taken = await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), 300)
      filler.once('connect', () => {
        clearTimeout(timer)
        resolve(true)
      })
    })
  }
  return {
    port,
    async close() {
      for (const filler of fillers) filler.destroy()
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
    },
  }
}

export interface HttpProxy extends Listening {
  /** What CONNECT is answered with; 200 tunnels. `hang-up` closes the connection, `silent` says nothing. */
  answer: number | 'hang-up' | 'silent'
  /** The targets that were asked for. */
  readonly asked: string[]
}

/** An HTTP proxy: tunnels by CONNECT, and whole addresses for plain HTTP. */
export async function startProxy(): Promise<HttpProxy> {
  const asked: string[] = []
  const server = createServer(({ url = '', method, headers }, response) => {
    asked.push(url)
    const onward = requestHttp(url, { method, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers)
      answered.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    onward.end()
  })
  let proxy: HttpProxy | null = null
  server.on('connect', ({ url = '' }, socket: Socket, head: Buffer) => {
    asked.push(url)
    const answer = proxy?.answer
    if (answer === 'silent') return
    if (answer === 'hang-up') return void socket.destroy()
    if (answer !== 200)
      return void socket.end(
        `HTTP/1.1 ${answer} No\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n`,
      )
    const [, port = ''] = /:(\d+)$/.exec(url) ?? []
    const onward = connect({ host: '127.0.0.1', port: Number(port) }, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('close', () => onward.destroy())
  })
  proxy = Object.assign(await listen(server), { answer: 200, asked })
  return proxy
}

/** What a reverse proxy does to event streams. */
export type StreamTreatment = 'pass' | 'hold-back' | 'cut'

/** Passes requests on to a server behind it. `hold-back`: a stream is given out when it is over, as a proxy that buffers does. */
export function reverseProxy(target: string, treatment: () => StreamTreatment): RequestListener {
  return (request, response) => {
    const { method, headers, url } = request
    const onward = requestHttp(new URL(url ?? '/', target), { method, headers }, (answered) => {
      const how = String(answered.headers['content-type']).startsWith('text/event-stream') ? treatment() : 'pass'
      response.writeHead(answered.statusCode ?? 502, answered.headers)
      if (how === 'pass') return void answered.pipe(response)
      const held: Buffer[] = []
      answered.on('data', (chunk: Buffer) => {
        held.push(chunk)
        if (how === 'cut') response.write(chunk, () => response.destroy())
      })
      answered.once('end', () => response.end(Buffer.concat(held)))
      answered.once('error', () => response.destroy())
    })
    onward.on('error', () => response.destroy())
    response.once('close', () => onward.destroy())
    request.pipe(onward)
  }
}
