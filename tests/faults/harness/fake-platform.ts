import { randomBytes } from 'node:crypto'
import type { IncomingMessage, RequestListener } from 'node:http'

export interface FakePlatform {
  readonly handle: RequestListener
  /** Every path that was asked for. */
  readonly asked: string[]
  /** Refuses every token that was handed out so far. */
  revoke(): void
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

/**
 * The platform's answers that a sign-in and its check need, in the form of contracts/hosting-platform-api.md, without its database.
 * Anybody may sign in; `librechatPassword` is what is handed out.
 */
export function createFakePlatform(librechatPassword: string): FakePlatform {
  const tokens = new Set<string>()
  const asked: string[] = []
  const mint = (): string => {
    const token = randomBytes(24).toString('base64url')
    tokens.add(token)
    return token
  }
  const refused = { valid: false, detail: 'Token is invalid or expired', error: 'Token is blacklisted' }

  const answer = (path: string, body: Record<string, unknown>, bearer: string): [number, unknown] => {
    switch (path) {
      case '/api/users/login/': {
        const user = { id: '5f1f6f0a-7b7e-4a86-9f0c-0c8f2a3b4c5d', first_name: 'Demo', last_name: 'User' }
        const more = { email: body['email'], user_role: 'PROPERTY_OWNER', phone_number: '' }
        return [200, { access: mint(), refresh: mint(), user: { ...user, ...more } }]
      }
      case '/api/users/token/verify/':
        return tokens.has(String(body['token'])) ? [200, { valid: true, message: 'Token is valid' }] : [401, refused]
      case '/api/users/token/refresh/':
        if (!tokens.delete(String(body['refresh']))) return [401, { detail: 'Token is blacklisted' }]
        return [200, { access: mint(), refresh: mint() }]
      case '/api/users/librechat-password/':
        if (!tokens.has(bearer)) return [401, { detail: 'Given token not valid for any token type' }]
        return [200, { librechat_password: librechatPassword }]
      case '/api/users/logout/':
        return [200, { detail: 'Successfully logged out.' }]
      case '/api/users/profile/':
        return [401, { detail: 'Authentication credentials were not provided.' }]
      default:
        return [404, { detail: 'Not found.' }]
    }
  }

  return {
    asked,
    revoke: () => tokens.clear(),
    handle(request, response) {
      const path = request.url ?? ''
      asked.push(path)
      const bearer = (request.headers.authorization ?? '').replace(/^Bearer /, '')
      bodyOf(request).then(
        (body) => {
          const [status, value] = answer(path, body, bearer)
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
        },
        () => response.destroy(),
      )
    },
  }
}
