import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import { FieldsRefused } from '../users/fields.ts'
import type { Answer } from './route.ts'
import { Refusal } from './route.ts'

/** The answer to what was thrown on the way, in Django REST framework's words. */
export function answerTo(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): Answer {
  if (error instanceof FieldsRefused) return { status: 400, body: error.fields }
  if (error instanceof Refusal) {
    if (error.status === 401) reply.header('www-authenticate', 'Bearer realm="api"')
    return { status: error.status, body: error.body, headers: error.headers }
  }
  const status = (error as { statusCode?: unknown }).statusCode
  const type = request.headers['content-type']?.slice(0, 100) ?? ''
  if (status === 415) return { status, body: { detail: `Unsupported media type "${type}" in request.` } }
  if (status === 413) return { status, body: { detail: 'Request body is too large.' } }
  if (typeof status === 'number' && status >= 400 && status < 500) return { status, body: { detail: 'Bad request.' } }
  const fields = { path: null, requestId: request.id, ...errorFields(error) }
  log({ level: 'error', event: 'http.failed', fields })
  return { status: 500, body: { detail: 'Internal server error.' } }
}
