import { z } from 'zod'
import { isCustom, models } from '../catalog/offer.ts'
import { noParent } from './no-parent.ts'

const optionalText = z.string().nullish()
const flag = z.boolean().nullish()

/** The chat body as far as the double looks at it. One wrong type voids the model parameters, as LibreChat's parser does. */
const chatBody = z.object({
  text: z.string().catch(''),
  conversationId: optionalText.catch(null),
  parentMessageId: optionalText.catch(null),
  messageId: optionalText.catch(null),
  endpoint: optionalText.catch(null),
  endpointType: optionalText.catch(null),
  files: z
    .array(z.looseObject({ file_id: z.string() }))
    .nullish()
    .catch(null),
  isTemporary: flag.catch(false),
  isRegenerate: flag.catch(false),
  overrideParentMessageId: optionalText.catch(null),
  responseMessageId: optionalText.catch(null),
  editedContent: z
    .object({ index: z.int().min(0), type: z.enum(['text', 'think']), text: optionalText, think: optionalText })
    .nullish()
    .catch(null),
  clientRequestId: z.unknown().optional(),
})

const parameters = z.object({
  model: optionalText,
  agent_id: optionalText,
  spec: optionalText,
  iconURL: optionalText,
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  topP: z.number().nullish(),
  topK: z.number().nullish(),
  max_tokens: z.number().nullish(),
  maxOutputTokens: z.number().nullish(),
  maxContextTokens: z.number().nullish(),
  promptPrefix: optionalText,
  resendFiles: flag,
  imageDetail: z.enum(['low', 'auto', 'high']).nullish(),
})

export type ChatBody = z.infer<typeof chatBody> & { readonly parameters: z.infer<typeof parameters> }

export function readChatBody(body: unknown): ChatBody {
  const given = typeof body === 'object' && body !== null ? body : {}
  const known = parameters.safeParse(given)
  return { ...chatBody.parse(given), parameters: known.success ? known.data : {} }
}

/** Why the body is refused before anything runs, as the text of an error frame; null when it can be read. */
export function bodyError({ endpoint, endpointType }: ChatBody): string | null {
  if (!endpoint || (endpoint !== 'agents' && !(endpoint in models))) return 'Error parsing conversation'
  return isCustom(endpoint) && endpointType !== 'custom' ? 'Error parsing conversation' : null
}

/** Why a readable request cannot be run, as LibreChat's error string; null when it can. */
export function modelError({ endpoint, parameters: { model } }: ChatBody): string | null {
  if (endpoint === 'agents') return null
  if (!model) return JSON.stringify({ type: 'missing_model', info: endpoint })
  return models[endpoint ?? '']?.includes(model) === true
    ? null
    : JSON.stringify({ type: 'illegal_model_request', info: `${endpoint}|${model}` })
}

/** Whether this begins a conversation. Old servers take the id `new` literally. */
export const isNewConversation = ({ conversationId }: ChatBody, style: 'post-stream' | 'resumable'): boolean =>
  !conversationId || (style === 'resumable' && conversationId === 'new')

export const isFirst = ({ parentMessageId }: ChatBody): boolean => parentMessageId === noParent
