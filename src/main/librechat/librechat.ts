import type {
  AttachmentLimits,
  Conversation,
  ConversationPage,
  Delta,
  Message,
  ModelList,
  Part,
  Target,
  FileRef,
} from '../../contract/chat.ts'
import type { AppError } from '../../contract/errors.ts'

/** Gives the access token and renews it; the session implements it, single-flight. */
export interface Authorizer {
  /** The current access token; renews first when it is about to expire. Fault: signed-out, session-expired, unreachable. */
  accessToken(signal?: AbortSignal): Promise<string>
  /** Called after a 401 for `stale`; 50 callers cause one refresh. Same faults. */
  renew(stale: string, signal?: AbortSignal): Promise<string>
  /** The refresh cookie's value (images may need it), or null. */
  refreshCookie(): string | null
}

export interface LibreChatUser {
  readonly id: string
  readonly email: string
  readonly name: string
}

/** Epoch milliseconds. The refresh token's end is fixed at login. */
export interface LibreChatTokens {
  readonly access: string
  readonly accessExpiresAt: number
  readonly refresh: string
  readonly refreshExpiresAt: number
}

export type LibreChatLogin =
  | { readonly kind: 'signed-in'; readonly tokens: LibreChatTokens; readonly user: LibreChatUser }
  | { readonly kind: 'two-factor'; readonly tempToken: string; readonly expiresAt: number }

/** The calls that make and end a session; they need no Authorizer. */
export interface LibreChatAuth {
  /** Faults: account-refused, rate-limited, banned, unreachable, server-error, unexpected-answer. */
  login(email: string, password: string, signal?: AbortSignal): Promise<LibreChatLogin>
  /** Faults as login, and wrong-code, code-expired. */
  verifyCode(tempToken: string, code: string, signal?: AbortSignal): Promise<LibreChatLogin>
  /** Fault session-expired only when the server clearly said so; a portal, 5xx or HTML is another fault and ends no session. */
  refresh(refreshToken: string, signal?: AbortSignal): Promise<{ tokens: LibreChatTokens; user: LibreChatUser | null }>
  /** Best effort; never throws for an already ended session. */
  logout(tokens: { access: string; refresh: string }, signal?: AbortSignal): Promise<void>
}

export interface Terms {
  readonly accepted: boolean
  readonly text: string | null
  readonly url: string | null
}

/** A file as LibreChat needs it named in a message; `path` is its `filepath`. */
export interface ServerFile extends FileRef {
  readonly path: string
}

export interface TurnRequest {
  readonly conversationId: string | null
  readonly parentId: string | null
  readonly messageId: string
  readonly clientRequestId: string
  readonly text: string
  readonly files: readonly ServerFile[]
  readonly target: Target
  /** A chat that the server lists nowhere, gives no title and forgets by itself. */
  readonly temporary?: boolean
}

/** What a running turn tells, in order; `ended` or `failed` is the last. */
export type TurnUpdate =
  /** The server took it: from here the outcome is the server's, and the same text must not simply be sent again. */
  | { readonly kind: 'accepted'; readonly conversationId: string; readonly streamId: string | null }
  | { readonly kind: 'created'; readonly question: Message; readonly answerId: string | null }
  | { readonly kind: 'answer-id'; readonly answerId: string }
  | { readonly kind: 'deltas'; readonly deltas: readonly Delta[] }
  /** Replaces the whole content (a resumed stream, a tool step). */
  | { readonly kind: 'content'; readonly parts: readonly Part[] }
  | { readonly kind: 'title'; readonly conversationId: string; readonly title: string }
  | { readonly kind: 'reconnecting'; readonly attempt: number }
  | {
      readonly kind: 'ended'
      /** `stopped`: aborted, with what was there; `lost`: read the messages to learn the outcome. */
      readonly outcome: 'complete' | 'stopped' | 'lost'
      readonly question: Message | null
      readonly answer: Message | null
      readonly conversation: Conversation | null
    }
  /** `accepted` false: nothing was stored by the server and sending again is safe. */
  | { readonly kind: 'failed'; readonly error: AppError; readonly accepted: boolean }

export interface RunningTurn {
  readonly updates: AsyncIterable<TurnUpdate>
  /** Stops the generation on the server and lets `updates` end with `stopped`. Resolves when the server was told. */
  stop(): Promise<void>
}

/** LibreChat for one signed-in user. Everything throws Faults. */
export interface LibreChat {
  conversations: {
    page(cursor: string | null, signal?: AbortSignal): Promise<ConversationPage>
    get(id: string, signal?: AbortSignal): Promise<Conversation | null>
    rename(id: string, title: string, signal?: AbortSignal): Promise<void>
    remove(id: string, signal?: AbortSignal): Promise<void>
    /** The generated title of a first turn in either API style, or null when there is none. May take 20 s. */
    generatedTitle(id: string, signal?: AbortSignal): Promise<string | null>
  }
  messages: {
    list(conversationId: string, signal?: AbortSignal): Promise<{ messages: Message[]; files: ServerFile[] }>
  }
  models: { list(signal?: AbortSignal): Promise<ModelList> }
  files: {
    limits(target: Target, signal?: AbortSignal): Promise<AttachmentLimits>
    upload(
      image: {
        id: string
        name: string
        type: string
        width: number
        height: number
        bytes: Uint8Array
        target: Target
      },
      onProgress: (sentBytes: number) => void,
      signal?: AbortSignal,
    ): Promise<ServerFile>
    remove(file: ServerFile, signal?: AbortSignal): Promise<void>
    /** An image's bytes by its server path; sends the cookie to the LibreChat origin only. Null: not there (HTML or 404). */
    image(path: string, signal?: AbortSignal): Promise<{ type: string; bytes: Buffer } | null>
  }
  terms: { get(signal?: AbortSignal): Promise<Terms>; accept(signal?: AbortSignal): Promise<void> }
  turns: {
    start(request: TurnRequest): RunningTurn
    /** Attaches to a generation that is running on the server; null when there is none, or the server cannot resume. */
    resume(conversationId: string, signal?: AbortSignal): Promise<RunningTurn | null>
  }
}
