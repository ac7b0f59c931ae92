import { createServer, request as httpRequest } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServerName } from '../../src/contract/errors.ts'
import type { FaultRule } from '../../src/contract/support.ts'
import { createInjector } from '../../src/main/debug/injector.ts'
import { shaper } from '../../src/main/http/shape.ts'
import { routeTemplate } from '../../src/main/support/route-template.ts'

/** Headers that are about one connection, not about what it carries. */
const ofTheConnection = new Set(['connection', 'keep-alive', 'transfer-encoding'])

interface Deps {
  readonly server: ServerName
  /** `http://127.0.0.1:<port>` of what is behind. */
  readonly target: string
  readonly rules: readonly FaultRule[]
}

export interface Front {
  readonly origin: string
  close(): Promise<void>
}

/** In front of a server, doing to its exchanges what the rules say, as a bad network or a proxy would. */
export async function startFront({ server, target, rules }: Deps): Promise<Front> {
  const injector = createInjector(rules)

  const forward = (request: IncomingMessage, response: ServerResponse, effect: FaultRule['effect']): void => {
    const { port, hostname } = new URL(target)
    const { url: path, method, headers } = request
    const behind = httpRequest({ host: hostname, port, path, method, headers }, (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !ofTheConnection.has(name))
      response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept) as Record<string, string | string[]>)
      // Who holds a body back holds its headers back, too.
      if (effect.kind !== 'buffer') response.flushHeaders()
      const shape = shaper(effect)
      const body = shape === null ? answer : answer.pipe(shape)
      body.on('data', (chunk: Buffer) => void response.write(chunk))
      body.once('end', () => response.end())
      // What was sent arrives, and then nothing more.
      body.once('error', () => response.socket?.destroySoon())
      answer.once('error', () => response.destroy())
    })
    behind.on('error', () => response.destroy())
    response.once('close', () => behind.destroy())
    request.pipe(behind)
  }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const route = routeTemplate(request.url ?? '/')
    const rule = injector.take(server, request.method ?? 'GET', route)
    if (rule === null) return forward(request, response, { kind: 'none' })
    const { effect, waitMs } = rule
    const act = (): void => {
      if (effect.kind === 'answer') {
        const { headers, body } = injector.answer(effect, server, route)
        request.resume()
        response.writeHead(effect.status, headers).end(body)
      } else if (effect.kind !== 'unreachable') forward(request, response, effect)
      // Nobody answers: whoever asks has to give up by themselves.
      else if (effect.reason === 'timeout') request.resume()
      else request.socket.destroy()
    }
    const timer = setTimeout(act, waitMs)
    response.once('close', () => clearTimeout(timer))
  }

  const front = createServer(handle)
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject)
    front.listen(0, '127.0.0.1', resolve)
  })
  return {
    origin: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => front.close(resolve))
      front.closeAllConnections()
      await closed
    },
  }
}
