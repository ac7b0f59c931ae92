import { createServer, request as requestHttp } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createDouble } from '../../../dev/librechat-double/double.ts'
import type { Double } from '../../../dev/librechat-double/double.ts'
import { listen } from '../../faults/harness/network.ts'

/** How a server goes wrong; null: it does not. */
export type Poison = 'json' | 'fields' | 'html' | 'text' | 'broken-json' | 'redirect' | 'reset' | 'cut' | number | null
export const poisons: readonly Exclude<Poison, null>[] = [
  'json',
  'fields',
  'html',
  'text',
  'broken-json',
  'redirect',
  'reset',
  'cut',
  400,
  401,
  403,
  404,
  407,
  409,
  422,
  429,
  500,
  502,
  503,
]

export interface PoisonedServers {
  readonly platformOrigin: string
  readonly librechatOrigin: string
  readonly librechat: Double
  /** What both servers do from now on; `path`: only where it begins so. */
  poison(how: Poison, path?: string): void
  /** Tokens, cookies and passwords that went over the wires. */
  readonly secrets: () => readonly string[]
  close(): Promise<void>
}

interface Options {
  /** What is put wherever a server can put something. */
  readonly next: () => string
  readonly email: string
  /** Also LibreChat's, which the platform hands out. */
  readonly librechatPassword: string
  readonly name: string
}

/** A header takes no control characters and nothing beyond Latin 1. */
const inHeader = (text: string): string => text.replace(/[^\x20-\x7e]/g, '')

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

/** Platform and LibreChat double, both behind something that puts canaries into headers and bodies and fails as it is told. */
export async function startPoisonedServers(options: Options): Promise<PoisonedServers> {
  const { next, email, librechatPassword, name } = options
  const librechat = await createDouble({
    style: 'resumable',
    deltasPerSecond: 2000,
    loginMax: 10_000,
    messageMax: 10_000,
    uploadMax: 10_000,
    banOnNonBrowser: false,
    concurrentMax: 100,
  })
  librechat.addUser({ email, password: librechatPassword, name })
  const secrets = new Set<string>([librechatPassword])
  let how: Poison = null
  let where = '/'
  let minted = 0

  const headers = (): Record<'x-request-id' | 'www-authenticate' | 'etag', string> & { 'set-cookie': string[] } => ({
    'set-cookie': [`tracker=${inHeader(next()).replace(/[;,]/g, '')}; Path=/`],
    'x-request-id': inHeader(next()),
    'www-authenticate': `Bearer realm="${inHeader(next())}"`,
    etag: `"${inHeader(next())}"`,
  })
  const many = (count = 60): string[] => Array.from({ length: count }, next)
  const message = (): object => ({
    message: next(),
    error: next(),
    detail: next(),
    stack: many().join('\n'),
    errors: many(),
    code: next(),
    type: next(),
    token: next(),
    user: { email: next(), name: next() },
  })

  const fail = (response: ServerResponse, kind: Exclude<Poison, null>): void => {
    const write = (status: number, type: string, body: string): void =>
      void response.writeHead(status, { ...headers(), 'content-type': type }).end(body)
    if (typeof kind === 'number') return write(kind, 'application/json', JSON.stringify(message()))
    if (kind === 'json') return write(200, `application/json; x=${inHeader(next())}`, JSON.stringify(message()))
    if (kind === 'fields')
      return write(400, 'application/json', JSON.stringify({ email: many(3), [next()]: many(3), nested: message() }))
    if (kind === 'html') return write(200, 'text/html', `<html><title>${next()}</title>${many().join('<br>')}</html>`)
    if (kind === 'text') return write(503, `text/plain; charset=${inHeader(next())}`, many().join('\n'))
    if (kind === 'broken-json') return write(200, 'application/json', `{"message":"${many().join('","x":"')}`)
    if (kind === 'redirect') {
      response.writeHead(302, { ...headers(), location: `https://evil.example/${encodeURIComponent(next())}` }).end()
      return
    }
    if (kind === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' })
      response.write(many().join('\n'), () => response.destroy())
      return
    }
    response.destroy()
  }
  const behind =
    (listener: RequestListener): RequestListener =>
    (request, response) => {
      for (const given of [request.headers.authorization, request.headers.cookie].flat())
        if (given !== undefined) secrets.add(given.replace(/^Bearer |^refreshToken=/, ''))
      if (how !== null && (request.url ?? '').startsWith(where)) {
        request.resume()
        const kind = how
        request.once('end', () => fail(response, kind))
      } else listener(request, response)
    }

  const token = (): string => {
    const made = `platform-token-${minted++}-${next().replace(/[^\w-]/g, '')}`
    secrets.add(made)
    return made
  }
  const answer = (path: string, body: Record<string, unknown>): [number, unknown] => {
    const user = { id: '5f1f6f0a-7b7e-4a86-9f0c-0c8f2a3b4c5d', first_name: name, last_name: 'X', email, extra: next() }
    switch (path) {
      case '/api/users/login/':
        if (body['password'] !== 'right') return [401, { detail: next(), password: body['password'] }]
        return [
          200,
          { access: token(), refresh: token(), user: { ...user, user_role: 'PROPERTY_OWNER', phone_number: '' } },
        ]
      case '/api/users/token/refresh/':
        return [200, { access: token(), refresh: token() }]
      case '/api/users/token/verify/':
        return [200, { valid: true, message: 'Token is valid' }]
      case '/api/users/librechat-password/':
        return [200, { librechat_password: librechatPassword }]
      case '/api/users/register/':
        return [400, { email: [next()], password: [next()], [next()]: [next()] }]
      default:
        return [404, { detail: next() }]
    }
  }
  const platform = createServer(
    behind((request, response) => {
      bodyOf(request).then(
        (body) => {
          const [status, value] = answer(request.url ?? '', body)
          response.writeHead(status, { ...headers(), 'content-type': 'application/json' }).end(JSON.stringify(value))
        },
        () => response.destroy(),
      )
    }),
  )
  const upstream = new URL(librechat.origin)
  const proxy = createServer(
    behind((request, response) => {
      const { method, url, headers: sent } = request
      const onward = requestHttp({ host: upstream.hostname, port: upstream.port, method, path: url, headers: sent })
      onward.on('error', () => response.destroy())
      onward.once('response', (found) => {
        const own = [found.headers['set-cookie'] ?? []].flat()
        const extra = headers()
        response.writeHead(found.statusCode ?? 502, {
          ...found.headers,
          'x-request-id': extra['x-request-id'],
          'set-cookie': [...own, ...extra['set-cookie']],
        })
        found.pipe(response)
        found.on('error', () => response.destroy())
      })
      response.on('close', () => onward.destroy())
      request.pipe(onward)
    }),
  )
  const [onPlatform, onProxy] = await Promise.all([listen(platform), listen(proxy)])
  return {
    platformOrigin: `http://127.0.0.1:${onPlatform.port}`,
    librechatOrigin: `http://127.0.0.1:${onProxy.port}`,
    librechat,
    poison(kind, path = '/') {
      how = kind
      where = path
    },
    secrets: () => [...secrets],
    async close() {
      await Promise.all([onPlatform.close(), onProxy.close()])
      await librechat.close()
    },
  }
}
