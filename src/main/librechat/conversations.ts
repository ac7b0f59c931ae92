import type { Conversation, ConversationPage } from '../../contract/chat.ts'
import { Fault } from '../fault.ts'
import { parseJson } from '../http/http.ts'
import { isRecord } from './errors.ts'
import type { LibreChat } from './librechat.ts'
import { refusal } from './request.ts'
import type { Requester } from './request.ts'
import { toConversation } from './wire.ts'

/** Rows a page; large, because old servers lose one row at each page boundary. */
const pageSize = 50

export function createConversations(requester: Requester): LibreChat['conversations'] {
  const title = async (request: Parameters<Requester['answer']>[0]): Promise<string | null> => {
    const answer = await requester.answer({ ...request, timeout: 45_000 })
    const body = answer.status === 200 ? parseJson(answer) : undefined
    return isRecord(body) && typeof body['title'] === 'string' ? body['title'] : null
  }

  const get = async (id: string, signal?: AbortSignal): Promise<Conversation | null> => {
    const answer = await requester.answer({ method: 'GET', path: `/api/convos/${encodeURIComponent(id)}`, signal })
    if (answer.status === 404) return null
    const body = parseJson(answer)
    if (answer.status !== 200) throw new Fault(refusal(answer, body))
    return toConversation(body)
  }

  return {
    async page(cursor, signal): Promise<ConversationPage> {
      const query = new URLSearchParams({ limit: String(pageSize), sortBy: 'updatedAt', sortDirection: 'desc' })
      if (cursor !== null) query.set('cursor', cursor)
      const body = await requester.json({ method: 'GET', path: `/api/convos?${query.toString()}`, signal })
      if (!isRecord(body) || !Array.isArray(body['conversations']))
        throw new Fault({ code: 'unexpected-answer', server: 'librechat' })
      const rows = body['conversations'].map((row) => toConversation(row)).filter((row) => row !== null)
      const unique = [...new Map(rows.map((row) => [row.id, row])).values()]
      const next = body['nextCursor']
      return { conversations: unique, nextCursor: typeof next === 'string' && next !== '' ? next : null }
    },
    get,
    async rename(id, newTitle, signal) {
      // Unknown ids are upserted by the server into an empty conversation, so this one is looked for first.
      if ((await get(id, signal)) === null) throw new Fault({ code: 'not-found' })
      await requester.json({
        method: 'POST',
        path: '/api/convos/update',
        json: { arg: { conversationId: id, title: newTitle } },
        signal,
      })
    },
    async remove(id, signal) {
      if (id === '') throw new Fault({ code: 'invalid-input', field: 'conversationId' })
      // `source` is the server's safety: without an id it then deletes nothing instead of everything.
      const json = { arg: { conversationId: id, source: 'button' } }
      const answer = await requester.answer({ method: 'DELETE', path: '/api/convos', json, signal })
      if (answer.status >= 300 && (await get(id, signal)) !== null) throw new Fault(refusal(answer, parseJson(answer)))
    },
    async generatedTitle(id, signal) {
      const found = await title({ method: 'GET', path: `/api/convos/gen_title/${encodeURIComponent(id)}`, signal })
      if (found !== null) return found
      const old = await title({ method: 'POST', path: '/api/convos/gen_title', json: { conversationId: id }, signal })
      if (old !== null) return old
      const stored = (await get(id, signal))?.title ?? ''
      return stored === '' || stored === 'New Chat' ? null : stored
    },
  }
}
