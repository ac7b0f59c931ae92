import { startCheckServers } from '../faults/harness/check-servers.ts'
import type { CheckServers } from '../faults/harness/check-servers.ts'
import { target } from '../contract/harness/client.ts'
import type { Launched } from './launch.ts'

/** Both servers, for the bundle in the double to sign in to, and the environment that names them. */
export async function startServers(): Promise<CheckServers & { readonly env: Record<string, string> }> {
  const servers = await startCheckServers()
  const { platformOrigin, librechatOrigin } = servers
  return Object.assign(servers, {
    env: { HESTAMI_PLATFORM_URL: platformOrigin, HESTAMI_LIBRECHAT_URL: librechatOrigin },
  })
}

export async function signIn(run: Launched): Promise<void> {
  const answer = await run.does.invoke('page', 'session.signIn', {
    email: 'demo@example.com',
    password: 'not looked at',
  })
  if (!(answer as { ok: boolean }).ok) throw new Error(`the sign-in failed: ${JSON.stringify(answer)}`)
}

/** Sends a question; resolves to its turn's id. */
export async function ask(run: Launched, text: string, conversationId: string | null = null): Promise<string> {
  const turnId = crypto.randomUUID()
  const message = {
    turnId,
    messageId: crypto.randomUUID(),
    conversationId,
    parentId: null,
    text,
    attachmentIds: [],
    target,
  }
  const answer = await run.does.invoke('page', 'chat.send', message)
  if (!(answer as { ok: boolean }).ok) throw new Error(`the question was not taken: ${JSON.stringify(answer)}`)
  return turnId
}
