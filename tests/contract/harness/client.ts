import { randomUUID } from 'node:crypto'
import { createDouble } from '../../../dev/librechat-double/double.ts'
import type { Double } from '../../../dev/librechat-double/double.ts'
import type { DoubleOptions } from '../../../dev/librechat-double/options.ts'
import type { Message, Target } from '../../../src/contract/chat.ts'
import { createHttp } from '../../../src/main/http/client.ts'
import { userAgent } from '../../../src/main/http/user-agent.ts'
import { createLibreChatAuth } from '../../../src/main/librechat/auth.ts'
import { createLibreChat } from '../../../src/main/librechat/client.ts'
import type {
  LibreChat,
  LibreChatAuth,
  LibreChatTokens,
  TurnRequest,
  TurnUpdate,
} from '../../../src/main/librechat/librechat.ts'
import { singleFlight } from '../../../src/main/session/token-holder.ts'

export const account = { email: 'demo@example.com', password: 'A-password-1!', name: 'Demo User' }
export const target: Target = { endpoint: 'openAI', endpointType: null, model: 'gpt-4o', agentId: null, spec: null }

export interface Client {
  readonly double: Double
  readonly auth: LibreChatAuth
  readonly librechat: LibreChat
  tokens(): LibreChatTokens
  readonly refreshes: () => number
  close(): Promise<void>
}

/** A signed-in client of a fresh double. */
export async function startClient(options: DoubleOptions): Promise<Client> {
  const double = await createDouble({ deltasPerSecond: 2000, titleWaitMs: 1500, ...options })
  double.addUser(account)
  const network = {
    resolveProxy: async () => await Promise.resolve(null),
    certificates: async () => await Promise.resolve([]),
  }
  const log = (): void => undefined
  const http = createHttp({ origin: double.origin, server: 'librechat', userAgent: userAgent('0.0.0'), network, log })
  const auth = createLibreChatAuth({ http })
  const login = await auth.login(account.email, account.password)
  if (login.kind !== 'signed-in') throw new Error('no plain login')
  let tokens = login.tokens
  let refreshes = 0
  const refresh = singleFlight(async () => {
    refreshes++
    tokens = (await auth.refresh(tokens.refresh)).tokens
  })
  const librechat = createLibreChat({
    http,
    log,
    authorizer: {
      accessToken: async () => await Promise.resolve(tokens.access),
      async renew(stale) {
        if (stale === tokens.access) await refresh()
        return tokens.access
      },
      refreshCookie: () => tokens.refresh,
    },
  })
  return {
    double,
    auth,
    librechat,
    tokens: () => tokens,
    refreshes: () => refreshes,
    async close() {
      http.close()
      await double.close()
    },
  }
}

export const question = (text: string, patch: Partial<TurnRequest> = {}): TurnRequest => ({
  conversationId: null,
  parentId: null,
  messageId: randomUUID(),
  clientRequestId: randomUUID(),
  text,
  files: [],
  target,
  ...patch,
})

export async function collect(updates: AsyncIterable<TurnUpdate>): Promise<TurnUpdate[]> {
  const all: TurnUpdate[] = []
  for await (const update of updates) all.push(update)
  return all
}

export const textOf = (message: Message | null | undefined): string =>
  (message?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')

/** The text that the appends of a stream add up to, the latest whole content included. */
export function streamed(updates: readonly TurnUpdate[]): string {
  let parts: string[] = []
  for (const update of updates) {
    if (update.kind === 'content') parts = update.parts.map((part) => (part.type === 'text' ? part.text : ''))
    if (update.kind === 'deltas')
      for (const { index, type, text } of update.deltas) if (type === 'text') parts[index] = (parts[index] ?? '') + text
  }
  return parts.join('')
}

export const ending = (updates: readonly TurnUpdate[]): TurnUpdate | undefined => updates.at(-1)
