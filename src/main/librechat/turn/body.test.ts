import { expect, test } from 'vitest'
import { turnBody } from './body.ts'

test('a chat is temporary only when it is asked to be', () => {
  const request = {
    conversationId: null,
    parentId: null,
    messageId: 'm',
    clientRequestId: 'r',
    text: 'x',
    files: [],
    target: { endpoint: 'openAI', endpointType: null, model: 'gpt-4o', agentId: null, spec: null },
  }
  expect(turnBody(request)).toMatchObject({ isTemporary: false })
  expect(turnBody({ ...request, temporary: true })).toMatchObject({ isTemporary: true })
})
