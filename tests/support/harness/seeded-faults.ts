import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FaultAction } from '../../../dev/librechat-double/http/faults.ts'
import type { Style } from '../../../dev/librechat-double/options.ts'
import type { Config } from '../../../src/main/config.ts'
import { KeychainFault } from '../../../src/main/keychain/keychain.ts'
import type { Keychain } from '../../../src/main/keychain/keychain.ts'
import type { createNodeHost } from '../../../dev/browser-host/node-host.ts'
import { createCertificate } from '../../faults/harness/certificates.ts'
import { startCheckServers } from '../../faults/harness/check-servers.ts'
import type { CheckServers } from '../../faults/harness/check-servers.ts'
import { createMemoryKeychain } from '../../faults/harness/memory-keychain.ts'
import { closedPort, serve, serveTls, startProxy } from '../../faults/harness/network.ts'
import type { Listening } from '../../faults/harness/network.ts'

/** Servers and surroundings in which one thing is wrong. */
export interface Troubled {
  readonly servers: CheckServers
  config: Config
  keychain: Keychain
  parts: NonNullable<Parameters<typeof createNodeHost>[0]['parts']>
  /** What happens outside between the first question and the second. */
  meanwhile?: () => void
  /** Ends with the servers. */
  kept<T extends Listening>(listening: Promise<T>): Promise<T>
  close(): Promise<void>
}

export interface SeededFault {
  readonly name: string
  readonly style?: Style
  /** Asked in both runs; default: one with a short answer. */
  readonly question?: string
  seed(troubled: Troubled): void | Promise<void>
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
const html =
  (status: number): Answer =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end('<html><title>Elsewhere</title></html>')

/** The platform answers one path in this way. */
const platform = (name: string, path: string, answer: Answer): SeededFault => ({
  name,
  async seed(troubled) {
    const { servers, kept } = troubled
    const { port } = await kept(
      serve((request, response) =>
        request.url === path ? answer(request, response) : servers.platform.handle(request, response),
      ),
    )
    troubled.config = { ...troubled.config, platformOrigin: `http://127.0.0.1:${port}` }
  },
})
const login = (name: string, answer: Answer): SeededFault => platform(name, '/api/users/login/', answer)
const password = (name: string, answer: Answer): SeededFault => platform(name, '/api/users/librechat-password/', answer)

/** LibreChat does this to a path, from the beginning on. */
const chat = (
  name: string,
  path: string,
  action: FaultAction,
  { method, ...more }: { method?: string; style?: Style; question?: string } = {},
): SeededFault => ({
  name,
  ...more,
  seed: ({ servers }: Troubled): void =>
    void servers.librechat.faults.add({ path, times: Number.POSITIVE_INFINITY, action, method }),
})
const status = (code: number, body: unknown): FaultAction => ({ kind: 'status', status: code, body })

const origins = (name: string, patch: (troubled: Troubled) => Promise<Partial<Config>>): SeededFault => ({
  name,
  async seed(troubled) {
    troubled.config = { ...troubled.config, ...(await patch(troubled)) }
  },
})

/** It is quoted in its answer, which takes a while then, and is long enough to see how it arrives. */
const longQuestion = 'so it goes '.repeat(35)

/** Thirty and more things that go wrong for people, each by itself. */
export const seededFaults: readonly SeededFault[] = [
  chat('connection is reset at the list of conversations', '/api/convos', { kind: 'reset' }, { method: 'GET' }),
  {
    name: 'answers come as a whole',
    question: longQuestion,
    seed(troubled) {
      const { servers } = troubled
      servers.streams = 'hold-back'
      troubled.config = { ...troubled.config, librechatOrigin: servers.librechatOrigin }
    },
  },
  login('wrong password', json(401, { error: 'Invalid email or password' })),
  login('platform down behind a gateway', html(503)),
  login('platform: defect at login', json(500, { error: 'An error occurred during login' })),
  login('platform: too many logins', json(429, { detail: 'Request was throttled.' }, { 'retry-after': '40' })),
  login('captive portal', html(200)),
  login(
    'captive portal that redirects',
    (_request, response) => void response.writeHead(302, { location: 'http://portal.example.com/' }).end(),
  ),
  login('connection to the platform is reset', (request) => void request.socket.destroy()),
  password('not provisioned yet', json(404, { error: 'LibreChat password not set' })),
  password('LibreChat password cannot be read', json(500, { error: 'Failed to retrieve LibreChat password' })),
  password('LibreChat password has changed', json(200, { librechat_password: 'another-password' })),
  origins('platform: nobody listens', async () => ({ platformOrigin: `http://127.0.0.1:${await closedPort()}` })),
  origins('LibreChat: nobody listens', async () => ({ librechatOrigin: `http://127.0.0.1:${await closedPort()}` })),
  origins('platform: unknown name', async () =>
    Promise.resolve({ platformOrigin: 'http://hestami-no-such-host.invalid' }),
  ),
  origins('LibreChat: certificate of nobody', async ({ kept }) => {
    const { port } = await kept(serveTls(await createCertificate(['127.0.0.1']), () => undefined))
    return { librechatOrigin: `https://127.0.0.1:${port}` }
  }),
  {
    name: 'proxy that wants to know who asks',
    async seed(troubled) {
      const { kept } = troubled
      const proxy = Object.assign(await kept(startProxy()), { answer: 407 })
      const { port } = await kept(serveTls(await createCertificate(['127.0.0.1']), () => undefined))
      troubled.config = { ...troubled.config, platformOrigin: `https://127.0.0.1:${port}` }
      troubled.parts = {
        network: {
          resolveProxy: async () => await Promise.resolve(`http://127.0.0.1:${proxy.port}`),
          certificates: async () => await Promise.resolve([]),
        },
      }
    },
  },
  {
    name: 'keychain is locked',
    seed(troubled) {
      const refuse = async (): Promise<never> => await Promise.reject(new KeychainFault('locked'))
      troubled.keychain = { ...createMemoryKeychain(), get: refuse, set: refuse }
    },
  },
  chat('e-mail address not verified', '/api/auth/login', status(422, { message: 'Email not verified.' })),
  chat('login by e-mail is off', '/api/auth/login', status(403, { message: 'Email login is not allowed.' })),
  chat('LibreChat: too many logins', '/api/auth/login', { kind: 'rate-limit', retryAfter: 60 }),
  chat('banned', '/api/auth/login', { kind: 'ban', minutes: 5 }),
  chat('list of conversations: bad gateway', '/api/convos', { kind: 'html', status: 502 }, { method: 'GET' }),
  chat('models: defect', '/api/models', status(500, { message: 'An unknown error occurred.' })),
  chat('messages are refused', '/api/messages', status(403, { message: 'Forbidden' }), { method: 'GET' }),
  chat('message limit', '/api/agents/chat', { kind: 'denial', reason: 'message_limit' }),
  chat('moderation', '/api/agents/chat', { kind: 'denial', reason: 'moderation' }, { style: 'post-stream' }),
  chat('two answers at once are too many', '/api/agents/chat', { kind: 'denial', reason: 'concurrent' }),
  chat('no key of the user', '/api/agents/chat', { kind: 'stream-error', error: '{"type":"no_user_key"}' }),
  chat('not allowed to chat', '/api/agents/chat', status(403, { message: 'Forbidden: Insufficient permissions' })),
  chat(
    'answer is cut in the middle',
    '/api/agents/chat',
    { kind: 'cut', afterBytes: 2500 },
    { style: 'post-stream', method: 'POST', question: longQuestion },
  ),
  chat('upload: type is not accepted', '/api/files/images', status(415, { message: 'Unsupported file type' })),
  chat('upload: too large', '/api/files/images', status(413, { message: 'Too large' })),
  chat('upload: server cannot store it', '/api/files/images', status(500, { message: 'Error processing file' })),
  {
    name: 'both servers end the session',
    seed(troubled) {
      const { servers } = troubled
      troubled.meanwhile = () => {
        servers.librechat.revokeSessions()
        servers.librechat.expireAccessTokens()
        servers.platform.revoke()
      }
    },
  },
]

export async function createTroubled({ style = 'resumable', seed }: SeededFault): Promise<Troubled> {
  const servers = await startCheckServers(style)
  const { platformOrigin, librechat } = servers
  const listening: Listening[] = []
  const troubled: Troubled = {
    servers,
    config: { platformOrigin, librechatOrigin: librechat.origin },
    keychain: createMemoryKeychain(),
    parts: {},
    async kept(starting) {
      const one = await starting
      listening.push(one)
      return one
    },
    async close() {
      for (const one of listening) await one.close()
      await servers.close()
    },
  }
  await seed(troubled)
  return troubled
}
