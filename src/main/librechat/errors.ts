import type { AppError, TurnFailure } from '../../contract/errors.ts'
import { retryAt } from '../http/retry-at.ts'

const byType: Readonly<Record<string, TurnFailure>> = {
  message_limit: 'message-limit',
  concurrent: 'concurrent',
  moderation: 'moderation',
  convo_access: 'conversation-access',
  no_user_key: 'no-user-key',
  expired_user_key: 'expired-user-key',
  invalid_user_key: 'invalid-user-key',
  no_base_url: 'invalid-user-key',
  invalid_base_url: 'invalid-user-key',
  missing_model: 'missing-model',
  models_not_loaded: 'missing-model',
  endpoint_models_not_loaded: 'missing-model',
  illegal_model_request: 'illegal-model',
  token_balance: 'balance',
  INPUT_LENGTH: 'input-too-long',
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parsed = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

/** When a ban ends: violation records carry the moment and, in milliseconds, how long. */
function banEnd(data: Record<string, unknown>): number | null {
  const explicit = data['expiresAt'] ?? data['expires_at']
  if (typeof explicit === 'number') return explicit
  if (typeof explicit === 'string' && !Number.isNaN(Date.parse(explicit))) return Date.parse(explicit)
  const { date, ban_duration: duration } = data
  if (typeof date === 'string' && typeof duration === 'number' && !Number.isNaN(Date.parse(date)))
    return Date.parse(date) + duration
  return null
}

const clip = (text: string): string | null => {
  const clean = text
    .replace(/https?:\/\/\S+/g, '…')
    .trim()
    .slice(0, 500)
  return clean === '' ? null : clean
}

/** The error strings of chat (denial frames, error frames, error parts): JSON text with a `type`, or plain text. */
export function turnError(text: string): AppError {
  const data = parsed(text)
  const type = typeof data?.['type'] === 'string' ? data['type'] : null
  if (data && (type === 'ban' || data['ban'] === true)) return { code: 'banned', until: banEnd(data) }
  const reason = type === null ? undefined : byType[type]
  if (reason) return { code: 'turn-failed', reason, detail: null }
  if (/^Illegal request$/.test(text)) return { code: 'banned', until: null }
  if (/Agent not found/i.test(text)) return { code: 'turn-failed', reason: 'agent-not-found', detail: null }
  if (/API Key not provided/i.test(text)) return { code: 'turn-failed', reason: 'no-user-key', detail: null }
  if (/Generation state changed/i.test(text)) return { code: 'turn-failed', reason: 'replaced', detail: null }
  const info =
    data && typeof data['info'] === 'string'
      ? data['info']
      : data && typeof data['message'] === 'string'
        ? data['message']
        : text
  return { code: 'turn-failed', reason: 'other', detail: clip(info) }
}

/** What an HTTP status and body of an ordinary call mean, when it is not success. */
export function answerError(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  now = Date.now(),
): AppError {
  const message = isRecord(body) && typeof body['message'] === 'string' ? body['message'] : ''
  if (status === 403 && /banned/i.test(message)) return { code: 'banned', until: isRecord(body) ? banEnd(body) : null }
  if (status === 429) {
    if (isRecord(body) && body['type'] === 'concurrent')
      return { code: 'turn-failed', reason: 'concurrent', detail: null }
    return { code: 'rate-limited', server: 'librechat', retryAt: retryAt(headers, now) }
  }
  if (status === 401) return { code: 'session-expired' }
  if (status === 403) return { code: 'forbidden' }
  if (status === 404) return { code: 'not-found' }
  if (status >= 500) return { code: 'server-error', server: 'librechat', status }
  return { code: 'unexpected-answer', server: 'librechat' }
}
