import { setTimeout as sleep } from 'node:timers/promises'
import type { Double } from './double.ts'
import { createDouble } from './double.ts'
import type { DoubleOptions } from './options.ts'

export const browserAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Test/1.0 Chrome/144.0.0.0 Safari/537.36'
export const noParent = '00000000-0000-0000-0000-000000000000'
export const account = { email: 'demo@example.com', password: 'correct horse battery', name: 'Demo Example' }

export interface Call {
  readonly token?: string | null
  readonly cookie?: string
  readonly json?: unknown
  readonly body?: FormData | string
  readonly headers?: Readonly<Record<string, string>>
  /** Null: the header is sent empty. */
  readonly agent?: string | null
  readonly signal?: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; undefined when it is none. */
  // eslint-disable-next-line typescript/no-explicit-any -- bodies are looked into at will
  readonly json: any
}

export interface Frame {
  readonly event: string
  // eslint-disable-next-line typescript/no-explicit-any -- as above
  readonly data: any
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Frames of a body; one that is not JSON has its text as data. */
export const framesOf = (text: string): Frame[] =>
  text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const field = (name: string): string =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2) ?? ''
      return { event: field('event'), data: parsed(field('data')) ?? field('data') }
    })

export interface Reading {
  readonly status: number
  readonly headers: Headers
  /** Frames so far. */
  readonly frames: () => Frame[]
  readonly text: () => string
  /** Sizes of the pieces in which the body came. */
  readonly pieces: readonly number[]
  /** Waits for a frame that fits. */
  until(fits: (frame: Frame) => boolean): Promise<Frame>
  /** Waits for the end: true if it was whole, false if it broke off. */
  ended(): Promise<boolean>
  close(): void
}

export interface Client {
  call(method: string, path: string, call?: Call): Promise<Answer>
  open(method: string, path: string, call?: Call): Promise<Reading>
}

export function createClient(origin: string, token: () => string | null = () => null): Client {
  const send = async (method: string, path: string, call: Call): Promise<Response> => {
    const bearer = call.token === undefined ? token() : call.token
    return await fetch(`${origin}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        'user-agent': call.agent === undefined ? browserAgent : (call.agent ?? ''),
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(call.cookie === undefined ? {} : { cookie: call.cookie }),
        ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.json === undefined ? {} : { body: JSON.stringify(call.json) }),
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    })
  }

  return {
    async call(method, path, call = {}) {
      const response = await send(method, path, call)
      const text = await response.text()
      return { status: response.status, headers: response.headers, text, json: parsed(text) }
    },
    async open(method, path, call = {}) {
      const stop = new AbortController()
      const response = await send(method, path, { ...call, signal: stop.signal })
      const pieces: number[] = []
      const decoder = new TextDecoder()
      let text = ''
      let over = false
      const read = async (): Promise<boolean> => {
        try {
          for await (const piece of response.body ?? []) {
            pieces.push(piece.length)
            text += decoder.decode(piece, { stream: true })
          }
          return true
        } catch {
          return false
        } finally {
          over = true
        }
      }
      const done = read()
      const frames = (): Frame[] => framesOf(text.slice(0, text.lastIndexOf('\n\n') + 2))
      return {
        status: response.status,
        headers: response.headers,
        pieces,
        frames,
        text: () => text,
        async until(fits) {
          for (let waited = 0; waited < 10_000; waited += 5) {
            const found = frames().find(fits)
            if (found) return found
            if (over) break
            await sleep(5)
          }
          throw new Error(`no such frame in: ${text}`)
        },
        ended: () => done,
        close: () => stop.abort(),
      }
    },
  }
}

export const cookieOf = (answer: Answer, name: string): string | null =>
  answer.headers
    .getSetCookie()
    .find((line) => line.startsWith(`${name}=`))
    ?.split(';')[0]
    ?.slice(name.length + 1) ?? null

export interface SignedIn extends Client {
  readonly double: Double
  readonly userId: string
  readonly token: () => string
  /** The `Cookie` header of the session as it is after login. */
  readonly cookie: string
  readonly refreshToken: string
}

/** A double with one account that is signed in. Fast answers, unless told otherwise. */
export async function signedIn(options: DoubleOptions): Promise<SignedIn> {
  const double = await createDouble({ deltasPerSecond: 1000, messageMax: 1000, ...options })
  const { id } = double.addUser(account)
  const login = await createClient(double.origin).call('POST', '/api/auth/login', { json: account })
  const token = String(login.json.token)
  const refreshToken = cookieOf(login, 'refreshToken') ?? ''
  return {
    ...createClient(double.origin, () => token),
    double,
    userId: id,
    token: () => token,
    refreshToken,
    cookie: `refreshToken=${refreshToken}; token_provider=librechat`,
  }
}

/** A chat body as LibreChat's own client sends it. */
export const chatBody = (text: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  text,
  sender: 'User',
  clientTimestamp: '2026-08-19T12:00:01',
  isCreatedByUser: true,
  parentMessageId: noParent,
  conversationId: null,
  messageId: crypto.randomUUID(),
  error: false,
  endpoint: 'openAI',
  model: 'gpt-4o',
  ephemeralAgent: { mcp: [], web_search: false, file_search: false, execute_code: false },
  ...more,
})

export const isFinal = ({ data }: Frame): boolean => data?.final === true
export const isCreated = ({ data }: Frame): boolean => data?.created === true
export const isEvent =
  (name: string) =>
  ({ data }: Frame): boolean =>
    data?.event === name
