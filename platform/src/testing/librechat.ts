import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'

export interface LibreChatCall {
  readonly path: string
  readonly userAgent: string
  readonly body: Readonly<Record<string, string>>
}

/** Plays LibreChat's register and login (contract: LibreChat API §2) for tests. */
export interface TestLibreChat {
  readonly url: string
  readonly calls: LibreChatCall[]
  /** Lower-cased e-mail → account. */
  readonly accounts: Map<string, { readonly id: string; readonly password: string }>
  /** True: connections are cut without an answer. */
  down: boolean
  /** Answers these, in order, before it does its own; `path` of the call that gets it. */
  readonly scripted: { path: string; status: number; body: unknown; headers?: Record<string, string> }[]
  close(): Promise<void>
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, string>
}

export async function startTestLibreChat(): Promise<TestLibreChat> {
  const accounts: TestLibreChat['accounts'] = new Map()
  const calls: LibreChatCall[] = []

  const answer = (path: string, body: Record<string, string>): { status: number; body: unknown } => {
    const { email = '', password = '', confirm_password, name = '', username = '' } = body
    const account = accounts.get(email.toLowerCase())
    if (path === '/api/auth/register') {
      const fits = name.length >= 3 && name.length <= 80 && (username === '' || username.length >= 2)
      if (!fits || password.length < 8 || password.length > 128 || password !== confirm_password)
        return { status: 404, body: { message: 'name: String must contain at least 3 character(s)' } }
      if (!account) accounts.set(email.toLowerCase(), { id: randomBytes(12).toString('hex'), password })
      return { status: 200, body: { message: 'Please check your email to verify your email address.' } }
    }
    if (path !== '/api/auth/login') return { status: 404, body: { message: 'Endpoint not found' } }
    if (!account) return { status: 404, body: { message: 'Email does not exist.' } }
    if (account.password !== password) return { status: 404, body: { message: 'Incorrect password.' } }
    const token = [encode({ alg: 'HS256', typ: 'JWT' }), encode({ id: account.id, email }), 'signature'].join('.')
    return { status: 200, body: { token, user: { id: account.id, email } } }
  }

  const handle = async (request: IncomingMessage): Promise<ReturnType<typeof answer> & { headers?: object }> => {
    const path = request.url ?? ''
    const body = await bodyOf(request)
    calls.push({ path, userAgent: request.headers['user-agent'] ?? '', body })
    const next = librechat.scripted.findIndex((one) => one.path === path)
    return librechat.scripted.splice(next, next < 0 ? 0 : 1)[0] ?? answer(path, body)
  }
  const server = createServer((request, response) => {
    if (librechat.down) return void request.socket.destroy()
    handle(request).then(
      ({ status, body, headers }) =>
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(typeof body === 'string' ? body : JSON.stringify(body)),
      () => response.destroy(),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0

  const librechat: TestLibreChat = {
    url: `http://127.0.0.1:${port}`,
    calls,
    accounts,
    down: false,
    scripted: [],
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return librechat
}
