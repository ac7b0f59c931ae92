import type { UserRow } from '../users/users.ts'
import type { Description } from './description.ts'

/** A request, as far as the endpoints look at it. */
export interface Call {
  /** Parsed JSON; an empty object when there was no body. */
  readonly body: unknown
  readonly cookies: ReadonlyMap<string, string>
  readonly authorization: string | undefined
  /** The client's: of the connection, or of whom a trusted proxy speaks for. */
  readonly address: string
  /** Of the connection, whatever a proxy says. */
  readonly peer: string
  /** What a proxy says of the one before (printable, bounded). */
  readonly forwardedFor: string | null
}

export interface Answer {
  readonly status: number
  /** Sent as JSON; a text as it is, with the `content-type` among the headers. */
  readonly body: unknown
  readonly cookies?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

interface Endpoint {
  readonly method: 'GET' | 'POST'
  /** With its slash at the end, as all of Django's; those that only machines ask have none. */
  readonly path: string
  /** The body of the 500 when something unexpected happens. */
  readonly failure: Readonly<Record<string, string>>
  /** For the OpenAPI document. */
  readonly describe: Description
  /** Asked by machines all the time: leaves no line in the log. */
  readonly quiet?: true
}

export type Route =
  | (Endpoint & { readonly bearer: false; handle(call: Call): Promise<Answer> })
  | (Endpoint & { readonly bearer: true; handle(call: Call, user: UserRow): Promise<Answer> })

/** A member of a JSON object; undefined for anything else. */
export function member(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined
  return (body as Record<string, unknown>)[name]
}

/** Ends a request with this answer, in Django REST framework's shape. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`refused with ${status}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}
