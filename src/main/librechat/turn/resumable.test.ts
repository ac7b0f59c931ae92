import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import type { TurnUpdate } from '../librechat.ts'
import type { Requester } from '../request.ts'
import { createInterpreter } from './interpret.ts'
import { readResumable } from './resumable.ts'

const final = {
  final: true,
  conversation: { conversationId: 'c' },
  requestMessage: { messageId: 'q' },
  responseMessage: { messageId: 'a', content: [{ type: 'text', text: 'All' }] },
}

test('a connection that falls silent is attached again, without telling the user of a loss', async () => {
  const asked: string[] = []
  const updates: TurnUpdate[] = []
  const requester = {
    async open({ path }: { path: string }) {
      asked.push(path)
      const stream = new PassThrough()
      if (asked.length === 1)
        stream.write('event: message\ndata: {"created":true,"message":{"messageId":"q","conversationId":"c"}}\n\n')
      else stream.end(`event: message\ndata: ${JSON.stringify(final)}\n\n`)
      return await Promise.resolve({ status: 200, headers: {}, stream })
    },
  } as unknown as Requester
  const emit = (update: TurnUpdate): void => void updates.push(update)
  const interpreter = createInterpreter(emit, null)
  await readResumable('c', false, { requester, interpreter, emit, signal: new AbortController().signal, idle: 60 })
  expect(asked).toEqual(['/api/agents/chat/stream/c', '/api/agents/chat/stream/c?resume=true'])
  expect(updates.map(({ kind }) => kind)).not.toContain('reconnecting')
  expect(updates.at(-1)).toMatchObject({ kind: 'ended', outcome: 'complete' })
})
