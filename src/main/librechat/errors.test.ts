import { expect, test } from 'vitest'
import { answerError, turnError } from './errors.ts'

const now = Date.UTC(2026, 0, 1)

test.each([
  ['{"type":"message_limit","max":40}', 'message-limit'],
  ['{"type":"concurrent","limit":2}', 'concurrent'],
  ['{"type":"moderation"}', 'moderation'],
  ['{"type":"convo_access","error":"x"}', 'conversation-access'],
  ['{"type":"no_user_key"}', 'no-user-key'],
  ['{"type":"no_base_url"}', 'invalid-user-key'],
  ['{"type":"models_not_loaded"}', 'missing-model'],
  ['{"type":"illegal_model_request","info":"openAI|gpt-9"}', 'illegal-model'],
  ['{"type":"token_balance","balance":1}', 'balance'],
  ['{"type":"INPUT_LENGTH","info":"x"}', 'input-too-long'],
  ['Agent not found', 'agent-not-found'],
  ['openAI API Key not provided.', 'no-user-key'],
  ['Generation state changed; reconnect to load the saved response.', 'replaced'],
])('%s is %s', (text, reason) => expect(turnError(text)).toMatchObject({ code: 'turn-failed', reason }))

test('an unknown type keeps the server’s words, without addresses and cut to size', () => {
  expect(turnError('{"type":"google_error","info":"Quota at https://console.example/x?key=1 is used up"}')).toEqual({
    code: 'turn-failed',
    reason: 'other',
    detail: 'Quota at … is used up',
  })
  expect(turnError('y'.repeat(900))).toMatchObject({ detail: 'y'.repeat(500) })
  expect(turnError('')).toMatchObject({ reason: 'other', detail: null })
})

test('a ban says when it ends, where the server says so', () => {
  expect(turnError('{"type":"ban"}')).toEqual({ code: 'banned', until: null })
  expect(
    turnError('{"type":"message_limit","ban":true,"ban_duration":60000,"date":"2026-01-01T00:00:00.000Z"}'),
  ).toEqual({
    code: 'banned',
    until: now + 60_000,
  })
  expect(turnError('Illegal request')).toEqual({ code: 'banned', until: null })
  const message = 'Your account has been temporarily banned due to violations of our service.'
  expect(answerError(403, { message }, {}, now)).toEqual({ code: 'banned', until: null })
})

test.each([
  [401, 'Unauthorized', { code: 'session-expired' }],
  [403, { message: 'Forbidden' }, { code: 'forbidden' }],
  [404, undefined, { code: 'not-found' }],
  [500, 'An unknown error occurred.', { code: 'server-error', status: 500 }],
  [429, { type: 'concurrent', limit: 2 }, { code: 'turn-failed', reason: 'concurrent' }],
  [418, {}, { code: 'unexpected-answer' }],
])('the status %i with %o', (status, body, error) => expect(answerError(status, body, {}, now)).toMatchObject(error))
