import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener } from 'node:http'

interface Account {
  readonly id: string
  readonly email: string
  readonly first_name: string
  readonly last_name: string
  readonly user_role: string
  readonly phone_number: string
}

interface Deps {
  /** The password that is handed out for LibreChat. */
  readonly librechatPassword: string
  /** Somebody has signed in, or registered: they are to have an account at LibreChat. */
  readonly onUser: (user: { email: string; name: string }) => void
}

/** Seconds. */
const lives = { access: 900, refresh: 7 * 86_400 }
/** Bytes of the largest body. */
const limit = 64 * 1024

type Answer = readonly [status: number, body: unknown]
type Body = Readonly<Record<string, unknown>>

const unauthenticated: Answer = [401, { detail: 'Authentication credentials were not provided.' }]
const badToken: Answer = [
  401,
  {
    detail: 'Given token not valid for any token type',
    code: 'token_not_valid',
    messages: [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is invalid or expired' }],
  },
]

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) if ((size += (chunk as Buffer).length) <= limit) chunks.push(chunk as Buffer)
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Body) : {}
  } catch {
    return {}
  }
}

const text = (body: Body, name: string): string => (typeof body[name] === 'string' ? body[name] : '')
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * The platform's HTTP API in memory, by contracts: the hosting platform's HTTP API. Every address gets in with every password, and has
 * a LibreChat account at once.
 */
export function createPlatformDouble({ librechatPassword, onUser }: Deps): RequestListener {
  const secret = randomBytes(32)
  const accounts = new Map<string, Account>()
  /** Tokens that are good, and whose they are. */
  const live = { access: new Map<string, Account>(), refresh: new Map<string, Account>() }

  const mint = (kind: keyof typeof live, account: Account): string => {
    const iat = Math.floor(Date.now() / 1000)
    const claims = { token_type: kind, exp: iat + lives[kind], iat, jti: randomUUID().replaceAll('-', '') }
    const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ ...claims, user_id: account.id })}`
    const token = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
    live[kind].set(token, account)
    return token
  }
  const pair = (account: Account): { access: string; refresh: string } => ({
    access: mint('access', account),
    refresh: mint('refresh', account),
  })
  const put = (email: string, more: Partial<Account> = {}): Account => {
    const account = {
      id: randomUUID(),
      email,
      first_name: 'Demo',
      last_name: 'User',
      user_role: 'PROPERTY_OWNER',
      phone_number: '',
      ...more,
    }
    accounts.set(email, account)
    onUser({ email, name: `${account.first_name} ${account.last_name}`.trim() })
    return account
  }

  const register = (body: Body): Answer => {
    const email = text(body, 'email').toLowerCase()
    if (!email.includes('@')) return [400, { email: ['Enter a valid email address.'] }]
    if (accounts.has(email)) return [400, { email: ['A user with this email address already exists.'] }]
    if (body['password'] !== body['confirm_password']) return [400, { confirm_password: ['Passwords do not match.'] }]
    const user = put(email, {
      first_name: text(body, 'first_name'),
      last_name: text(body, 'last_name'),
      user_role: text(body, 'user_role'),
      phone_number: text(body, 'phone_number'),
    })
    return [201, { message: 'User registered successfully', user: { ...user, service_provider: null } }]
  }
  const login = (body: Body): Answer => {
    const email = text(body, 'email').trim().toLowerCase()
    if (!email.includes('@') || text(body, 'password') === '') return [401, { error: 'Invalid email or password' }]
    const user = accounts.get(email) ?? put(email)
    return [200, { ...pair(user), user }]
  }
  const refresh = (body: Body): Answer => {
    const given = text(body, 'refresh')
    if (given === '') return [400, { detail: 'Refresh token is required' }]
    const account = live.refresh.get(given)
    if (account === undefined) return [401, { detail: 'Token is invalid or expired' }]
    live.refresh.delete(given)
    return [200, pair(account)]
  }
  const verify = (body: Body): Answer => {
    const token = text(body, 'token')
    if (live.access.has(token) || live.refresh.has(token)) return [200, { valid: true, message: 'Token is valid' }]
    return [401, { valid: false, detail: 'Token is invalid or expired', error: 'Token is invalid or expired' }]
  }

  const answer = (call: string, body: Body, authorization: string): Answer => {
    if (call === 'POST /api/users/register/') return register(body)
    if (call === 'POST /api/users/login/') return login(body)
    if (call === 'POST /api/users/token/refresh/') return refresh(body)
    if (call === 'POST /api/users/token/verify/') return verify(body)
    if (authorization === '') return unauthenticated
    const account = live.access.get(authorization.replace(/^Bearer /, ''))
    if (account === undefined) return badToken
    if (call === 'GET /api/users/profile/') return [200, { ...account, service_provider: null }]
    if (call === 'GET /api/users/librechat-password/') return [200, { librechat_password: librechatPassword }]
    if (call === 'POST /api/users/password/change/') return [200, { message: 'Password changed successfully' }]
    if (call !== 'POST /api/users/logout/') return [404, { detail: 'Not found.' }]
    return live.refresh.delete(text(body, 'refresh_token'))
      ? [200, { detail: 'Successfully logged out.' }]
      : [400, { detail: 'Token is invalid or expired' }]
  }

  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    bodyOf(request).then(
      (body) => {
        const [status, value] = answer(`${request.method} ${path}`, body, request.headers.authorization ?? '')
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
      },
      () => response.destroy(),
    )
  }
}
