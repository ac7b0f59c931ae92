import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const cookieName = 'hestami-host'

const same = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Who may talk to the browser host: one browser, let in once by the printed address, from the host's own origin. */
export interface Gate {
  /** In the printed address; worth one visit of a browser. */
  readonly token: string
  /** The Set-Cookie value when `request` brings the token; null otherwise. */
  admit(request: IncomingMessage, url: URL): string | null
  /** The Host and Origin are ours, and no other site asks. */
  isOwn(request: IncomingMessage, port: number): boolean
  isAdmitted(request: IncomingMessage): boolean
}

export function createGate(): Gate {
  const token = randomBytes(24).toString('base64url')
  const secret = randomBytes(24).toString('base64url')
  let used = false
  return {
    token,
    admit(request, url) {
      const offered = url.searchParams.get('token')
      // Only a browser's visit uses the token up, not a probe for whether the server is there.
      const visit = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
      if (offered === null || used || !visit || !same(offered, token)) return null
      used = true
      return `${cookieName}=${secret}; Path=/; HttpOnly; SameSite=Strict`
    },
    isOwn(request, port) {
      const names = [`127.0.0.1:${port}`, `localhost:${port}`]
      const { host, origin } = request.headers
      if (host === undefined || !names.includes(host)) return false
      if (origin !== undefined && !names.some((name) => origin === `http://${name}`)) return false
      const site = request.headers['sec-fetch-site']
      return request.method === 'GET' || site === undefined || site === 'same-origin'
    },
    isAdmitted(request) {
      const cookies = (request.headers.cookie ?? '').split(/;\s*/)
      return cookies.some(
        (cookie) => cookie.startsWith(`${cookieName}=`) && same(cookie.slice(cookieName.length + 1), secret),
      )
    },
  }
}
