import type { TurnRequest } from '../librechat.ts'
import { noParent } from '../wire.ts'

const pad = (value: number): string => String(value).padStart(2, '0')

/** Local time without a zone, as LibreChat's own client sends it. */
export const clientTimestamp = (now: Date): string =>
  `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}T${pad(now.getHours())}:${pad(now.getMinutes())}:${pad(now.getSeconds())}`

/** The chat request. Nothing is sent as null but the ids: one value of a wrong type voids all model parameters at the server. */
export function turnBody(request: TurnRequest, now = new Date()): Record<string, unknown> {
  const { target } = request
  const files = request.files.map(({ id, path, type, width, height }) => ({
    file_id: id,
    filepath: path,
    type,
    ...(width === null ? {} : { width }),
    ...(height === null ? {} : { height }),
  }))
  const model =
    target.agentId === null
      ? {
          ...(target.model === null ? {} : { model: target.model }),
          resendFiles: true,
          imageDetail: 'auto',
          ephemeralAgent: { mcp: [], web_search: false, file_search: false, execute_code: false },
        }
      : { agent_id: target.agentId, key: new Date(now.getTime() + 3_600_000).toISOString() }
  return {
    text: request.text,
    sender: 'User',
    clientTimestamp: clientTimestamp(now),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    isCreatedByUser: true,
    parentMessageId: request.parentId ?? noParent,
    conversationId: request.conversationId,
    messageId: request.messageId,
    error: false,
    ...(files.length > 0 ? { files } : {}),
    endpoint: target.endpoint,
    ...(target.endpointType === null ? {} : { endpointType: target.endpointType }),
    ...(target.spec === null ? {} : { spec: target.spec }),
    ...model,
    isTemporary: request.temporary === true,
    isRegenerate: false,
    isContinued: false,
    clientRequestId: request.clientRequestId,
  }
}
