import { randomUUID } from 'node:crypto'
import type { ServerName } from '../../contract/errors.ts'
import type { FaultEffect, Verdict } from '../../contract/support.ts'
import type { InjectedAnswer } from '../http/injection.ts'

type Answer = Extract<FaultEffect, { kind: 'answer' }>
type Body = Readonly<Record<string, unknown>>

/** The types by which LibreChat names why it refuses or fails a turn. */
const turnTypes: Readonly<Partial<Record<Verdict, string>>> = {
  'message-limit': 'message_limit',
  concurrent: 'concurrent',
  moderation: 'moderation',
  'conversation-access': 'convo_access',
  'no-user-key': 'no_user_key',
  'expired-user-key': 'expired_user_key',
  'invalid-user-key': 'invalid_user_key',
  'missing-model': 'missing_model',
  'illegal-model': 'illegal_model_request',
  balance: 'token_balance',
  'input-too-long': 'INPUT_LENGTH',
  banned: 'ban',
}
/** Where it has words and no type. */
const turnWords: Readonly<Partial<Record<Verdict, string>>> = {
  'agent-not-found': 'Agent not found',
  replaced: 'Generation state changed',
}

/** By contracts: LibreChat API §0.3, §2 and §6. */
function fromLibreChat({ status, said }: Answer, route: string): Body | string {
  if (route === '/api/auth/refresh' && said === 'session-expired')
    return status === 403 ? 'Invalid refresh token' : 'Refresh token expired or not found for this user'
  const messages: Readonly<Partial<Record<Verdict, string>>> = {
    banned: 'Your account has been temporarily banned due to violations of our service.',
    password: 'Incorrect password.',
    'email-unverified': 'Email not verified.',
    'login-disabled': 'Email login is not allowed.',
    'code-expired': 'Invalid or expired temporary token',
    'wrong-code': 'Invalid 2FA code or backup code',
    'session-expired': 'jwt expired',
    'rate-limited': 'Too many requests. Try again later',
    'not-found': 'Endpoint not found',
  }
  if (said === 'concurrent') return { type: 'concurrent', limit: 2, pendingRequests: 3 }
  if (said === 'parent-not-ready') return { code: 'PARENT_NOT_READY', error: 'Please wait and try again.' }
  if (said === 'replaced') return { code: 'RUN_REPLACED' }
  if (status === 503) return { code: 'SERVER_NOT_READY', error: 'The server is starting.' }
  if (status === 401) return { message: messages[said ?? 'session-expired'] ?? 'Unauthorized' }
  if (status === 429) return { message: messages['rate-limited'] }
  return { message: (said === null ? undefined : messages[said]) ?? 'An unknown error occurred.' }
}

/** By contracts: the hosting platform's HTTP API. */
function fromPlatform({ status, said }: Answer, route: string): Body {
  if (status === 400 && route === '/api/users/register/')
    return { email: ['A user with this email address already exists.'] }
  if (status === 401 && route === '/api/users/login/') return { error: 'Invalid email or password' }
  if (status === 401 && route === '/api/users/token/refresh/') return { detail: 'Token is invalid or expired' }
  if (status === 401) return { detail: 'Given token not valid for any token type', code: 'token_not_valid' }
  if (status === 404 && route === '/api/users/librechat-password/') return { error: 'LibreChat password not set' }
  return { detail: said === 'rate-limited' ? 'Request was throttled.' : 'An error occurred.' }
}

const frame = (event: string, data: object): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** A turn that is refused in a stream's clothes: the error alone, or as a denial the question and an answer that says why. */
function refusedTurn(said: Verdict, content: Answer['content']): string {
  const type = turnTypes[said]
  const text = type === undefined ? (turnWords[said] ?? 'Something went wrong.') : JSON.stringify({ type })
  if (content === 'events') return frame('error', { text })
  const messageId = randomUUID()
  const conversationId = randomUUID()
  const question = { messageId, conversationId, sender: 'User', isCreatedByUser: true, text: '' }
  const answer = { messageId: randomUUID(), conversationId, parentMessageId: messageId, error: true, final: true, text }
  return frame('message', { message: question, created: true }) + frame('error', answer)
}

/** What the app makes of a page where there should be data. LibreChat sends some of its own words as HTML, too. */
const unreadable: ReadonlySet<Verdict> = new Set(['intercepted', 'unexpected-answer', 'server-error'])
const page = '<!DOCTYPE html><html lang="en"><title>Gateway</title><h1>This is not the server</h1></html>'

/** What a server says in an answer that is injected: in its own words, so that the app reads what it would read from the server. */
export function answerOf(effect: Answer, server: ServerName, route: string): InjectedAnswer {
  const { status, content, said } = effect
  const more: Record<string, string> = {}
  if (status === 429) more['retry-after'] = '60'
  if (status === 503) more['retry-after'] = '1'
  if (status >= 300 && status < 400) more['location'] = said === 'session-expired' ? '/login' : '/portal'
  const typed = (type: string, body: string): InjectedAnswer => ({ headers: { 'content-type': type, ...more }, body })
  if (content === 'html' && (said === null || unreadable.has(said))) return typed('text/html; charset=utf-8', page)
  if (server === 'librechat' && said !== null && status < 300 && route.startsWith('/api/agents/chat'))
    return content === 'events'
      ? typed('text/event-stream', refusedTurn(said, content))
      : { headers: more, body: refusedTurn(said, content) }
  if (content === 'events') return typed('text/event-stream', '')
  const body = server === 'platform' ? fromPlatform(effect, route) : fromLibreChat(effect, route)
  if (typeof body === 'string') return typed('text/html; charset=utf-8', body)
  return content === 'none' ? { headers: more, body: '' } : typed('application/json', JSON.stringify(body))
}
