import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { protocol } from 'electron'
import { contentSecurityPolicy } from '../../contract/csp.ts'
import type { Log } from '../host.ts'

const scheme = 'app'
const host = 'bundle'
/** The origin of the window, as Chromium serialises it. */
export const appOrigin = `${scheme}://${host}`
export const entryUrl = `${appOrigin}/index.html`
export const quickUrl = `${appOrigin}/quick.html`
/** What is shown instead of a page that crashes again and again: a page that shares no code with it. */
export const safeUrl = `${appOrigin}/safe.html`

const imagePrefix = '/image/'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

const headers = {
  'content-security-policy': contentSecurityPolicy({ connect: "'none'" }),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const
/** An image opened as a document of its own may do nothing at all. */
const imageHeaders = { ...headers, 'content-security-policy': "default-src 'none'; sandbox" }

/** Must run before Electron is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Percent-decoded once, or null when it cannot be decoded or could lead anywhere but down from a root. */
function decodePath(pathname: string): string | null {
  try {
    const path = decodeURIComponent(pathname)
    return /[\0\\:]|\/\/|(^|\/)\.\.?(\/|$)/.test(path) ? null : path
  } catch {
    return null
  }
}

/** The id of the file that the window has under `url`; null: it is no file of a conversation. */
export function imageIdOf(url: string): string | null {
  const prefix = appOrigin + imagePrefix
  const id = url.startsWith(prefix) ? decodePath(url.slice(prefix.length)) : null
  return id === '' ? null : id
}

/** The real path of a file under `root`, or null: none there, a hostile name, or a link that leads out of `root`. */
export async function fileUnder(root: string, pathname: string): Promise<string | null> {
  const path = decodePath(pathname)
  if (path === null) return null
  try {
    const [base, file] = await Promise.all([realpath(root), realpath(join(root, path))])
    return file.startsWith(base + sep) ? file : null
  } catch {
    return null
  }
}

const refusal = (status: number): Response => new Response(null, { status, headers })
const answer = (bytes: Uint8Array, type: string, head: Record<string, string>): Response =>
  new Response(new Uint8Array(bytes), { headers: { ...head, 'content-type': type } })

interface Deps {
  /** The folder of the window's files. */
  readonly root: string
  readonly image: (fileId: string) => Promise<{ type: string; bytes: Uint8Array } | null>
  readonly log: Log
}

/** Answers every request of the window: its own files, and `image/<fileId>`. GET only, nothing outside `root`. */
export function createAppProtocol({ root, image, log }: Deps): (request: Request) => Promise<Response> {
  const serve = async (request: Request): Promise<Response> => {
    if (request.method !== 'GET') return refusal(405)
    const url = new URL(request.url)
    if (url.protocol !== `${scheme}:` || url.host !== host) return refusal(404)
    if (url.pathname.startsWith(imagePrefix)) {
      const fileId = decodePath(url.pathname.slice(imagePrefix.length))
      const found = fileId === null || fileId === '' ? null : await image(fileId)
      return found === null ? refusal(404) : answer(found.bytes, found.type, imageHeaders)
    }
    const file = await fileUnder(root, url.pathname)
    const type = file === null ? undefined : types[extname(file)]
    return file === null || type === undefined ? refusal(404) : answer(await readFile(file), type, headers)
  }
  return async (request) => {
    try {
      return await serve(request)
    } catch (thrown) {
      log({
        level: 'error',
        event: 'window.request-failed',
        fields: { name: thrown instanceof Error ? thrown.name : '' },
      })
      return refusal(500)
    }
  }
}
