import type { UserHandler } from '../account/guard.ts'
import { withBrowser } from '../account/guard.ts'
import type { Context } from '../context.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Route } from '../http/router.ts'
import { route } from '../http/router.ts'
import type { User } from '../state/schema.ts'
import { frame, streamHeaders } from './frame.ts'
import { protocol } from './job.ts'
import type { Job } from './job.ts'
import type { Jobs } from './jobs.ts'
import type { ChatBody } from './question.ts'
import { prepareTurn } from './turn.ts'

const protocolHeader = { 'x-librechat-generation-protocol': '1' }
const lost = {
  error: 'Stream not found',
  message: 'The generation job does not exist or has expired.',
}

/** v0.8.2-rc2 and later: the POST starts a job and answers JSON. */
export async function startJob(
  context: Context,
  jobs: Jobs,
  exchange: Exchange,
  user: User,
  body: ChatBody,
  failFirst: string | null,
): Promise<void> {
  const answer = (status: number, value: Record<string, unknown>): void =>
    exchange.json(status, { ...value, ...protocol }, protocolHeader)
  const begun = (job: Job, status: 'started' | 'resumed'): void => {
    const { conversationId } = job.turn
    answer(200, { streamId: conversationId, conversationId, generationCreatedAt: job.createdAt, status })
  }

  const { clientRequestId: given = null, parentMessageId } = body
  const request = typeof given === 'string' && /^[A-Za-z0-9:_-]{1,128}$/.test(given) ? given : null
  if (given !== request) return answer(400, { code: 'INVALID_CLIENT_REQUEST_ID', error: 'Invalid client request id' })
  const running = request === null ? null : jobs.of(user.id, request)
  if (running !== null) return begun(running, 'resumed')

  const rows = context.store.messages.get(body.conversationId ?? '') ?? []
  if (parentMessageId?.endsWith('_') === true && !rows.some(({ messageId }) => messageId === parentMessageId)) {
    const error =
      'Cannot submit a follow-up while the selected parent response is still being saved. Please wait and try again.'
    return answer(409, { code: 'PARENT_NOT_READY', error })
  }

  const pending = jobs.active(user.id).length + 1
  if (pending > context.settings.concurrentMax) {
    context.bans.violate('concurrent', user.id, exchange.address)
    return tooMany(context, exchange, pending)
  }
  const turn = await prepareTurn(context, user, body)
  begun(jobs.start(turn, failFirst, request), 'started')
}

export const tooMany = ({ settings }: Context, exchange: Exchange, pendingRequests: number): void =>
  exchange.json(
    429,
    { type: 'concurrent', limit: settings.concurrentMax, pendingRequests, score: 1, ...protocol },
    protocolHeader,
  )

/** The stream, its status, the list of what runs, and abort. */
export function resumableRoutes(context: Context, jobs: Jobs): Route[] {
  const foreign = (exchange: Exchange): void => exchange.json(403, { error: 'Unauthorized' })

  const attach: UserHandler = (exchange, user, { id = '' }) => {
    const { streamError } = exchange.wanted
    const headers = { ...streamHeaders, 'content-encoding': 'identity', ...protocolHeader }
    if (streamError !== undefined) {
      const out = exchange.stream(200, headers)
      out.write(frame('error', { error: streamError, ...protocol }))
      return out.end()
    }
    const job = jobs.get(id)
    if (job === null) return exchange.json(404, lost)
    if (job.turn.user.id !== user.id) return foreign(exchange)
    const pinned = exchange.query.get('generationCreatedAt')
    if (pinned !== null && !/^\d+$/.test(pinned)) return exchange.json(400, { error: 'Invalid generation identity' })
    if (pinned !== null && Number(pinned) !== job.createdAt)
      return exchange.json(409, { code: 'GENERATION_REPLACED', error: 'A newer generation took over' })
    const out = exchange.stream(200, headers)
    exchange.gone.addEventListener('abort', () => job.detach(out))
    job.attach(out, exchange.query.get('resume') === 'true')
  }

  const status: UserHandler = (exchange, user, { id = '' }) => {
    const job = jobs.get(id)
    if (job && job.turn.user.id !== user.id) return foreign(exchange)
    if (!job?.running()) return exchange.json(200, { active: false, ...protocol })
    const resumeState = job.resumeState()
    exchange.json(200, {
      active: true,
      streamId: id,
      status: 'running',
      aggregatedContent: job.aggregated(),
      createdAt: job.createdAt,
      ...(resumeState === null ? {} : { resumeState }),
      ...protocol,
    })
  }

  const abort: UserHandler = async (exchange, user) => {
    const body = ((await exchange.body()) ?? {}) as Record<string, unknown>
    const { streamId, conversationId, abortKey } = body
    const named = [streamId, conversationId, typeof abortKey === 'string' ? abortKey.split(':')[0] : undefined]
    const id = named.find((value): value is string => typeof value === 'string' && value !== '')
    if (id === undefined) return exchange.json(400, { code: 'INVALID_ABORT_TARGET', error: 'Invalid abort target' })
    const job = jobs.get(id === 'new' ? (jobs.active(user.id)[0] ?? id) : id)
    if (!job?.running()) return exchange.json(404, { error: 'Job not found', streamId: id })
    if (job.turn.user.id !== user.id) return foreign(exchange)
    job.abort()
    await context.store.flush()
    exchange.json(200, { success: true, aborted: job.turn.conversationId })
  }

  // Express 5 hands a banned GET to a handler that reads a body which is not there.
  const bannedGet: UserHandler = (exchange) => exchange.text(500, 'An unknown error occurred.')

  return [
    route('GET', '/api/agents/chat/stream/:id', withBrowser(context, attach, bannedGet), 'resumable'),
    route('GET', '/api/agents/chat/status/:id', withBrowser(context, status, bannedGet), 'resumable'),
    route(
      'GET',
      '/api/agents/chat/active',
      withBrowser(context, (exchange, user) => exchange.json(200, { activeJobIds: jobs.active(user.id) }), bannedGet),
      'resumable',
    ),
    route('POST', '/api/agents/chat/abort', withBrowser(context, abort), 'resumable'),
  ]
}
