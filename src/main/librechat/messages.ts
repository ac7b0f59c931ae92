import { Fault } from '../fault.ts'
import type { LibreChat } from './librechat.ts'
import type { Requester } from './request.ts'
import { toMessage } from './wire.ts'

export function createMessages(requester: Requester): LibreChat['messages'] {
  return {
    async list(conversationId, signal) {
      const body = await requester.json({
        method: 'GET',
        path: `/api/messages/${encodeURIComponent(conversationId)}`,
        limit: 64 * 1024 * 1024,
        signal,
      })
      if (!Array.isArray(body)) throw new Fault({ code: 'unexpected-answer', server: 'librechat' })
      const rows = body.map((row) => toMessage(row, conversationId)).filter((row) => row !== null)
      return { messages: rows.map((row) => row.message), files: rows.flatMap((row) => row.files) }
    },
  }
}
