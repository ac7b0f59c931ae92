/** Every part of every path that the app asks its servers for. Whatever else is in a path is an id, a name or a secret. */
const parts: ReadonlySet<string> = new Set([
  '2fa',
  'abort',
  'accept',
  'active',
  'agents',
  'api',
  'auth',
  'chat',
  'config',
  'convos',
  'endpoints',
  'files',
  'gen_title',
  'images',
  'librechat-password',
  'login',
  'logout',
  'messages',
  'models',
  'profile',
  'readyz',
  'refresh',
  'register',
  'status',
  'stream',
  'terms',
  'token',
  'update',
  'user',
  'users',
  'verify',
  'verify-temp',
])
/** More parts than any path of the two servers has. */
const most = 8

/** A path without its query, with everything that is not a word of the servers' interfaces replaced: `/api/messages/:id`. */
export function routeTemplate(path: string): string {
  const [first = ''] = path.split(/[?#]/, 1)
  const [, ...found] = first.split('/', most + 1)
  return `/${found.map((part) => (part === '' || parts.has(part) ? part : ':id')).join('/')}`
}

export const isRoute = (value: unknown): boolean =>
  typeof value === 'string' && value.startsWith('/') && routeTemplate(value) === value
