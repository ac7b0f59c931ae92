import type { UserRow } from '../users/users.ts'

/** A request, as far as the endpoints look at it. */
export interface Call {
  /** Parsed JSON; an empty object when there was no body. */
  readonly body: unknown
  readonly cookies: ReadonlyMap<string, string>
  /** Where it came from: the address of the connection, and what a proxy says of the one before (printable, bounded). */
  readonly address: string
  readonly forwardedFor: string | null
}

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly cookies?: readonly string[]
}

interface Endpoint {
  readonly method: 'GET' | 'POST'
  /** With its slash at the end. */
  readonly path: string
  /** The body of the 500 when something unexpected happens. */
  readonly failure: Readonly<Record<string, string>>
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
  constructor(status: number, body: unknown) {
    super(`refused with ${status}`)
    this.status = status
    this.body = body
  }
}
