import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

export interface LibreChatCall {
  readonly path: string
  readonly userAgent: string
  readonly body: Readonly<Record<string, string>>
}

export interface TestAccount {
  readonly id: string
  password: string
  verified: boolean
  twoFactor?: boolean
}

/** How this LibreChat is set up. */
export interface TestLibreChatSettings {
  registration: boolean
  /** Addresses must be verified before the first login. */
  verification: boolean
  terms: boolean
  /** Passwords can be reset without mail. */
  reset: boolean
  /** Milliseconds before each answer. */
  latency: number
}

/** Plays LibreChat's register, login and password reset (contract: LibreChat API §1.2, §2) for tests. */
export interface TestLibreChat {
  readonly url: string
  readonly calls: LibreChatCall[]
  /** Lower-cased e-mail → account. */
  readonly accounts: Map<string, TestAccount>
  readonly settings: TestLibreChatSettings
  /** True: connections are cut without an answer. */
  down: boolean
  /** Answers these, in order, before it does its own; `path` of the call that gets it. `after`: what was asked is done all the same. */
  readonly scripted: {
    path: string
    status: number
    body: unknown
    headers?: Record<string, string>
    after?: boolean
  }[]
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Record<string, string>
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const tokenOf = (claims: object): string =>
  [encode({ alg: 'HS256', typ: 'JWT' }), encode(claims), 'signature'].join('.')
const said = (status: number, message: string): Answer => ({ status, body: { message } })

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, string>)
}

export async function startTestLibreChat(settings: Partial<TestLibreChatSettings> = {}): Promise<TestLibreChat> {
  const accounts: TestLibreChat['accounts'] = new Map()
  const calls: LibreChatCall[] = []
  const resets = new Map<string, string>()

  const register = (email: string, body: Record<string, string>): Answer => {
    const { password = '', confirm_password, name = '', username = '' } = body
    if (!librechat.settings.registration) return said(403, 'Registration is not allowed.')
    const fits = name.length >= 3 && name.length <= 80 && (username === '' || username.length >= 2)
    if (!fits || password.length < 8 || password.length > 128 || password !== confirm_password)
      return said(404, 'name: String must contain at least 3 character(s)')
    if (!accounts.has(email))
      accounts.set(email, { id: randomBytes(12).toString('hex'), password, verified: !librechat.settings.verification })
    return said(200, 'Please check your email to verify your email address.')
  }
  const login = (email: string, password: string): Answer => {
    const account = accounts.get(email)
    if (!account) return said(404, 'Email does not exist.')
    if (account.password !== password) return said(404, 'Incorrect password.')
    if (!account.verified) return said(422, 'Email not verified.')
    if (account.twoFactor === true)
      return {
        status: 200,
        body: { twoFAPending: true, tempToken: tokenOf({ userId: account.id, twoFAPending: true }) },
      }
    const user = { id: account.id, email, termsAccepted: false }
    return { status: 200, body: { token: tokenOf({ id: account.id, email }), user } }
  }
  const answer = (path: string, body: Record<string, string>): Answer => {
    const email = (body['email'] ?? '').toLowerCase()
    const { terms, reset } = librechat.settings
    if (path === '/api/auth/register') return register(email, body)
    if (path === '/api/auth/login') return login(email, body['password'] ?? '')
    if (path === '/api/config') {
      const shown = { interface: { termsOfService: { modalAcceptance: terms } } }
      return { status: 200, body: { emailEnabled: false, passwordResetEnabled: reset, ...shown } }
    }
    if (path === '/api/auth/requestPasswordReset') {
      const account = accounts.get(email)
      if (!reset) return said(403, 'Password reset is not allowed.')
      if (!account) return said(200, 'If an account with that email exists, a link has been sent to it.')
      const token = randomBytes(16).toString('hex')
      resets.set(token, email)
      return { status: 200, body: { link: `http://chat.test/reset-password?token=${token}&userId=${account.id}` } }
    }
    if (path === '/api/auth/resetPassword') {
      const account = accounts.get(resets.get(body['token'] ?? '') ?? '')
      if (!reset || !account || account.id !== body['userId']) return { status: 400, body: {} }
      resets.delete(body['token'] ?? '')
      account.password = body['password'] ?? ''
      return said(200, 'Password reset was successful')
    }
    return said(404, 'Endpoint not found')
  }

  const handle = async (request: IncomingMessage): Promise<Answer> => {
    const path = request.url ?? ''
    const body = await bodyOf(request)
    calls.push({ path, userAgent: request.headers['user-agent'] ?? '', body })
    if (librechat.settings.latency > 0) await pause(librechat.settings.latency)
    const next = librechat.scripted.findIndex((one) => one.path === path)
    const [scripted] = librechat.scripted.splice(next, next < 0 ? 0 : 1)
    if (!scripted || scripted.after === true) {
      const own = answer(path, body)
      return scripted ?? own
    }
    return scripted
  }
  const server = createServer((request, response) => {
    if (librechat.down) return void request.socket.destroy()
    if (request.url === '/health') return void response.end('OK')
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
    settings: { registration: true, verification: false, terms: false, reset: false, latency: 0, ...settings },
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
