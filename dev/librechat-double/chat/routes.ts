import type { UserHandler } from '../account/guard.ts'
import { answerBanned, withBrowser } from '../account/guard.ts'
import { demoAgent } from '../catalog/offer.ts'
import type { Context } from '../context.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Route } from '../http/router.ts'
import { route } from '../http/router.ts'
import type { User } from '../state/schema.ts'
import { deny, refuse } from './denial.ts'
import type { Jobs } from './jobs.ts'
import { answerByPost } from './post-stream.ts'
import type { ChatBody } from './question.ts'
import { bodyError, modelError, readChatBody } from './question.ts'
import { resumableRoutes, startJob, tooMany } from './resumable.ts'
import { prepareTurn } from './turn.ts'

export function chatRoutes(context: Context, jobs: Jobs): Route[] {
  const { settings, store, bans, limits } = context
  /** Turns that run on their POST, by user id. */
  const posts = new Map<string, number>()

  /** The refusals before a run, in LibreChat's order. True: answered. */
  const refused = async (exchange: Exchange, user: User, body: ChatBody): Promise<boolean> => {
    const { denial } = exchange.wanted
    const pending = (posts.get(user.id) ?? 0) + 1
    if (denial === 'concurrent' && settings.style === 'resumable') {
      tooMany(context, exchange, settings.concurrentMax + 1)
      return true
    }
    if (denial !== undefined) {
      await deny(context, exchange, user, denial)
      return true
    }
    if (settings.style === 'post-stream' && pending > settings.concurrentMax) {
      const { count } = bans.violate('concurrent', user.id, exchange.address)
      await deny(context, exchange, user, 'concurrent', { pendingRequests: pending, violation_count: count })
      return true
    }
    if (limits.message.hit(exchange, exchange.address).exceeded) {
      const { count } = bans.violate('message_limit', user.id, exchange.address)
      await deny(context, exchange, user, 'message_limit', { prev_count: count - 1, violation_count: count })
      return true
    }
    const agent = body.parameters.agent_id
    if (body.endpoint === 'agents' && agent !== demoAgent.id) {
      if (agent) exchange.json(404, { error: 'Not Found', message: 'agent not found' })
      else exchange.json(400, { error: 'Bad Request', message: 'agent_id is required in request body' })
      return true
    }
    const conversation = store.conversations.get(body.conversationId ?? '')
    if (conversation && conversation.user !== user.id) {
      await deny(context, exchange, user, 'convo_access')
      return true
    }
    const unreadable = bodyError(body)
    if (unreadable !== null) refuse(exchange, unreadable)
    return unreadable !== null
  }

  const chat: UserHandler = async (exchange, user) => {
    const body = readChatBody(await exchange.body())
    if (await refused(exchange, user, body)) return
    const wrongModel = modelError(body)
    if (wrongModel?.includes('illegal_model_request') === true)
      bans.violate('illegal_model_request', user.id, exchange.address)
    const failFirst = exchange.wanted.streamError ?? wrongModel
    if (settings.style === 'resumable') return await startJob(context, jobs, exchange, user, body, failFirst)
    posts.set(user.id, (posts.get(user.id) ?? 0) + 1)
    try {
      await answerByPost(context, exchange, await prepareTurn(context, user, body), failFirst)
    } finally {
      posts.set(user.id, (posts.get(user.id) ?? 1) - 1)
    }
  }

  const banned: UserHandler = async (exchange, user, params) => {
    if (settings.style === 'resumable') await deny(context, exchange, user, 'ban')
    else await (answerBanned as UserHandler)(exchange, user, params)
  }

  return [
    ...resumableRoutes(context, jobs),
    route('POST', '/api/agents/chat', withBrowser(context, chat, banned)),
    route('POST', '/api/agents/chat/:endpoint', withBrowser(context, chat, banned)),
  ]
}
