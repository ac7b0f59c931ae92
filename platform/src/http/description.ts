import type { z } from 'zod'
import { detailAnswer } from '../api.ts'
import type { JsonSchema } from '../users/fields.ts'

/** What the OpenAPI document says of an endpoint beside its path and method. */
export interface Description {
  readonly summary: string
  readonly description?: string
  /** Of the body; without one the endpoint takes none. */
  readonly request?: JsonSchema
  /** By status. The document adds what every endpoint can answer: 401 to a bad bearer, bodies it cannot read, 500. */
  readonly answers: Readonly<Record<number, AnswerDescription>>
}

export interface AnswerDescription {
  readonly meaning: string
  /** Null: a text. */
  readonly body: z.ZodType | null
  /** Name → what it says. */
  readonly headers?: Readonly<Record<string, string>>
}

export const throttled: AnswerDescription = {
  meaning: 'Too many of these calls.',
  body: detailAnswer,
  headers: { 'retry-after': 'Seconds until the next one is taken.' },
}

export const setsTokenCookies = {
  'set-cookie': '`access_token` and `refresh_token`: HttpOnly, SameSite=Lax, as long as the tokens live.',
}
