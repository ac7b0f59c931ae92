import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createNodeHost } from '../../../dev/browser-host/node-host.ts'
import type { SendInput, Turn } from '../../../src/contract/chat.ts'
import type { Result } from '../../../src/contract/errors.ts'
import type { Input, Output } from '../../../src/contract/ipc.ts'
import type { RequestName } from '../../../src/contract/routes.ts'
import type { SessionState } from '../../../src/contract/session.ts'
import { createApp } from '../../../src/main/app.ts'
import type { AppEvent } from '../../../src/main/app.ts'
import type { Config } from '../../../src/main/config.ts'
import type { FlavourName } from '../../../src/main/flavour.ts'
import type { Keychain } from '../../../src/main/keychain/keychain.ts'
import { target } from '../../contract/harness/client.ts'

/** The app without a window: requests in, events out. */
export interface DrivenApp {
  readonly data: string
  readonly events: readonly AppEvent[]
  /** All that a window was told so far: every answer and every event. */
  seen(): string
  call<N extends RequestName>(
    name: N,
    ...input: Input<N> extends undefined ? [] : [Input<N>]
  ): Promise<Result<Output<N>>>
  state(): Promise<SessionState>
  /** Sends a question; the newest state of its turn is had by `turn`. */
  send(text: string, patch?: Partial<SendInput>): Promise<string>
  turn(id: string): Turn | null
  start(): Promise<void>
  close(): Promise<void>
}

export const newData = (): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'hestami-app-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export async function driveApp(options: {
  data: string
  config: Config
  keychain: Keychain
  flavour?: FlavourName
  parts?: Parameters<typeof createNodeHost>[0]['parts']
}): Promise<DrivenApp> {
  const { data, config, keychain, flavour = 'debug', parts = {} } = options
  const app = createApp(
    createNodeHost({
      data,
      version: '0.0.0',
      keychain,
      flavour,
      openExternal: async () => await Promise.resolve(),
      parts,
    }),
    config,
  )
  const events: AppEvent[] = []
  const results: unknown[] = []
  app.subscribe((event) => events.push(event))
  const turn = (id: string): Turn | null => {
    let found: Turn | null = null
    for (const { name, payload } of events) {
      const event = payload as { kind: string; turn: Turn }
      if (name === 'chat.turn' && event.kind === 'turn' && event.turn.id === id) found = event.turn
    }
    return found
  }
  const call: DrivenApp['call'] = async (name, ...input) => {
    const result = (await app.dispatch(name, input[0])) as Result<never>
    results.push(result)
    return result
  }
  const driven: DrivenApp = {
    data,
    events,
    seen: () => JSON.stringify([events, results]),
    call,
    async state() {
      const found = await app.dispatch('session.get', undefined)
      if (!found.ok) throw new Error('no state')
      return found.value as SessionState
    },
    async send(text, patch = {}) {
      const turnId = patch.turnId ?? crypto.randomUUID()
      const input = {
        turnId,
        messageId: crypto.randomUUID(),
        conversationId: null,
        parentId: null,
        text,
        attachmentIds: [],
        target,
        ...patch,
      }
      const result = await call('chat.send', input)
      if (!result.ok) throw new Error(result.error.code)
      return turnId
    },
    turn,
    start: async () => await app.start(),
    close: async () => await app.close(),
  }
  return await Promise.resolve(driven)
}
