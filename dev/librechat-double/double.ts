import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { authRoutes } from './account/auth.ts'
import { createBans } from './account/bans.ts'
import { createLimits } from './account/limits.ts'
import { profileRoutes } from './account/profile.ts'
import { createTokens } from './account/tokens.ts'
import { createUsers } from './account/users.ts'
import type { NewUser } from './account/users.ts'
import { catalogRoutes } from './catalog/routes.ts'
import { createJobs } from './chat/jobs.ts'
import { chatRoutes } from './chat/routes.ts'
import { createScripts } from './chat/scripts.ts'
import type { Script, ScriptMatch } from './chat/scripts.ts'
import type { Context } from './context.ts'
import { messageRoutes } from './conversations/messages.ts'
import { conversationRoutes } from './conversations/routes.ts'
import { seed } from './conversations/seed.ts'
import type { SeededConversation } from './conversations/seed.ts'
import { createTitles } from './conversations/titles.ts'
import { fileRoutes } from './files/routes.ts'
import { controlRoutes } from './http/control.ts'
import { createListener } from './http/dispatch.ts'
import { createFaults } from './http/faults.ts'
import type { Faults } from './http/faults.ts'
import type { RecordedRequest } from './http/record.ts'
import { settingsOf } from './options.ts'
import type { DoubleOptions, Style, Terms } from './options.ts'
import { openImages } from './state/image-bytes.ts'
import type { Conversation, Message, User } from './state/schema.ts'
import { openStore } from './state/store.ts'

/** Requests that are remembered at most; the oldest go first. */
const remembered = 10_000

/** A running double. Where an e-mail address may be given, leaving it out means all accounts. */
export interface Double {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  /** Ends all connections and runs, and writes the state. */
  close(): Promise<void>
  /** Adds the account, or changes the one with this address. */
  addUser(user: NewUser): { id: string }
  /** Ends an account with all that is its own; its refresh tokens are answered with a redirect from then on. */
  removeUser(email: string): void
  /** A stored conversation with its messages, as if it had been chatted. */
  addConversation(conversation: SeededConversation): { conversationId: string }
  /** In the order of their coming, without those to `/__double`. */
  readonly requests: readonly RecordedRequest[]
  clearRequests(): void
  readonly faults: Faults
  /** Lifts all bans, forgets violations and empties the rate limits. */
  liftBans(): void
  conversations(email?: string): readonly Conversation[]
  messages(conversationId: string): readonly Message[]
  setStyle(style: Style): void
  setTerms(terms: Terms | null): void
  revokeSessions(email?: string): void
  /** Refuses all access tokens issued so far as expired; sessions stay. */
  expireAccessTokens(email?: string): void
  /** Answers questions that match in this way from now on; the newest script goes first. */
  script(match: ScriptMatch, answer: Script): void
}

export async function createDouble(options: DoubleOptions): Promise<Double> {
  const settings = settingsOf(options)
  const store = openStore(settings.stateFile)
  const users = createUsers(store)
  const tokens = createTokens({ store, users, settings })
  const closing = new AbortController()
  const context: Context = {
    settings,
    store,
    images: openImages(settings.stateFile === null ? null : `${settings.stateFile}.images`),
    users,
    tokens,
    bans: createBans(store, tokens, settings),
    limits: createLimits(settings),
    titles: createTitles(store, settings, closing.signal),
    scripts: createScripts(),
    closing: closing.signal,
  }
  const jobs = createJobs(context)
  const { take, ...faults } = createFaults()
  const requests: RecordedRequest[] = []

  const chosen = (email?: string): User[] =>
    [...store.users.values()].filter((user) => email === undefined || user.email === email.trim().toLowerCase())
  const clearRequests = (): void => {
    requests.length = 0
  }
  const revokeSessions = (email?: string): void => chosen(email).forEach(({ id }) => tokens.closeAll(id))
  const expireAccessTokens = (email?: string): void => chosen(email).forEach(tokens.expireAccess)

  const listener = createListener({
    context,
    routes: [
      ...catalogRoutes(context),
      ...authRoutes(context),
      ...profileRoutes(context),
      ...conversationRoutes(context),
      ...messageRoutes(context, { owns: (userId, id) => jobs.active(userId).includes(id) }),
      ...chatRoutes(context, jobs),
      ...fileRoutes(context),
    ],
    control: controlRoutes(context, {
      faults,
      requests: () => requests,
      clearRequests,
      revokeSessions,
      expireAccessTokens,
    }),
    take,
    record(request) {
      requests.push(request)
      if (requests.length > remembered) requests.splice(0, remembered / 10)
    },
  })
  const server = createServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(settings.port, settings.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host

  return {
    origin: `http://${host}:${port}`,
    async close() {
      closing.abort()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await store.flush()
    },
    addUser: (user) => ({ id: users.put(user).id }),
    removeUser: (email) => chosen(email).forEach(users.remove),
    addConversation: (conversation) => ({ conversationId: seed(context, conversation) }),
    requests,
    clearRequests,
    faults,
    liftBans() {
      context.bans.lift()
      context.limits.reset()
    },
    conversations: (email) => {
      const ids = new Set(chosen(email).map(({ id }) => id))
      return [...store.conversations.values()].filter((row) => ids.has(row.user))
    },
    messages: (conversationId) => store.messages.get(conversationId) ?? [],
    setStyle(style) {
      settings.style = style
    },
    setTerms(terms) {
      settings.terms = terms
    },
    revokeSessions,
    expireAccessTokens,
    script: context.scripts.add,
  }
}
